"""Pictures beside a question."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import Missing, UsageError
from ..messages import Image, Part, Text
from ..store.attachments import MAX_ATTACHMENT_BYTES, checked_type
from .group import absent
from .inputs import in_thread, read_file

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..assistant import Assistant
    from ..conversation import Conversation
    from .context import Context


A_MODEL_THAT_SEES = "myna models pull smolvlm-500m-instruct"
"""The smallest of the catalog that does."""


async def attach(
    ctx: Context, assistant: Assistant, conversation: Conversation, paths: Sequence[str], text: str
) -> tuple[Part, ...]:
    """The pictures at `paths`, kept as `conversation` is, then `text`.

    Raises: as `check`.
    """
    pictures = [await check(ctx, assistant, conversation.model, path) for path in paths]
    kept = [Image(await conversation.add_picture(data)) for data in pictures]
    return (*kept, Text(text))


async def check(ctx: Context, assistant: Assistant, model: str, path: str) -> bytes:
    """The picture at `path`, when it is one and the model can see it, or facts about it can be found out.

    Raises:
        UsageError: there is no path.
        BadInput: the file cannot be read or is no picture.
        Missing: the model cannot see.
    """
    if not path.strip():
        raise UsageError("the path of a picture is missing")
    # In a thread: it may be a pipe that nobody writes to, and Ctrl-C must be answered.
    data = await in_thread(lambda: read_file(path, largest=MAX_ATTACHMENT_BYTES, what="picture"))
    checked_type(data, "image/png")
    resolved = await assistant.resolve(model)
    if not resolved.looks and not any("look" in engine.tasks for engine in ctx.host.engines()):
        hint = absent(ctx, "--image", "vision").hint if not _has_vision(ctx) else A_MODEL_THAT_SEES
        raise Missing(f"the model {resolved.name} cannot look at pictures", hint=hint)
    return data


def _has_vision(ctx: Context) -> bool:
    return any(plugin.name == "vision" and plugin.state == "active" for plugin in ctx.host.plugins())
