"""The part of `myna demo` that shows a filter: what a policy masks and blocks, by its rules alone."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from .elapsed import since
from .judging import by_rules
from .policies.active import folders_of
from .policies.compiled import CompiledPolicy
from .policies.layers import layered

if TYPE_CHECKING:
    from rich.console import Console

    from myna.assistant import Assistant

POLICY = "workplace"
TEXTS = (
    "My card is 4111 1111 1111 1111; write to lena@example.com.",
    "我的手机号是 13912345678。",
    "The class in Scunthorpe is at nine.",
)
"""The last one holds words that a filter without word borders would find."""


async def policy(assistant: Assistant, console: Console) -> dict[str, float]:
    """Judge some texts; milliseconds for reading the policy, and for all texts."""
    started = time.perf_counter()
    compiled = CompiledPolicy(layered((POLICY,), folders_of(assistant.settings.guard, assistant.paths)))
    compiled.screen("user")
    timings = {"load": since(started)}
    started = time.perf_counter()
    for text in TEXTS:
        judgement = by_rules(compiled, text, "user")
        console.print(f"› guard check --policy {POLICY} {text}", style="cyan", markup=False, highlight=False)
        found = ", ".join(dict.fromkeys(one.rule for one in judgement.found))
        console.print(
            judgement.text + (f"  ({found}: {judgement.action})" if found else ""), markup=False, highlight=False
        )
    timings["check"] = since(started)
    return timings
