"""A conversation by voice through the real program: from files, and on real devices."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import time
import wave
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

import pulse as sound_server
from conftest import Ended, Myna

SPEECH_MODELS = ("whisper-tiny-en", "piper-en-us-joe", "silero-vad", "smart-turn-v3")
QUESTION = "What is the capital of France?"
STORY = "Tell me a long story about a fox and a bear."
RATE = sound_server.RATE
# The default model's catalog entry says 0.2; at 0 the same question has the same answer.
WAKE_MODEL = "openwakeword-hey-jarvis"
SETTINGS = {"MYNA_CHAT_TEMPERATURE": "0", "MYNA_CHAT_MAX_TOKENS": "60", "MYNA_SPEECH_LANGUAGES": "en"}


@pytest.fixture
def talker(install: Callable[..., Path], myna_home: Path) -> Myna:
    """The command line with the default models for speech too."""
    install(*SPEECH_MODELS, WAKE_MODEL)
    return Myna(myna_home)


def run(myna: Myna, *arguments: str) -> Ended:
    return myna(*arguments, env=SETTINGS)


def events(out: str) -> list[dict]:
    return [json.loads(line) for line in out.splitlines()]


def named(told: list[dict], name: str) -> list[dict]:
    return [event for event in told if event["event"] == name]


def samples(path: Path, rate: int = RATE) -> np.ndarray:
    import soxr

    with wave.open(str(path)) as file:
        sound = np.frombuffer(file.readframes(1 << 30), "<i2").astype(np.float32) / 32768
        return soxr.resample(sound, file.getframerate(), rate)


def write(path: Path, sound: np.ndarray, rate: int = RATE) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, rate, 0, "NONE", ""))
        file.writeframes((np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes())
    return path


def said(myna: Myna, folder: Path, text: str) -> np.ndarray:
    """`text` spoken by the voice, at `RATE`."""
    path = folder / f"{abs(hash(text))}.wav"
    assert run(myna, "say", text, "-o", str(path)).status == 0
    return samples(path)


def understood(myna: Myna, path: Path) -> str:
    done = run(myna, "transcribe", str(path))
    assert done.status == 0, done.err
    return done.out


def test_a_spoken_question_is_answered_aloud(talker, tmp_path):
    question, answer = tmp_path / "q.wav", tmp_path / "a.wav"
    assert run(talker, "say", QUESTION, "-o", str(question)).status == 0
    done = run(talker, "talk", "--input", str(question), "--output", str(answer))
    assert done.status == 0, done.err
    asked, answered = done.out.splitlines()
    assert asked.startswith("> ")
    assert "capital of France" in asked
    assert "Paris" in answered
    assert "first audio played" in done.err
    assert "Paris" in understood(talker, answer)


def test_two_questions_in_one_file_and_events_as_json(talker, tmp_path):
    quiet = np.zeros(RATE, np.float32)
    sound = np.concatenate(
        [quiet, said(talker, tmp_path, QUESTION), *[quiet] * 8, said(talker, tmp_path, "Stop."), quiet]
    )
    question = write(tmp_path / "q.wav", sound)
    done = run(talker, "--json", "talk", "--input", str(question), "--output", str(tmp_path / "a.wav"))
    assert done.status == 0, done.err
    told = events(done.out)
    assert told[0]["event"] == "listening"
    [turn] = named(told, "turn-done")
    assert turn["reason"] == "stop"
    assert "Paris" in turn["text"]
    assert {"voice_endpoint", "voice_transcript", "voice_audio_played", "total"} <= turn["timings"].keys()
    assert named(told, "partial")
    assert told[-1]["event"] == "percentiles"
    # The conversation is kept, as any other.
    kept = json.loads(run(talker, "conversations", "list", "--json").out)
    assert [one["messages"] for one in kept] == [2]


@pytest.mark.parametrize("spoken", ["Hey Myna, what is the capital of France?", QUESTION])
def test_the_wake_phrase_decides(talker, tmp_path, spoken):
    question = tmp_path / "q.wav"
    assert run(talker, "say", spoken, "-o", str(question)).status == 0
    arguments = ("--json", "talk", "--listen", "wake", "--input", str(question), "--output", str(tmp_path / "a.wav"))
    done = run(talker, *arguments)
    assert done.status == 0, done.err
    assert len(named(events(done.out), "turn-done")) == spoken.startswith("Hey")


@pytest.mark.parametrize("spoken", ["Hey Jarvis.", "Hey Martha."])
def test_a_wake_word_model_decides(talker, tmp_path, spoken):
    quiet = np.zeros(RATE // 2, np.float32)
    parts = (quiet, said(talker, tmp_path, spoken), quiet, said(talker, tmp_path, QUESTION), quiet)
    question = write(tmp_path / "q.wav", np.concatenate(parts))
    arguments = ("--json", "talk", "--listen", "wake", "--input", str(question), "--output", str(tmp_path / "a.wav"))
    done = talker(*arguments, env={**SETTINGS, "MYNA_SPEECH_WAKE_MODEL": WAKE_MODEL})
    assert done.status == 0, done.err
    told = events(done.out)
    wakes = spoken == "Hey Jarvis."
    assert len(named(told, "awake")) == wakes
    assert [turn["question"] for turn in named(told, "turn-done")] == ["What is the capital of France?"] * wakes


@pytest.mark.parametrize(
    ("content", "status", "problem"),
    [(b"", 6, ""), (b"hello, this is text\n", 6, ""), (None, 6, "")],
    ids=["empty", "text", "missing"],
)
def test_a_file_that_is_no_sound(talker, tmp_path, content, status, problem):
    question = tmp_path / "q.wav"
    if content is not None:
        question.write_bytes(content)
    done = run(talker, "talk", "--input", str(question), "--output", str(tmp_path / "a.wav"))
    assert done.status == status
    assert done.err.startswith("myna: ")
    assert "Traceback" not in done.err


def test_a_silent_file_has_no_answer(talker, tmp_path):
    question = write(tmp_path / "q.wav", np.zeros(2 * RATE, np.float32))
    done = run(talker, "talk", "--input", str(question), "--output", str(tmp_path / "a.wav"))
    assert (done.status, done.out) == (0, "")


def test_without_a_voice_it_says_how_to_get_one(talker, tmp_path):
    shutil.rmtree(talker.home / "models" / "whisper-tiny-en")
    question = write(tmp_path / "q.wav", np.zeros(RATE, np.float32))
    done = run(talker, "talk", "--input", str(question), "--output", str(tmp_path / "a.wav"))
    assert done.status == 3
    assert "hint: myna models" in done.err


def test_ctrl_c_ends_it(talker, tmp_path):
    question = write(tmp_path / "q.wav", np.zeros(60 * RATE, np.float32))
    with talker.start("--json", "talk", "--input", str(question), "--output", str(tmp_path / "a.wav")) as process:
        assert b"listening" in process.stdout.readline()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert b"Traceback" not in err
    assert json.loads(out.splitlines()[-1])["event"] == "percentiles"


# real devices


class Talk:
    """`myna talk` on the devices, with its events as they come."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        self.told: list[dict] = []

    def until(self, name: str, count: int = 1) -> dict:
        while len(found := named(self.told, name)) < count:
            line = self.process.stdout.readline()
            assert line, (self.told, self.process.stderr.read().decode())
            self.told.append(json.loads(line))
        return found[-1]


