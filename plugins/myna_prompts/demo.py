"""The part of `myna demo` that shows a template: a text becomes data under a schema."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from myna.cli.terminal import printable
from myna.draft import AskOptions
from myna.errors import EngineError, from_info

if TYPE_CHECKING:
    from rich.console import Console

    from myna.assistant import Assistant

TEXT = "On 12 June, Lena Fox sold 30 apples in Leeds."


async def template(assistant: Assistant, console: Console) -> dict[str, float]:
    """Ask with the template `extract`; milliseconds by stage."""
    conversation = await assistant.conversation(record=False)
    console.print(f"› --prompt extract {TEXT}", style="cyan", markup=False, highlight=False)
    # In English, as the text is: the default model knows no other language.
    turn = conversation.ask(TEXT, options=AskOptions(prompt="extract:en"))
    finished = await turn.finish()
    if finished.error is not None:
        raise from_info(finished.error)
    if finished.reason != "stop":
        raise EngineError("the answer did not come to its end")
    for name, found in json.loads(finished.text).items():
        console.print(f"{name}: {printable(', '.join(found))}", markup=False, highlight=False)
    meta = (await conversation.history())[-1].meta
    console.print(f"{meta.prompt} {meta.prompt_version}, SHA-256 {meta.prompt_hash[:12]}", style="dim", highlight=False)
    kept = ("prepare", "first_token", "total")
    return {stage: finished.timings[stage] for stage in kept if stage in finished.timings}
