"""What was said, as the guard lets it be told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from myna_serve.aside import judge, record
from myna_serve.screened import Screen

if TYPE_CHECKING:
    from myna.voice_events import Final
    from myna_serve.access.identity import Identity
    from myna_serve.service import Service

ENDPOINT = "/v1/realtime"
"""In the audit log, of what is understood and not answered by itself."""


async def passed(service: Service, who: Identity, said: Final, *, answered: bool) -> Final:
    """`said`, masked where a policy says so. `answered`: it becomes a turn, which has it judged as well, and recorded;
    where that blocks it, nothing of it is told.

    Raises:
        Fault: it may not be told.
    """
    text = said.text
    if answered:
        if service.assistant.host.screens:
            verdict = (await judge(service, [text], counted=False)).verdict
            text = {"block": "", "replace": verdict.text}.get(verdict.action, text)
    else:
        screen = Screen(service, who, ENDPOINT, "audio")
        text = await screen.passed(text)
        await record(service, who, ENDPOINT, content={"transcript": text}, masked=screen.masked)
    return msgspec.structs.replace(said, text=text)