@pytest.fixture
def talk(talker: Myna, pulse: sound_server.Pulse) -> Iterator[Talk]:
    """Listening. Echo is none of a null sink's."""
    settings = {**SETTINGS, "MYNA_SPEECH_ECHO": "off"}
    with talker.start("--json", "talk", env=settings) as process:
        try:
            talking = Talk(process)
            talking.until("listening")
            yield talking
        finally:
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=20)
    assert process.returncode == 130


def test_a_question_into_the_microphone_is_answered_on_the_speaker(talker, talk, pulse, tmp_path):
    sound = said(talker, tmp_path, QUESTION)
    recording = pulse.record()
    pulse.say(sound)
    done = talk.until("turn-done")
    assert "Paris" in done["text"]
    recording.wait(0.5)
    answer = write(tmp_path / "a.wav", recording.stop())
    assert "Paris" in understood(talker, answer)


def test_speaking_interrupts_the_answer(talker, talk, pulse, tmp_path):
    story, question = said(talker, tmp_path, STORY), said(talker, tmp_path, "Please tell me the capital of France.")
    pulse.say(story)
    talk.until("speaking")
    time.sleep(1.5)  # of the answer, which is heard meanwhile
    pulse.say(question)
    heard = talk.until("interrupted")["heard"]
    first = talk.until("turn-done")
    assert (first["reason"], first["text"]) == ("cancelled", heard)
    recording = pulse.record()
    second = talk.until("turn-done", 2)
    assert second["reason"] == "stop"
    assert "capital of France" in second["question"]
    recording.wait(0.3)
    # Nothing of the first answer is heard any more.
    rest = understood(talker, write(tmp_path / "a.wav", recording.stop()))
    assert "Paris" in rest


def test_a_cough_lets_the_answer_go_on(talker, talk, pulse, tmp_path):
    throat = said(talker, tmp_path, "Ahem.")
    pulse.say(said(talker, tmp_path, STORY))
    talk.until("speaking")
    # A burst of noise is not even taken for a voice; a throat that is cleared is.
    pulse.say(np.concatenate([cough(), np.zeros(RATE // 2, np.float32), throat]))
    talk.until("paused")
    talk.until("resumed")
    done = talk.until("turn-done")
    assert done["reason"] in {"stop", "length"}
    assert named(talk.told, "interrupted") == []


def test_a_chat_goes_on_by_voice_and_back(talker, pulse, tmp_path):
    sound = said(talker, tmp_path, QUESTION)
    with talker.start("--json", "chat", env={**SETTINGS, "MYNA_SPEECH_ECHO": "off"}) as process:
        talking = Talk(process)
        process.stdin.write(b"/voice\n")
        process.stdin.flush()
        talking.until("listening")
        pulse.say(sound)
        assert "Paris" in talking.until("turn-done")["text"]
        process.send_signal(signal.SIGINT)
        talking.until("percentiles")
        out, err = process.communicate(b"Say it again.\n", timeout=30)
    assert process.returncode == 0, err
    assert json.loads(out)["finish_reason"] in {"stop", "length"}
    kept = json.loads(run(talker, "conversations", "list", "--json").out)
    assert [one["messages"] for one in kept] == [4]


def cough() -> np.ndarray:
    """A burst of noise that fades, with the resonances of a mouth."""
    random = np.random.default_rng(1)
    count = round(0.35 * RATE)
    noise = random.standard_normal(count)
    spectrum = np.fft.rfft(noise)
    frequency = np.fft.rfftfreq(count, 1 / RATE)
    shape = sum(
        np.exp(-(((frequency - center) / width) ** 2)) for center, width in ((500, 200), (1500, 300), (2500, 400))
    )
    burst = np.fft.irfft(spectrum * shape, count) * np.exp(-np.arange(count) / (0.12 * RATE))
    return (0.5 * burst / np.abs(burst).max()).astype(np.float32)
