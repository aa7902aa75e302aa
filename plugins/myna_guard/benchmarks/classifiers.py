"""What the classifiers find and what they cost, part of `myna bench guard`; skipped where they are not installed."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING

from myna.bench import Measurement

from ..classifiers.models import installed
from .harmless import harmless
from .injections import ATTACKS, CHINESE, NEGATIVES, documents

if TYPE_CHECKING:
    from myna.cli.bench import BenchContext
    from myna.engine.classify import Classifier

GUARDIAN, PROFANITY = "securevector-guardian", "profanity-en"
INJECTION = "prompt_injection+jailbreak+data_exfiltration+model_attack"
THRESHOLDS = {INJECTION: 0.7, "profanity": 0.8}
"""Those of the shipped policies."""


async def classifiers(bench: BenchContext) -> list[Measurement]:
    """Nothing, and a note, where one is missing."""
    missing = [name for name in (GUARDIAN, PROFANITY) if not installed(name)]
    if missing:
        bench.note(f"classifiers are not measured: myna models pull {' '.join(missing)}")
        return []
    from myna.assistant import Assistant

    async with await Assistant.open(bench.paths, bench.settings, host=bench.host) as assistant:
        return await _measured(bench, await assistant.classifier(GUARDIAN), await assistant.classifier(PROFANITY))


async def _measured(bench: BenchContext, guardian: Classifier, profanity: Classifier) -> list[Measurement]:
    found = [
        await _share(guardian, INJECTION, "attacks found", ATTACKS, better=True),
        await _share(guardian, INJECTION, "attacks inside documents found", documents(), better=True),
        await _share(guardian, INJECTION, "attacks in Chinese found", CHINESE, better=True),
        await _share(guardian, INJECTION, "harmless words of attacks flagged", NEGATIVES, better=False),
        await _share(guardian, INJECTION, "harmless texts flagged as attacks", harmless(), better=False),
        await _share(profanity, "profanity", "harmless texts flagged as profane", harmless(), better=False),
    ]
    runs = bench.runs(200)
    for name, classifier, label in ((GUARDIAN, guardian, INJECTION), (PROFANITY, profanity, "profanity")):
        took = await _took(classifier, label, runs)
        found.append(Measurement(f"guard, a judgement by {name}", took, "ms", "lower", runs=runs))
    return found


async def _share(classifier: Classifier, label: str, name: str, texts: Iterable[str], *, better: bool) -> Measurement:
    flagged = []
    for text in texts:
        scores = (await classifier.classify(text, (label,))).scores
        flagged.append(bool(scores) and scores[0].score >= THRESHOLDS[label])
    share = round(sum(flagged) / len(flagged), 4)
    return Measurement(f"guard, {name}", share, "", "higher" if better else "lower")


async def _took(classifier: Classifier, label: str, runs: int) -> float:
    """Milliseconds from the question to the answer of the worker, the median of one sentence."""
    took = []
    for _ in range(runs):
        started = time.perf_counter()
        await classifier.classify(ATTACKS[0], (label,))
        took.append(time.perf_counter() - started)
    return float(f"{statistics.median(took) * 1e3:.4g}")
