"""`myna bench guard`: what is caught, what is let pass, and what it costs with ten thousand keywords."""

from __future__ import annotations

import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from myna.bench import Measurement

from ..judging import PIECE
from ..matching.lexicon import Lexicon
from ..matching.walker import Automaton
from ..reader import EVERYBODY, Reader, Screen
from .classifiers import classifiers
from .evasions import CHINESE, ENGLISH, EXCEPTIONS, evasions
from .harmless import harmless
from .keywords import keywords

if TYPE_CHECKING:
    from myna.cli.bench import BenchContext

WORDS = (*ENGLISH, *CHINESE)
SUBSTRING = "the words looked for in the text in lower case"
ONE_EXPRESSION = "one expression of all words, over each token alone"

TOKEN = 4
"""Characters of a token: what tokenizers of 50,000 entries and more make of English, about."""

MILLION = 1_000_000

LOADING = """
import time
from myna_guard.benchmarks.keywords import keywords
from myna_guard.matching.lexicon import Lexicon
words = keywords()
started = time.process_time()
Lexicon((word, 0) for word in words)
print(time.process_time() - started)
"""
"""In a process of its own, for tables of characters are loaded only once. Seconds of the processor, as all here,
which other programs do not change."""


async def run(bench: BenchContext) -> list[Measurement]:
    return [*quality(bench), *cost(bench), *await classifiers(bench)]


def screen() -> Screen:
    """The word list of the test bed."""
    return Screen(
        Automaton(Lexicon((word, number) for number, word in enumerate(WORDS))),
        Automaton(Lexicon((word, EVERYBODY) for word in EXCEPTIONS)),
    )


def finds(ready: Screen, text: str) -> set[str]:
    """The words of the list that are found in a text."""
    reader = Reader(ready)
    return {WORDS[hit.rule] for hit in reader.feed(text) + reader.finish()}


def quality(bench: BenchContext) -> list[Measurement]:
    """The confusion table."""
    ready = screen()
    written, sentences = list(evasions()), list(harmless())
    caught = [word in finds(ready, text) for text, word, _ in written]
    flagged = [bool(finds(ready, text)) for text in sentences]
    plainly_caught = [word in text.lower() for text, word, _ in written]
    plainly_flagged = [any(word in text.lower() for word in WORDS) for text in sentences]
    bench.note(f"                 flagged  let pass   ({SUBSTRING}: flagged, let pass)")
    for name, ours, peers in (
        ("evasions", caught, plainly_caught),
        ("harmless texts", flagged, plainly_flagged),
    ):
        bench.note(f"  {name:14} {sum(ours):8} {len(ours) - sum(ours):9}   ({sum(peers)}, {len(peers) - sum(peers)})")
    for (text, word, trick), hit in zip(written, caught, strict=True):
        if not hit:
            bench.note(f"  missed: {word} by {trick}: {text!r}")
    for sentence, hit in zip(sentences, flagged, strict=True):
        if hit:
            bench.note(f"  flagged: {sentence} ({', '.join(sorted(finds(ready, sentence)))})")
    return [
        _share("guard, evasions caught", caught, plainly_caught, better=True),
        _share("guard, harmless texts flagged", flagged, plainly_flagged, better=False),
    ]


def cost(bench: BenchContext) -> list[Measurement]:
    words = keywords()
    ready = Screen(Automaton(Lexicon((word, 0) for word in words)))
    text = "\n".join(harmless())
    tokens = [text[at : at + TOKEN] for at in range(0, len(text), TOKEN)]
    pattern = re.compile("|".join(re.escape(word) for word in words))
    runs = bench.runs(5)
    ours = statistics.median(_per_token(lambda: _read(ready, tokens), len(tokens)) for _ in range(runs))
    some = tokens[:500]
    peer = statistics.median(
        _per_token(lambda: [pattern.search(token) for token in some], len(some)) for _ in range(runs)
    )
    held = _read(ready, tokens)
    long = (text * (MILLION // len(text) + 1))[:MILLION]
    million = statistics.median(_whole(words, long) for _ in range(runs))
    loaded = statistics.median(_in_own_process() for _ in range(runs))
    compiled = statistics.median(_compiling(words) for _ in range(runs))
    alone = Measurement("guard, characters held back longer than a token", statistics.median(held), "", "lower")
    return [
        _beside(("guard, a token with 10,000 keywords", "µs"), ours * 1e6, ONE_EXPRESSION, peer * 1e6, runs),
        _beside(("guard, loading 10,000 keywords", "s"), loaded, "compiling one expression of all", compiled, runs),
        Measurement(
            "guard, a million characters with 10,000 keywords", float(f"{million:.4g}"), "s", "lower", runs=runs
        ),
        alone,
        Measurement("guard, the same of the worst token in a hundred", _percentile(held, 0.99), "", "lower"),
    ]


def _read(ready: Screen, tokens: list[str]) -> list[int]:
    """Read all tokens; the characters that each one leaves held back of those before it."""
    reader, read, held = Reader(ready), 0, []
    for token in tokens:
        reader.feed(token)
        held.append(max(0, read - reader.held()))
        read += len(token)
    return held


def _whole(words: list[str], text: str) -> float:
    """Seconds of the processor for one long text, read as a question is."""
    reader = Reader(Screen(Automaton(Lexicon((word, 0) for word in words))))
    started = time.process_time()
    for at in range(0, len(text), PIECE):
        reader.feed(text[at : at + PIECE])
    reader.finish()
    return time.process_time() - started


def _per_token(once: Callable[[], object], tokens: int) -> float:
    """Seconds of the processor."""
    started = time.process_time()
    once()
    return (time.process_time() - started) / tokens


def _in_own_process() -> float:
    done = subprocess.run([sys.executable, "-c", LOADING], capture_output=True, text=True, check=True)
    return float(done.stdout)


def _compiling(words: list[str]) -> float:
    re.purge()
    started = time.process_time()
    re.compile("|".join(re.escape(word) for word in words))
    return time.process_time() - started


def _percentile(values: list[int], share: float) -> float:
    return float(sorted(values)[int(share * (len(values) - 1))])


def _share(name: str, ours: list[bool], peers: list[bool], *, better: bool) -> Measurement:
    value, peer = sum(ours) / len(ours), sum(peers) / len(peers)
    return Measurement(
        name,
        round(value, 4),
        "",
        "higher" if better else "lower",
        peer=SUBSTRING,
        peer_value=round(peer, 4),
        ratio=round(value / peer, 4),
    )


def _beside(named: tuple[str, str], value: float, peer: str, peer_value: float, runs: int) -> Measurement:
    name, unit = named
    return Measurement(
        name,
        float(f"{value:.4g}"),
        unit,
        "lower",
        peer=peer,
        peer_value=float(f"{peer_value:.4g}"),
        ratio=float(f"{value / peer_value:.4g}"),
        runs=runs,
    )
