"""What goes to the model, judged by the plugins that screen.

Values for a template, the question, and texts that were found in pictures or looked up."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from .audit.turns import TurnAudit
from .draft import Draft
from .errors import BadInput, Blocked
from .hookspecs import Verdict
from .host import PluginHost
from .messages import Message, Part, Role, Text, system, user
from .tools import ToolUse


class Screening:
    """Of one turn. What is decided goes into the audit record."""

    def __init__(self, host: PluginHost, audit: TurnAudit, *, blocked: Callable[[str], None]) -> None:
        """`blocked` is told what a person is to read in place of an answer."""
        self._host = host
        self._audit = audit
        self._blocked = blocked
        self._found: dict[Text, Text] = {}
        """What may go on in the place of texts that nobody typed. The question as it is kept holds the same ones as the
        turn that is generated."""

    async def values(self, value: Any, draft: Draft) -> Any:
        """Plain data with its texts as they may go on: what is put into a template is judged as a question is.

        Raises:
            Blocked: one of them may not.
        """
        if isinstance(value, str):
            return (await self._judged(user(value), draft)).text if value else value
        if isinstance(value, Mapping):
            return {await self.values(name, draft): await self.values(inner, draft) for name, inner in value.items()}
        if isinstance(value, list | tuple):
            return [await self.values(inner, draft) for inner in value]
        return value

    async def tools(self, use: ToolUse, draft: Draft) -> ToolUse:
        """The tools as the model may be told of them: whoever asks has written what they are.

        Raises:
            Blocked: that may not go on.
        """
        if not use:
            return use
        told = [{"description": tool.description, "parameters": _plain(tool.parameters)} for tool in use.tools]
        whole = system("\n".join(_texts(told)))
        if (await self._judged(whole, draft)) is whole:
            return use
        # Something in it: text by text, to know where.
        screened = await self.values(told, draft)
        tools = [
            msgspec.structs.replace(
                tool, description=one["description"], parameters=msgspec.json.encode(one["parameters"]).decode()
            )
            for tool, one in zip(use.tools, screened, strict=True)
        ]
        return msgspec.structs.replace(use, tools=tuple(tools))

    async def question(self, question: Message, draft: Draft) -> Message:
        """The question as it may go on, with what is in its pictures judged by itself.

        Raises:
            Blocked: it may not.
        """
        typed = question.typed()
        screened = await self._judged(typed, draft)
        return question if screened is typed else question.with_text(screened.text)

    async def earlier(self, messages: Sequence[Message], draft: Draft) -> None:
        """Those of `messages`, which came before the question, as they may go on; a filter judges what models say.

        Raises:
            Blocked: one of the messages may not.
        """
        for at, message in enumerate(draft.messages):
            if message.role != "assistant" and any(message is one for one in messages):
                screened = await self._judged(message.typed(), draft)
                if screened.text != message.typed().text:
                    draft.messages[at] = message.with_text(screened.text)

    async def found(self, draft: Draft, question: Message | None) -> Message | None:
        """What was found in pictures or looked up, each text by itself: it is not the user who says it. Returns
        `question` as it may be kept.

        Raises:
            Blocked: one of them may not go on.
        """
        for at, message in enumerate(draft.messages):
            draft.messages[at] = await self._judged_apart(message, draft)
        # A model that looks at pictures reads for itself, so here a screen can only block.
        for text in await draft.printed() if self._host.screens_printed(draft.settings) else ():
            await self._verdict(Message("user", (Text(text, "picture"),)), draft)
        return None if question is None else await self._judged_apart(question, draft)

    async def _judged_apart(self, message: Message, draft: Draft) -> Message:
        """`message` with what may go on in the place of the texts in it that nobody typed."""
        parts: list[Part] = []
        for part in message.parts:
            if isinstance(part, Text) and part.origin != "user":
                parts.append(await self._found_text(part, message.role, draft))
            else:
                parts.append(part)
        return message if tuple(parts) == message.parts else Message(message.role, tuple(parts))

    async def _found_text(self, part: Text, role: Role, draft: Draft) -> Text:
        known = self._found.get(part)
        if known is None:
            screened = await self._judged(Message(role, (part,)), draft)
            known = self._found[part] = (
                part if screened.text == part.text else msgspec.structs.replace(part, text=screened.text)
            )
            # What stands for it was judged with it.
            self._found.setdefault(known, known)
        return known

    async def _judged(self, message: Message, draft: Draft) -> Message:
        """`message`, or what stands for it."""
        verdict = await self._verdict(message, draft)
        self._audit.verdict("input", verdict)
        return message.with_text(verdict.text) if verdict.action == "replace" else message

    async def _verdict(self, message: Message, draft: Draft) -> Verdict:
        verdict = await self._host.screen_input(message, draft)
        if verdict.action == "block":
            self._audit.verdict("input", verdict)
            self._blocked(verdict.text)
            raise Blocked(verdict.text or "this question is not answered here", hint=verdict.rule)
        return verdict


def _plain(schema: str) -> Any:
    """Raises `BadInput` where it is not JSON."""
    try:
        return msgspec.json.decode(schema)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        raise BadInput("the parameters of a tool are no JSON object") from None


def _texts(value: Any) -> Iterator[str]:
    """All texts in plain data."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from map(str, value)
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
