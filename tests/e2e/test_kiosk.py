"""The guard, pictures, templates and the record together, as in a public place: the real program and real models."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from conftest import Myna
from myna_vision.benchmarks.drawing import FONTS, missing_fonts, page

KIOSK = {"MYNA_GUARD_POLICIES": "kiosk-public"}
WORKPLACE = {"MYNA_GUARD_POLICIES": "workplace"}
CLASSIFIERS = ("securevector-guardian", "profanity-en")
"""Without them the policy of a kiosk answers nothing."""
PRINTED = ("Opening hours: 9 to 5", "Contact: jane@example.org")


@pytest.fixture
def card(tmp_path: Path) -> str:
    """A picture of a printed card."""
    if missing := missing_fonts():
        pytest.skip(f"needs the fonts {', '.join(missing)} (Debian: fonts-dejavu-core fonts-liberation fonts-noto-cjk)")
    path = tmp_path / "card.png"
    Image.fromarray(page(PRINTED, FONTS[0], 24)).save(path)
    return str(path)


def recorded(myna: Myna) -> list[dict[str, Any]]:
    """The record, which holds."""
    verified = myna("audit", "verify", "--json")
    assert json.loads(verified.out)["ok"], verified.err
    exported = myna("audit", "export", "--format", "jsonl")
    assert exported.status == 0, exported.err
    return [json.loads(line)["record"] for line in exported.out.splitlines()]


def of(records: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [record["data"] for record in records if record["kind"] == kind]


def test_a_kiosk_answers_on_record_and_keeps_no_words(myna: Myna, install: Callable[..., Path]) -> None:
    install(*CLASSIFIERS)
    asked = myna("ask", "What is the capital of France?", "--temperature", "0", "--prompt", "classify", env=KIOSK)
    assert asked.status == 0, asked.err
    records = recorded(myna)
    [question], [answer] = of(records, "question"), of(records, "answer")
    shown = json.loads(myna("prompts", "show", "classify", "--json").out)
    assert (question["prompt"], question["prompt_sha256"]) == ("classify", shown["sha256"])
    assert (answer["turn"], answer["reason"]) == (question["turn"], "stop")
    everything = b"".join(path.read_bytes() for path in (myna.home / "data" / "audit").rglob("*") if path.is_file())
    assert b"France" not in everything


def test_what_a_rule_found_is_on_record(myna: Myna) -> None:
    asked = myna("ask", "Which stocks should I buy?", env=KIOSK)
    assert asked.status == 4
    records = recorded(myna)
    [found], [verdict] = of(records, "finding"), of(records, "verdict")
    assert (found["policy"], found["rule"], found["action"]) == ("kiosk-public", "financial", "block")
    assert (verdict["stage"], verdict["rule"]) == ("input", "financial")
    assert found["turn"] == verdict["turn"] == of(records, "answer")[0]["turn"]


def test_a_kiosk_whose_record_cannot_be_written_answers_nothing(myna: Myna, install: Callable[..., Path]) -> None:
    install(*CLASSIFIERS)
    (myna.home / "data").mkdir(exist_ok=True)
    (myna.home / "data" / "audit").write_text("no folder", encoding="utf-8")
    asked = myna("ask", "What is the capital of France?", env=KIOSK)
    assert (asked.status, asked.out) == (5, "")
    assert "audit" in myna("doctor", env=KIOSK).out


def test_a_picture_goes_nowhere_in_a_kiosk_that_cannot_judge_it(
    myna: Myna, install: Callable[..., Path], card: str
) -> None:
    install("pp-ocr-v6", *CLASSIFIERS)
    asked = myna("ask", "What are the opening hours?", "--image", card, env=KIOSK)
    assert (asked.status, asked.out) == (4, "")
    assert "myna models pull open-nsfw" in myna("doctor", env=KIOSK).out
    failed = [found for found in of(recorded(myna), "finding") if found["rule"] == "unsafe-picture"]
    assert [(one["action"], one["origin"]) for one in failed] == [("fail-closed", "picture")]
    install("open-nsfw")
    asked = myna("ask", "What are the opening hours?", "--image", card, env=KIOSK)
    assert asked.status == 0, asked.err
    assert "9 to 5" in asked.out
    assert "pull open-nsfw" not in myna("doctor", env=KIOSK).out


def test_personal_data_that_is_printed_in_a_picture_is_masked(
    myna: Myna, install: Callable[..., Path], card: str
) -> None:
    install("pp-ocr-v6", "open-nsfw", *CLASSIFIERS)
    asked = myna(
        "ask", "What is the contact?", "--image", card, "--json", env=WORKPLACE | {"MYNA_AUDIT_MODE": "metadata"}
    )
    assert asked.status == 0, asked.err
    assert "[email]" in json.loads(asked.out)["text"]
    assert "jane@" not in asked.out
    origins = {found["origin"] for found in of(recorded(myna), "finding")}
    assert origins == {"picture"}
