"""A session with somebody who talks from elsewhere: a line in the place of the devices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from myna_speech.devices.line import LineLoudspeaker, LineMicrophone

from .opening import open_session

if TYPE_CHECKING:
    from myna.hookspecs import VoiceCall

    from .session import VoiceSession


async def open_call(call: VoiceCall) -> VoiceSession:
    """A session over `call.line`. Raises: as `open_session`."""
    microphone, loudspeaker = LineMicrophone(call.line), LineLoudspeaker(call.line)
    session = await open_session(
        call.assistant,
        call.conversation,
        call.settings,
        microphone,
        loudspeaker,
        show=call.show,
        options=call.options,
        answers=call.answers,
    )
    marks = {"press": session.press, "release": session.release, "drop": session.drop}
    microphone.on_mark = lambda mark: marks[mark]()
    return session
