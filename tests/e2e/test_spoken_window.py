"""Talking to the window: a question into the microphone, the answer from the loudspeaker, and nothing left on disk."""

from __future__ import annotations

import json
import subprocess
import sys
import wave
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from conftest import Myna
from pulse import RATE, Pulse

SPEECH_MODELS = ("whisper-tiny-en", "piper-en-us-joe", "silero-vad", "smart-turn-v3")
QUESTION = "What is the capital of France?"
# Echo is none of a null sink's.
SETTINGS = {
    "MYNA_CHAT_TEMPERATURE": "0",
    "MYNA_CHAT_MAX_TOKENS": "40",
    "MYNA_SPEECH_LANGUAGES": "en",
    "MYNA_SPEECH_ECHO": "off",
}


class Window:
    """`spoken_window.py`, and what it has told."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.state: dict[str, Any] = {}
        self.seen: list[tuple[str, Any]] = []

    def do(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def until(self, name: str, value: Any = None) -> Any:
        """Until `name` is `value`, or anything where that is None; raises where something is wrong."""
        assert self.process.stdout is not None
        while not (bool(self.state.get(name)) if value is None else self.state.get(name) == value):
            line = self.process.stdout.readline()
            assert line, self.seen
            told = json.loads(line)
            self.state |= told
            self.seen += told.items()
            assert not self.state.get("trouble"), self.state["trouble"]
        return self.state[name]


@pytest.fixture
def talker(install: Callable[..., Path], myna_home: Path) -> Myna:
    """The command line with the default models for speech too."""
    install(*SPEECH_MODELS)
    return Myna(myna_home)


@pytest.fixture
def window(talker: Myna, pulse: Pulse, request: pytest.FixtureRequest) -> Iterator[Window]:
    """With the microphone open at a click, or as the parameter says."""
    listen = getattr(request, "param", "open")
    script = Path(__file__).with_name("spoken_window.py")
    process = subprocess.Popen(
        [sys.executable, str(script), str(talker.home)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=talker.environment({**SETTINGS, "MYNA_SPEECH_LISTEN": listen}),
    )
    with process:
        try:
            opened = Window(process)
            opened.until("ready", True)
            opened.until("session", "closed")
            yield opened
            opened.do("quit")
            process.wait(30)
        finally:
            process.kill()
    assert process.returncode == 0


def said(myna: Myna, folder: Path, text: str) -> np.ndarray:
    """`text` spoken by the voice, at `RATE`."""
    import soxr

    path = folder / "said.wav"
    assert myna("say", text, "-o", str(path)).status == 0
    with wave.open(str(path)) as file:
        sound = np.frombuffer(file.readframes(1 << 30), "<i2").astype(np.float32) / 32768
        return soxr.resample(sound, file.getframerate(), RATE)


def understood(myna: Myna, folder: Path, sound: np.ndarray) -> str:
    path = folder / "answer.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", ""))
        file.writeframes((np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes())
    done = myna("transcribe", str(path))
    assert done.status == 0, done.err
    return done.out


def kept(myna: Myna) -> list[int]:
    return [one["messages"] for one in json.loads(myna("conversations", "list", "--json").out)]


def files(home: Path) -> dict[Path, int]:
    return {path: path.stat().st_size for path in home.rglob("*") if path.is_file() and "models" not in path.parts}


def test_a_question_is_spoken_to_the_window_and_answered_aloud(talker, window, pulse, tmp_path):
    question = said(talker, tmp_path, QUESTION)
    before = files(talker.home)
    window.do("click voice")
    window.until("session", "open")
    recording = pulse.record()
    pulse.say(question)
    window.until("floor", "person")
    window.until("floor", "myna")
    window.until("floor", "nobody")
    assert any(name in {"stable", "rest"} and "What" in value for name, value in window.seen)
    recording.wait(0.3)
    assert "Paris" in understood(talker, tmp_path, recording.stop())
    window.do("click end-voice")
    window.until("session", "closed")
    assert kept(talker) == [2]
    # Sound would take 32 kB a second; the database and its log take what they take.
    new = {path: size for path, size in files(talker.home).items() if path not in before}
    assert not [path for path in new if path.suffix in {".wav", ".raw", ".pcm"} or path.read_bytes()[:4] == b"RIFF"]


@pytest.mark.parametrize("window", ["push-to-talk"], indirect=True)
def test_a_key_is_held_to_talk_and_the_microphone_is_tried(talker, window, pulse, tmp_path):
    question = said(talker, tmp_path, QUESTION)
    window.do("page voice")
    window.until("looked", True)
    window.do("click try-microphone")
    window.until("trial", "recording")
    pulse.say(question)
    assert "capital of France" in window.until("heard")
    window.do("page conversation")
    window.do("hold F9")
    window.until("session", "open")
    pulse.say(question).wait(20)
    window.until("floor", "person")
    window.do("release F9")
    window.until("floor", "myna")
    # The window is closed while it speaks: the fixture wants it to end well.


def test_the_window_is_closed_while_somebody_speaks(talker, window, pulse, tmp_path):
    window.do("click voice")
    window.until("session", "open")
    pulse.say(
        said(talker, tmp_path, "Once upon a time there was a fox, and the fox knew a bear, and the bear knew me.")
    )
    window.until("floor", "person")
