"""What a visitor says to the kiosk about a picture: it is asked with it, and nothing of the sound is left anywhere."""

from __future__ import annotations

import wave
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from conftest import Myna
from driven_kiosk import Driven, in_memory
from pulse import RATE, Pulse

pytestmark = pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="needs Linux, to look into processes")

SPEECH_MODELS = ("whisper-tiny-en", "piper-en-us-joe", "silero-vad", "smart-turn-v3")
QUESTION = "Where is the room of the club, and when does it open?"
LOUD = 2000
"""Of 32768: above the noise that any program may have in its memory."""
PIECE = 24
"""Samples in a row that are looked for; no others are like them by chance."""


@pytest.fixture
def driven(install: Callable[..., Path], myna_home: Path, pulse: Pulse, tmp_path: Path) -> Iterator[Driven]:
    install(*SPEECH_MODELS)
    offered = tmp_path / "offered"
    offered.mkdir()
    Image.effect_noise((64, 64), 90).save(offered / "club.png")
    profile = tmp_path / "kiosk.toml"
    profile.write_text(
        'inputs = ["text", "voice"]\nplugins = ["speech"]\npolicies = ["off"]\naudit = "off"\n'
        'languages = ["en"]\nmodels = ["smollm2-135m-instruct"]\n[idle]\nafter_s = 3600\n'
        f'[pictures]\nfolder = "{offered}"\n',
        encoding="utf-8",
    )
    made = Driven(myna_home, profile, {"MYNA_SPEECH_LISTEN": "open"})
    yield made
    made.close()


def pieces(sound: bytes) -> dict[str, bytes]:
    """Of every second, the loudest place, as microphones have it and as models do."""
    samples = np.frombuffer(sound[: len(sound) // 2 * 2], "<i2")
    found: dict[str, bytes] = {}
    for second in range(0, len(samples) - 16_000, 16_000):
        at = second + int(np.abs(samples[second : second + 16_000 - PIECE].astype(np.int32)).argmax())
        piece = samples[at : at + PIECE]
        if np.abs(piece.astype(np.int32)).max() > LOUD:
            found[f"{second // 16_000} s, 16 bits"] = piece.tobytes()
            found[f"{second // 16_000} s, floats"] = (piece.astype(np.float32) / 32768).tobytes()
    return found


def test_a_picture_goes_along_and_nothing_of_the_sound_is_left(
    driven: Driven, pulse: Pulse, myna_home: Path, tmp_path: Path
) -> None:
    said = tmp_path / "question.wav"
    assert Myna(myna_home)("say", QUESTION, "--output", str(said)).status == 0
    with wave.open(str(said)) as file:
        voice = np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.float32) / 32768
        at = np.arange(round(len(voice) * RATE / file.getframerate())) * (file.getframerate() / RATE)
    voice = np.interp(at, np.arange(len(voice)), voice)

    driven.touch("begin")
    driven.touch("pictures")
    driven.touch("offered-0")
    driven.until(lambda: driven.do("look", "taken"))
    driven.touch("microphone")
    driven.touch("agree")
    driven.until(lambda: len(driven.listen()) > 16_000)
    pulse.say(voice)
    driven.until(lambda: bool(pieces(driven.listen())))
    # It went along with the question.
    driven.until(lambda: driven.do("look", "picture") and not driven.do("look", "taken"))
    needles = pieces(driven.listen())

    # The search finds what it looks for, as long as it is there.
    driven.until(lambda: {name.split(", ")[1] for name in driven.holds(needles)} == {"16 bits", "floats"})
    driven.touch("finish")
    driven.until(lambda: driven.do("look", "begin") and not in_memory(driven.process.pid, needles))
    assert {pid: left for pid in driven.all() if (left := in_memory(pid, needles))} == {}
