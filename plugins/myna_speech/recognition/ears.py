"""Voice activity and turn end for a stream of sound; one worker process serves all streams."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from myna.engine.protocols import EngineSpec
from myna.engine.speech_clients import VoiceClient
from myna.errors import ModelMissing

from ..plugin import EARS

if TYPE_CHECKING:
    from myna.assistant import Assistant


async def ears_client(assistant: Assistant, stream: str) -> VoiceClient:
    """The ears of the stream called `stream`; nothing is loaded yet.

    Without the model for turn end, `turn_end` alone raises `ModelMissing`.

    Raises:
        ModelMissing: the model for voice activity is not installed.
    """
    try:
        voice = await assistant.resolve(task="voice-activity")
    except ModelMissing as error:
        raise ModelMissing(error.message, hint="myna models pull silero-vad") from None
    files = {"voice": voice.files["model"]}
    with suppress(ModelMissing):  # said when it is asked for
        files["turn"] = (await assistant.resolve(task="turn-end")).files["model"]
    spec = EngineSpec(name="ears", factory=EARS, files=files, fingerprint=voice.sha256, extra="speech")
    return VoiceClient(assistant.pool.engine(spec), stream)
