"""The part of `myna demo` that looks: a drawn receipt is asked about."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from myna.cli.terminal import printable

from ..answers.asking import answer_from_facts

if TYPE_CHECKING:
    from rich.console import Console

    from myna.assistant import Assistant

RECEIPT = Path(__file__).with_name("receipt.png")
"""Drawn for this, by `tests/plugins/vision/receipts.py`; it is nobody's."""
QUESTIONS = ("What is the total?", "What is the phone number?", "牛角包多少钱？", "Who is the waiter?")


async def receipt(assistant: Assistant, console: Console) -> dict[str, float]:
    """Ask what facts answer, and what they do not. Returns milliseconds for each stage of the first question."""
    picture = RECEIPT.read_bytes()
    timings: dict[str, float] = {}
    for question in QUESTIONS:
        answered = await answer_from_facts(assistant, picture, question)
        timings = timings or answered.timings
        console.print(f"› {question}", style="cyan", markup=False, highlight=False)
        console.print(printable(answered.answer), markup=False, highlight=False)
    return {stage: timings[stage] for stage in ("decode", "detect", "recognise", "total") if stage in timings}
