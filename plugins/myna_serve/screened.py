"""Texts that are no turn, as the guard lets them pass: what goes in to be spoken or measured, and what was heard."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

import msgspec

from myna.engine.speech import NoSpeech, Segment, Transcript
from myna.hookspecs import Verdict

from .aside import judge, record
from .faults import Fault

if TYPE_CHECKING:
    from .access.identity import Identity
    from .service import Service

Heard = Segment | Transcript | NoSpeech


class Screen:
    """The guard, for one request to `endpoint`."""

    def __init__(self, service: Service, who: Identity, endpoint: str, param: str) -> None:
        """`param`: the field that is wrong when something is blocked."""
        self._service = service
        self._who = who
        self._endpoint = endpoint
        self._param = param
        self.masked = 0
        """Texts that were changed."""

    async def passed(self, text: str) -> str:
        """The text as it may be used. Raises `Fault` where it may not; that is recorded."""
        verdict = await self.verdict(text)
        if verdict.action == "replace":
            self.masked += 1
            return verdict.text
        return text

    async def verdict(self, text: str) -> Verdict:
        """What is to become of it: `allow` or `replace`. Raises: as `passed`."""
        if not self._service.assistant.host.screens or not text.strip():
            return Verdict("allow")
        verdict = (await judge(self._service, [text])).verdict
        if verdict.action != "block":
            return verdict
        self._service.metrics.blocked()
        data: dict[str, Any] = {"action": "block", "rule": verdict.rule}
        await record(self._service, self._who, self._endpoint, content={"blocked": text}, **data)
        message = verdict.text or "the policy of this machine does not allow it"
        raise Fault(400, message, code="content_filter", param=self._param)


async def screened(screen: Screen, heard: AsyncGenerator[Heard, None]) -> AsyncGenerator[Heard, None]:
    """What was heard, as it may be told. Each segment waits for the next one: what is forbidden may lie across two.
    A transcript that has a segment itself has that one in the place of those before it.

    Raises:
        Fault: it may not be told.
    """
    held: Segment | None = None
    told: list[str] = []
    async with aclosing(heard):
        async for one in heard:
            if isinstance(one, Segment):
                if held is not None:
                    held, done = await _apart(screen, held, one)
                    if done is not None:
                        told.append(done.text)
                        yield done
                else:
                    held = await _masked(screen, one)
                continue
            if held is not None:
                told.append(held.text)
                yield held
                held = None
            yield await _whole(screen, one, told) if isinstance(one, Transcript) else one


async def _apart(screen: Screen, held: Segment, following: Segment) -> tuple[Segment, Segment | None]:
    """What waits from now on, and what may be told."""
    following = await _masked(screen, following)
    together = f"{held.text}{_space(held.text, following.text)}{following.text}"
    verdict = await screen.verdict(together)
    if verdict.action == "allow":
        return following, held
    screen.masked += 1
    one = msgspec.structs.replace(held, text=verdict.text, end=following.end, words=())
    return one, None


async def _masked(screen: Screen, segment: Segment) -> Segment:
    """Without times for its words where one of them is not to be seen."""
    text = await screen.passed(segment.text)
    return segment if text == segment.text else msgspec.structs.replace(segment, text=text, words=())


async def _whole(screen: Screen, transcript: Transcript, told: list[str]) -> Transcript:
    text = transcript.text
    if screen.masked:
        text = ""
        for piece in told:
            text += _space(text, piece) + piece
    passed = await screen.passed(text)
    if passed == text:
        return msgspec.structs.replace(transcript, text=text)
    # It lies across more than two segments: none of them may be told for itself.
    return msgspec.structs.replace(transcript, text=passed, segments=(Segment(passed, 0.0, transcript.duration),))


def _space(before: str, after: str) -> str:
    """Between two pieces; Chinese has none."""
    if not before or before[-1].isspace() or not before[-1].isascii() or after[:1].isspace():
        return ""
    return " "
