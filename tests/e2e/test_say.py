"""`myna say` on the real voice: what it says is understood by a real recogniser."""

from __future__ import annotations

import array
import json
import os
import re
import shutil
import signal
import wave
from collections.abc import Callable
from contextlib import aclosing
from pathlib import Path

import psutil
import pytest

from conftest import Myna
from model_workers import model_workers
from myna.assistant import Assistant
from myna.cli.bench import BenchContext
from myna.cli.context import Context
from myna.config import Settings
from myna.errors import EngineCrashed
from myna.host import PluginHost
from myna.paths import Paths
from myna_speech.benchmarks import voices
from myna_speech.voices.speaking import Manner, Speaking
from myna_speech.voices.voice import Voices

VOICE = "piper-en-us-joe"
EARS = "whisper-tiny-en"
QUESTION = "What is the capital of France?"


@pytest.fixture
def speaking(myna: Myna, install: Callable[..., Path]) -> Myna:
    """The command line in a home with the default voice."""
    install(VOICE, EARS)
    return myna


def heard(myna: Myna, path: Path) -> list[str]:
    """The words that a recogniser hears in a file."""
    return re.findall(r"[a-z0-9']+", myna("transcribe", str(path)).out.lower())


def sound(path: Path) -> tuple[int, float, int]:
    """Rate, seconds, and the loudest sample."""
    with wave.open(str(path)) as file:
        samples = array.array("h", file.readframes(file.getnframes()))
        return file.getframerate(), file.getnframes() / file.getframerate(), max(map(abs, samples))


def test_a_question_is_understood(speaking, tmp_path: Path) -> None:
    path = tmp_path / "q.wav"
    ended = speaking("say", QUESTION, "-o", str(path))
    assert (ended.status, ended.out, ended.err) == (0, "", "")
    rate, seconds, loudest = sound(path)
    assert rate == 22_050
    assert 1 < seconds < 4
    assert loudest > 10_000
    assert heard(speaking, path) == ["what", "is", "the", "capital", "of", "france"]


def test_the_same_text_sounds_the_same_after_every_start(speaking, tmp_path: Path) -> None:
    for name in ("a.wav", "b.wav"):
        assert speaking("say", QUESTION, "-o", str(tmp_path / name)).status == 0
    assert (tmp_path / "a.wav").read_bytes() == (tmp_path / "b.wav").read_bytes()


def test_numbers_and_markdown_are_said_in_words(speaking, tmp_path: Path) -> None:
    path = tmp_path / "n.wav"
    text = "# Prices\n\nIt costs **$3.50** for `max_tokens`, says Dr. Smith.\n\n```python\nsecret = 1\n```\n"
    said = json.loads(speaking("say", "-", "-o", str(path), "--json", stdin=text).out)
    assert said["voices"] == [VOICE]
    assert said["seconds"] == pytest.approx(sound(path)[1], abs=0.01)
    assert said["real_time_factor"] > 0
    assert 0 < said["timings"]["first_audio"] < said["timings"]["total"]
    words = heard(speaking, path)
    assert {"prices", "smith"} <= set(words)
    # "Code omitted", as well as the recogniser can write it.
    assert "cod" in "".join(words)
    assert {"doctor", "dr"} & set(words)
    assert {"3", "50"} <= set(words) or {"three", "fifty"} <= set(words)
    assert "secret" not in words


def test_speed_and_volume(speaking, tmp_path: Path) -> None:
    slow, fast = tmp_path / "slow.wav", tmp_path / "fast.wav"
    text = "The quick brown fox jumps over the lazy dog."
    speaking("say", text, "-o", str(slow))
    speaking("say", text, "-o", str(fast), "--speed", "2")
    assert sound(fast)[1] < 0.7 * sound(slow)[1]
    quiet = tmp_path / "quiet.wav"
    speaking("say", text, "-o", str(quiet), "--volume", "0.25")
    assert sound(quiet)[2] == pytest.approx(sound(slow)[2] / 4, rel=0.01)
    # As loud as others, not as the voice's own samples are.
    assert sound(slow)[2] > 20_000


def test_chinese_with_an_english_voice_is_refused_with_the_way_to_mend_it(speaking, tmp_path: Path) -> None:
    ended = speaking("say", "你好，世界。", "--voice", VOICE, "-o", str(tmp_path / "a.wav"))
    assert (ended.status, ended.out) == (6, "")
    assert ended.err == f"myna: the voice {VOICE} cannot say Chinese\nhint: myna models pull piper-zh-cn-huayan\n"
    assert not (tmp_path / "a.wav").exists()


@pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="needs espeak-ng")
def test_espeak_speaks_languages_without_a_voice(speaking, tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    said = json.loads(speaking("say", "你好，世界。", "-o", str(path), "--json").out)
    assert said["voices"] == ["espeak-ng"]
    assert sound(path)[1] > 0.5
    assert sound(path)[2] > 1000


def test_without_any_voice(bare_myna, tmp_path: Path) -> None:
    ended = bare_myna("say", "Hello", "-o", str(tmp_path / "a.wav"), env={"PATH": str(tmp_path)})
    assert ended.status == 3
    assert ended.err == "myna: no voice for English is installed\nhint: myna models pull piper-en-us-joe\n"


def test_a_voice_whose_configuration_is_broken(speaking, tmp_path: Path) -> None:
    folder = speaking.home / "models" / VOICE
    model = next(folder.glob("*.onnx"))
    broken = tmp_path / "broken.onnx"
    os.link(model, broken)
    (tmp_path / "broken.onnx.json").write_text('{"audio": {"sample_rate": 22050}}', encoding="utf-8")
    ended = speaking("say", "Hello", "--voice", str(broken), "-o", str(tmp_path / "a.wav"))
    assert ended.status == 6
    assert ended.err.startswith("myna: broken.onnx.json is no configuration of a Piper voice")
    assert "Traceback" not in ended.err


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a named pipe")
def test_ctrl_c_while_it_speaks(speaking, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.wav"
    os.mkfifo(pipe)
    with speaking.start("say", "This is a sentence that is said many times. " * 2000, "-o", str(pipe)) as running:
        # Opening it waits until the program does, with its first sound.
        with pipe.open("rb") as reading:
            worker = next(iter(model_workers(running.pid)))
            running.send_signal(signal.SIGINT)
            assert reading.read() == b""
        out, said = running.communicate(timeout=30)
    assert (running.returncode, out, said) == (130, b"", b"")
    _, alive = psutil.wait_procs([worker], timeout=10)
    assert alive == []
    assert list((speaking.home / "data" / "tmp").glob("*")) == []


@pytest.fixture
async def assistant(speaking):
    settings = Settings()
    async with await Assistant.open(Paths.find(), settings, host=PluginHost.load(settings.plugins)) as opened:
        yield opened


async def sound_of(speech: Speaking, text: str, seconds: float) -> None:
    """Make `seconds` of sound of `text`, and then stop."""
    async with aclosing(speech.sound(text, "en")) as pieces:
        async for _ in pieces:
            if speech.seconds >= seconds:
                return


async def test_a_worker_that_is_killed_while_it_speaks_comes_back(assistant: Assistant) -> None:
    voices = Voices(assistant)
    speech = Speaking(voices.voice, Manner())
    text = "This is a sentence that is said many times. " * 200
    async with aclosing(speech.sound(text, "en")) as pieces:
        await anext(pieces)
        [status] = assistant.pool.status()
        assert status.pid is not None
        psutil.Process(status.pid).kill()
        with pytest.raises(EngineCrashed, match="killed"):
            async for _ in pieces:
                pass
    again = Speaking(voices.voice, Manner())
    await sound_of(again, "And it speaks on.", 10)
    assert again.seconds > 0.5


async def test_ten_thousand_characters_without_an_end(assistant: Assistant) -> None:
    speech = Speaking(Voices(assistant).voice, Manner(speed=4))
    await sound_of(speech, "word and more of it " * 500, 20)
    assert speech.seconds >= 20


async def test_a_megabyte_is_spoken_in_bounded_memory(assistant: Assistant) -> None:
    """Its first minute: a megabyte is 18 hours of speech."""
    speech = Speaking(Voices(assistant).voice, Manner(speed=4))
    own, worker = [], []
    async with aclosing(speech.sound("No end is to be seen in it " * 38_000, "en")) as pieces:
        for upto in (5, 60):
            while speech.seconds < upto:
                await anext(pieces)
            [status] = assistant.pool.status()
            assert status.pid is not None
            own.append(psutil.Process().memory_info().rss)
            worker.append(psutil.Process(status.pid).memory_info().rss)
    assert own[1] - own[0] < 20_000_000
    # 414 MB were measured from 30 s on, the same after 5 minutes. One run for all phonemes would take gigabytes.
    assert worker[1] < 800_000_000


async def test_the_bench_measures_both_sides(speaking) -> None:
    bench = BenchContext(Context(quiet=True), runs=1)
    speak, first = await voices.run(bench)
    assert (speak.name, first.name) == ("speak", "first sound")
    for measured in (speak, first):
        assert measured.peer == "piper"
        assert measured.ratio == pytest.approx(measured.value / measured.peer_value)
