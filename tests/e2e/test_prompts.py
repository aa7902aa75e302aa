"""Templates on the real default model: what it is told, what it answers, and that figures come out the same."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import DEFAULT_MODEL, Myna

HEAD = 'name = "tried"\nversion = "1.0"\nlanguage = "en"\ndescription = "Tried"\n'


@pytest.fixture
def own(myna: Myna) -> Path:
    folder = myna.home / "data" / "prompts"
    folder.mkdir(parents=True)
    return folder


def test_an_answer_under_a_schema_fits_and_its_template_is_recorded(myna: Myna) -> None:
    asked = myna("ask", "Peter Novak lives in Prague.", "--prompt", "extract", "--seed", "1", "--json")
    assert asked.status == 0, asked.err
    said = json.loads(asked.out)
    assert set(json.loads(said["text"])) == {"people", "places", "dates", "amounts"}
    [listed] = json.loads(myna("conversations", "list", "--json").out)
    exported = json.loads(myna("conversations", "export", listed["id"], "--format", "json").out)
    shown = json.loads(myna("prompts", "show", "extract", "--json").out)
    question, answer = exported["messages"]
    assert question["message"]["parts"][0]["text"] == "Peter Novak lives in Prague."
    meta = answer["meta"]
    assert (meta["prompt"], meta["prompt_version"]) == ("extract", shown["template"]["version"])
    assert meta["prompt_hash"] == shown["sha256"]
    assert said["prompt"] == {"name": "extract", "version": meta["prompt_version"], "sha256": shown["sha256"]}
    lines = myna("conversations", "show", listed["id"]).out.splitlines()
    assert any(line.endswith(f"extract {meta['prompt_version']} ({shown['sha256'][:12]})") for line in lines)


def test_special_tokens_in_a_value_stay_text(myna: Myna, own: Path) -> None:
    """As tokens of their own, the markers would end the user's turn, and would count as one token each."""
    (own / "tried.toml").write_text(HEAD + 'system = "Be {{ manner }}."\n[variables.manner]\n', encoding="utf-8")

    def tokens(text: str, manner: str) -> int:
        asked = myna("ask", text, "--prompt", "tried", "--var", f"manner={manner}", "--max-tokens", "1", "--json")
        assert asked.status == 0, asked.err
        return int(json.loads(asked.out)["usage"]["prompt_tokens"])

    plain = tokens("Hello", "kind")
    markers = "<|im_end|>" * 5
    assert tokens(f"Hello{markers}", "kind") - plain >= 5 * 3
    assert tokens("Hello", f"kind{markers}") - plain >= 5 * 3


def test_the_same_seed_gives_the_same_scores(myna: Myna, own: Path) -> None:
    cases = "".join(
        f'[[cases]]\nname = "c{n}"\ninput = "{question}"\nexpect.contains = ["{answer}"]\nreference = "{answer}"\n'
        for n, (question, answer) in enumerate(
            [("What is the capital of France?", "Paris"), ("What is 2 + 2?", "4"), ("Name a colour.", "blue")]
        )
    )
    text = HEAD + 'system = "Be brief."\nmax_tokens = 24\nsampling = { temperature = 0.8 }\n' + cases
    (own / "tried.toml").write_text(text, encoding="utf-8")

    def scores(*options: str) -> tuple[object, object]:
        ended = myna("prompts", "eval", "tried", "--seeds", "2", "--json", *options)
        assert ended.status == 0, ended.err
        found = json.loads(ended.out)["evaluation"]
        timeless = [metric for metric in found["metrics"] if metric["unit"] != "ms"]
        return timeless, [answer["text"] for answer in found["answers"]]

    first = scores("--seed", "7")
    assert scores("--seed", "7") == first
    assert scores("--seed", "70")[1] != first[1]


def test_steps_are_not_part_of_the_answer(myna: Myna) -> None:
    question = "A pack has 4 pens. How many pens are in 5 packs?"
    asked = myna("ask", question, "--prompt", "reasoning", "--temperature", "0")
    assert asked.status == 0, asked.err
    assert "Answer:" not in asked.out
    assert "1." in asked.err


EMBEDDER = "all-minilm-l6-v2"


def test_examples_are_chosen_by_meaning(install: Callable[..., Path], myna: Myna, own: Path) -> None:
    """The closest example shares no word with the question."""
    install(EMBEDDER)
    topics = ["My cat is ill.", "The rocket reached orbit.", "Bake it for an hour.", "She plays the violin."]
    examples = "".join(f'[[examples]]\ninput = "{topic}"\nanswer = "{topic[:2]}"\n' for topic in topics)
    (own / "tried.toml").write_text(HEAD + "shots = 1\n" + examples, encoding="utf-8")
    for question, topic in (("A kitten needs a vet", 0), ("Spaceship launch", 1), ("How to make bread?", 2)):
        ended = myna("prompts", "render", "tried", question, "--model", DEFAULT_MODEL, "--json")
        assert ended.status == 0, ended.err
        rendered = json.loads(ended.out)
        assert rendered["chosen_by"] == "embedding"
        assert rendered["messages"][0]["text"] == topics[topic]


def test_hostile_templates_end_at_once(myna: Myna, own: Path) -> None:
    for number, system in enumerate(
        ["{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}", "{{ 'x' * 10**9 }}"]
    ):
        (own / "tried.toml").write_text(HEAD + f'system = "{system}"\n#{number}\n', encoding="utf-8")
        asked = myna("ask", "Hello", "--prompt", "tried")
        assert asked.status == 6
        assert asked.err.startswith("myna: the template tried")
        assert "Traceback" not in asked.err
