"""The guard on the real model, through the installed program."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

PARIS = ("ask", "What is the capital of France?", "--temperature", "0", "--max-tokens", "16")

POLICY = """
name = "no-paris"
description = { en = "No Paris.", zh = "没有巴黎。" }

[[rules]]
id = "paris"
on = ["answer"]
action = "%s"
words = ["paris"]
"""


def policy(myna, action: str) -> dict[str, str]:
    folder = Path(myna.home, "config", "policies")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "no-paris.toml").write_text(POLICY % action, encoding="utf-8")
    return {"MYNA_GUARD_POLICIES": "no-paris"}


def test_a_question_that_the_policy_blocks_ends_with_four(myna) -> None:
    ended = myna("ask", "I want to k1ll mys3lf", env={"MYNA_GUARD_HELP_LINE": "0800 123"})
    assert (ended.status, ended.out) == (4, "")
    assert "0800 123" in ended.err


def test_a_word_is_masked_in_the_stream(myna) -> None:
    ended = myna(*PARIS, env=policy(myna, "mask"))
    assert ended.status == 0
    assert "***" in ended.out
    assert "Par" not in ended.out


def test_not_even_half_of_a_word_that_ends_the_answer_is_shown(myna) -> None:
    ended = myna(*PARIS, env=policy(myna, "block"))
    assert ended.status == 4
    assert "France" in ended.out
    assert "P" not in ended.out
    assert "Paris" not in myna("conversations", "search", "Paris").out


@pytest.mark.parametrize("name", ["default", "workplace", "kiosk-public"])
def test_the_shipped_policies_pass_their_tests_with_the_classifiers_that_they_ask(myna, install, name) -> None:
    install("securevector-guardian", "profanity-en")
    ended = myna("guard", "policies", "--json", env={"MYNA_GUARD_POLICIES": name})
    assert ended.status == 0, ended.err
    shown = json.loads(ended.out)
    assert shown["tests"] > 5
    assert (shown["failed_tests"], shown["skipped_tests"], shown["missing"]) == ([], [], [])
