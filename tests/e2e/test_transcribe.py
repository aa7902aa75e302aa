"""Speech to text on the real models, through the program and through the assistant."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import wave
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from myna.assistant import Assistant
from myna.config import PluginSettings, Settings
from myna.engine.speech import (
    NoSpeech,
    Progress,
    Segment,
    TranscribeFileRequest,
    TranscribeRequest,
    Transcript,
)
from myna.engine.speech_clients import TranscriberClient
from myna.errors import BadInput, EngineCrashed, ModelMissing
from myna.paths import Paths
from myna_speech.benchmarks.clips import MAKER
from myna_speech.benchmarks.word_errors import word_error_rate
from myna_speech.recognition.agreement import LocalAgreement, split_units
from myna_speech.recognition.ears import ears_client
from myna_speech.recognition.models import transcriber_for

RATE = 16_000
SENTENCES = (
    "What is the capital of France?",
    "Please write a letter to the landlord and say that the heating has been broken for three days.",
    "Stop.",
)
CHANCE = np.random.default_rng(5)

Sound = np.ndarray[Any, Any]


@pytest.fixture(scope="session")
def clips(shared_models: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Sound]:
    """`SENTENCES` spoken by Piper (`plain-0` and so on) and others, 16-bit samples at 16 kHz."""
    [voice] = (shared_models / "piper-en-us-joe").glob("*.onnx")
    target = tmp_path_factory.mktemp("clips") / "clips.npz"
    command = [sys.executable, "-P", str(MAKER), str(voice), str(target)]
    environment = {**os.environ, "ORT_DISABLE_TELEMETRY": "1"}
    subprocess.run(command, input=json.dumps(SENTENCES).encode(), check=True, env=environment, timeout=300)
    with np.load(target) as file:
        return {name: file[name] for name in file.files}


@pytest.fixture
def home(install: Callable[..., Path]) -> Path:
    """A `MYNA_HOME` with English speech to text, voice activity and turn end."""
    return install("whisper-tiny-en", "silero-vad", "smart-turn-v3")


@pytest.fixture
async def assistant(home: Path) -> AsyncIterator[Assistant]:
    from myna.host import PluginHost

    host = PluginHost.load(PluginSettings())
    async with await Assistant.open(Paths.find(), Settings(), host=host) as opened:
        yield opened


@pytest.fixture
async def client(assistant: Assistant) -> TranscriberClient:
    return await transcriber_for(assistant, "en")


def silence(seconds: float) -> Sound:
    return np.zeros(round(seconds * RATE), "<i2")


def noise(seconds: float, level: float) -> Sound:
    return (CHANCE.normal(0, level, round(seconds * RATE)).clip(-1, 0.999) * 32768).astype("<i2")


def write(path: Path, sound: Sound, rate: int = RATE, channels: int = 1) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(sound.astype("<i2").tobytes())
    return path


def heard(answer: Transcript | NoSpeech) -> str:
    return answer.text if isinstance(answer, Transcript) else f"({answer.reason})"


async def read(client: TranscriberClient, path: Path, **wanted: Any) -> list[Any]:
    async with aclosing(client.transcribe_file(TranscribeFileRequest(str(path), "en", **wanted))) as items:
        return [item async for item in items]


# the program


def test_the_program_gives_the_sentence_back(myna: Any, home: Path, clips: dict[str, Sound], tmp_path: Path) -> None:
    path = write(tmp_path / "q.wav", clips["plain-0"])
    ended = myna("transcribe", str(path))
    assert (ended.status, ended.out) == (0, "What is the capital of France?\n"), ended.err
    piped = myna("transcribe", "-", "--json", "--words", stdin=path.read_bytes())
    data = json.loads(piped.out)
    assert data["text"] == "What is the capital of France?"
    assert [word["text"] for word in data["segments"][0]["words"]] == data["text"].split()
    assert list((home / "data").glob("transcribe-*")) == []


def test_subtitles_of_a_file_with_pauses(myna: Any, home: Path, clips: dict[str, Sound], tmp_path: Path) -> None:
    sound = np.concatenate([silence(4), clips["plain-0"], silence(5), clips["plain-1"], silence(1)])
    path = write(tmp_path / "two.wav", sound)
    shown = myna("transcribe", str(path), "--format", "srt").out
    starts = [int(s) + int(ms) / 1000 for s, ms in re.findall(r"00:00:(\d\d),(\d{3}) -->", shown)]
    assert starts[0] == pytest.approx(3.9, abs=0.5)
    assert any(start == pytest.approx(4 + len(clips["plain-0"]) / RATE + 5, abs=0.6) for start in starts)
    assert shown.startswith("1\n")
    assert myna("transcribe", str(path), "--format", "vtt", "--words").out.startswith("WEBVTT\n\n00:00:0")


def test_silence_is_a_note_and_no_text(myna: Any, home: Path, tmp_path: Path) -> None:
    ended = myna("transcribe", str(write(tmp_path / "quiet.wav", silence(3))))
    assert (ended.status, ended.out, ended.err) == (0, "", "no speech: it is silent\n")
    ended = myna("transcribe", str(write(tmp_path / "one.wav", silence(1 / RATE))))
    assert (ended.status, ended.out) == (0, "")


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "bad.wav is empty"), (b"Dear diary,\n" * 500, "bad.wav is no sound file")],
)
def test_bad_files_are_refused_in_one_line(myna: Any, home: Path, tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "bad.wav"
    path.write_bytes(content)
    ended = myna("transcribe", str(path))
    assert (ended.status, ended.out) == (6, "")
    said, hint = ended.err.splitlines()
    assert said == f"myna: {words}"
    assert hint.startswith("hint: WAV, FLAC")


def test_a_language_that_the_model_does_not_know(
    myna: Any, home: Path, clips: dict[str, Sound], tmp_path: Path
) -> None:
    path = write(tmp_path / "q.wav", clips["plain-0"])
    ended = myna("transcribe", str(path), "--language", "zh")
    assert (ended.status, ended.out) == (3, "")
    assert "hint: myna models pull whisper-base" in ended.err
    named = myna("transcribe", str(path), "--language", "zh", "--model", "whisper-tiny-en")
    assert named.status == 3
    assert "the model whisper-tiny-en does not know the language zh" in named.err


# utterances


async def test_clips_of_all_kinds_are_understood(client: TranscriberClient, clips: dict[str, Sound]) -> None:
    pairs = []
    for name, sound in clips.items():
        answer = await client.transcribe(TranscribeRequest(sound.tobytes(), "en"))
        pairs.append((SENTENCES[int(name.partition("-")[2])], heard(answer)))
    assert word_error_rate(pairs) < 0.2


async def test_an_utterance_of_more_than_a_window(client: TranscriberClient, clips: dict[str, Sound]) -> None:
    sound = np.concatenate([clips["plain-1"], silence(0.4)] * 10)
    answer = await client.transcribe(TranscribeRequest(sound.tobytes(), "en"))
    assert isinstance(answer, Transcript)
    assert len(sound) / RATE > 45
    assert word_error_rate([(" ".join([SENTENCES[1]] * 10), answer.text)]) < 0.1


async def test_what_is_no_speech_never_becomes_text(client: TranscriberClient) -> None:
    time = np.arange(6 * RATE) / RATE
    chord = sum(np.sin(2 * np.pi * hertz * time) for hertz in (220, 277, 330, 440)) * np.exp(-((time * 2) % 1) * 3)
    sounds = {
        "empty": silence(0),
        "silence": silence(5),
        "hiss": noise(4, 0.003),
        "noise": noise(8, 0.1),
        "roar": noise(2, 0.5),
        "music": (chord * 3000).astype("<i2"),
        "hum": (np.sin(2 * np.pi * 50 * time) * 8000).astype("<i2"),
    }
    for partial in (False, True):
        for name, sound in sounds.items():
            answer = await client.transcribe(TranscribeRequest(sound.tobytes(), "en", partial=partial))
            assert isinstance(answer, NoSpeech), (name, heard(answer))


async def test_partial_transcripts_settle(client: TranscriberClient, clips: dict[str, Sound]) -> None:
    sound, agreement, before = clips["plain-1"], LocalAgreement(), ""
    for end in range(RATE, len(sound), RATE // 2):
        answer = await client.transcribe(TranscribeRequest(sound[:end].tobytes(), "en", partial=True))
        if isinstance(answer, Transcript):
            assert "again" not in answer.timings
            stable, _ = agreement.feed(split_units(answer.text))
            assert stable.startswith(before)
            before = stable
    assert before.startswith("Please write a letter to the landlord")


async def test_words_lie_inside_the_sound_and_in_order(client: TranscriberClient, clips: dict[str, Sound]) -> None:
    sound = np.concatenate([silence(2), clips["plain-1"]])
    answer = await client.transcribe(TranscribeRequest(sound.tobytes(), "en", words=True))
    assert isinstance(answer, Transcript)
    words = [word for segment in answer.segments for word in segment.words]
    assert " ".join(word.text for word in words) == answer.text
    assert words[0].start == pytest.approx(2.0, abs=0.4)
    times = [time for word in words for time in (word.start, word.end)]
    assert times == sorted(times)
    assert times[-1] <= answer.duration + 0.05


async def test_half_a_sample_is_refused_and_the_next_request_works(
    client: TranscriberClient, clips: dict[str, Sound]
) -> None:
    with pytest.raises(BadInput, match="whole number of 16-bit samples"):
        await client.transcribe(TranscribeRequest(b"\0\0\0", "en"))
    assert "France" in heard(await client.transcribe(TranscribeRequest(clips["plain-0"].tobytes(), "en")))


async def test_without_voice_activity_noise_is_no_text_either(
    home: Path, assistant: Assistant, clips: dict[str, Sound]
) -> None:
    shutil.rmtree(home / "models" / "silero-vad")
    client = await transcriber_for(assistant, "en")
    assert (await client.info()).details["voice_activity"] == "level"
    assert "France" in heard(await client.transcribe(TranscribeRequest(clips["plain-0"].tobytes(), "en")))
    for sound in (silence(2), noise(3, 0.05), noise(6, 0.3)):
        assert isinstance(await client.transcribe(TranscribeRequest(sound.tobytes(), "en")), NoSpeech)


# files


async def test_an_hour_of_noise_becomes_no_words(client: TranscriberClient, tmp_path: Path) -> None:
    items = await read(client, write(tmp_path / "noise.wav", np.tile(noise(60, 0.1), 60)))
    assert items[-1] == NoSpeech("no-voice", 3600.0)
    assert all(isinstance(item, Progress) for item in items[:-1])
    told = [item.done for item in items[:-1]]
    assert told == sorted(told)
    assert len(told) > 100


async def test_segments_come_before_the_transcript(
    client: TranscriberClient, clips: dict[str, Sound], tmp_path: Path
) -> None:
    sound = np.concatenate([part for _ in range(12) for part in (clips["plain-0"], silence(3))])
    items = await read(client, write(tmp_path / "long.wav", sound))
    segments = tuple(item for item in items if isinstance(item, Segment))
    assert isinstance(items[-1], Transcript)
    assert items[-1].segments == segments
    assert items[-1].text.count("France") == 12
    first = next(place for place, item in enumerate(items) if isinstance(item, Segment))
    assert isinstance(items[first - 1], Progress)
    assert items[first - 1].done < 10


@pytest.mark.parametrize("form", ["mu-law", "7.1 at 192 kHz", "cut off", "NaN"])
async def test_odd_files_are_understood(
    form: str, client: TranscriberClient, clips: dict[str, Sound], tmp_path: Path
) -> None:
    clip = clips["plain-0"]
    path = tmp_path / "odd.wav"
    match form:
        case "mu-law":
            mu_law(path, clip[::2])
        case "7.1 at 192 kHz":
            write(path, np.repeat(np.repeat(clip, 12), 8), 192_000, 8)
        case "cut off":
            whole = write(path, np.concatenate([clip, clip])).read_bytes()
            path.write_bytes(whole[: 44 + 2 * len(clip) + 2001])
        case "NaN":
            floats = np.concatenate([np.full(4000, np.nan), clip / 32768, np.full(4000, np.inf)]).astype("<f4")
            path.write_bytes(header(3, RATE, 32, floats.nbytes) + floats.tobytes())
    items = await read(client, path)
    assert "capital of France" in heard(items[-1])


def header(form: int, rate: int, bits: int, size: int) -> bytes:
    width = bits // 8
    numbers = [(16, 4), (form, 2), (1, 2), (rate, 4), (rate * width, 4), (width, 2), (bits, 2)]
    fields = b"".join(number.to_bytes(count, "little") for number, count in numbers)
    return b"RIFF" + (36 + size).to_bytes(4, "little") + b"WAVEfmt " + fields + b"data" + size.to_bytes(4, "little")


def mu_law(path: Path, sound: Sound) -> None:
    """8 kHz, 8 bits on a logarithmic scale (G.711)."""
    size = np.minimum(np.abs(sound.astype(np.int32)), 32_635) + 132
    exponent = np.floor(np.log2(size)).astype(int) - 7
    mantissa = (size >> (exponent + 3)) & 15
    coded = ~(np.where(sound < 0, 128, 0) | (exponent << 4) | mantissa) & 255
    path.write_bytes(header(7, 8000, 8, len(coded)) + coded.astype(np.uint8).tobytes())


async def test_a_file_that_is_given_up_leaves_the_worker_free(
    client: TranscriberClient, clips: dict[str, Sound], tmp_path: Path
) -> None:
    path = write(tmp_path / "long.wav", np.concatenate([clips["plain-1"]] * 60))
    async with aclosing(client.transcribe_file(TranscribeFileRequest(str(path), "en"))) as items:
        async for item in items:
            if isinstance(item, Segment):
                break
    assert "France" in heard(await client.transcribe(TranscribeRequest(clips["plain-0"].tobytes(), "en")))


# the process


async def test_a_worker_that_is_killed_during_speech_comes_back(
    assistant: Assistant, client: TranscriberClient, clips: dict[str, Sound], tmp_path: Path
) -> None:
    path = write(tmp_path / "long.wav", np.concatenate([clips["plain-1"]] * 60))
    await client.info()
    [status] = [one for one in assistant.pool.status() if one.name == "whisper-tiny-en"]
    killed = False

    async def listen() -> None:
        nonlocal killed
        async for item in client.transcribe_file(TranscribeFileRequest(str(path), "en")):
            if isinstance(item, Segment) and not killed:
                killed = True
                assert status.pid is not None
                os.kill(status.pid, signal.SIGKILL)

    with pytest.raises(EngineCrashed, match="SIGKILL"):
        await listen()
    assert "France" in heard(await client.transcribe(TranscribeRequest(clips["plain-0"].tobytes(), "en")))


# the ears


async def test_the_ears_hear_speech_and_its_end(assistant: Assistant, clips: dict[str, Sound]) -> None:
    ears = await ears_client(assistant, "test")
    clip = clips["plain-1"]
    spoken = await ears.voice(clip.tobytes())
    assert len(spoken) == len(clip) // 512
    assert max(spoken) > 0.9
    quiet = await ears.voice(np.concatenate([silence(1), noise(2, 0.05)]).tobytes())
    assert max(quiet[10:]) < 0.35
    whole = np.concatenate([clip, silence(0.3)])
    cut = clip[: len(clip) * 45 // 100]
    assert await ears.turn_end(whole.tobytes()) > 0.5 > await ears.turn_end(cut.tobytes())


async def test_streams_share_one_worker_and_do_not_mix(assistant: Assistant, clips: dict[str, Sound]) -> None:
    one, other = await ears_client(assistant, "one"), await ears_client(assistant, "other")
    clip = clips["plain-0"].tobytes()
    alone = await one.voice(clip, reset=True)
    halves = len(clip) // 2048 * 1024
    together = await one.voice(clip[:halves], reset=True)
    await other.voice(noise(1, 0.3).tobytes())
    together += await one.voice(clip[halves:])
    assert together == pytest.approx(alone, abs=1e-4)
    assert [status.name for status in assistant.pool.status()] == ["ears"]


async def test_ears_without_their_models_say_what_to_pull(home: Path, assistant: Assistant) -> None:
    shutil.rmtree(home / "models" / "smart-turn-v3")
    ears = await ears_client(assistant, "test")
    assert len(await ears.voice(silence(1).tobytes())) == 31
    with pytest.raises(ModelMissing) as missing:
        await ears.turn_end(silence(1).tobytes())
    assert missing.value.hint == "myna models pull smart-turn-v3"
    shutil.rmtree(home / "models" / "silero-vad")
    assistant.forget_models()
    with pytest.raises(ModelMissing) as missing:
        await ears_client(assistant, "test")
    assert missing.value.hint == "myna models pull silero-vad"
