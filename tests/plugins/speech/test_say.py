"""`myna say` on a made-up voice and a made-up loudspeaker."""

from __future__ import annotations

import ast
import io
import itertools
import json
import os
import re
import sys
import wave
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import click
import pytest

import myna_speech.devices
import myna_speech.voices
from myna.assistant import Assistant
from myna.audio import AudioChunk
from myna.cli.language import Language
from myna.cli.main import run
from myna.engine.protocols import ModelInfo
from myna.engine.speech import Speech, SynthesizeRequest
from myna.errors import BadInput, BadModelFile, DeviceMissing, EngineCrashed, ModelMissing, MynaError
from myna_speech.chinese import CHINESE
from myna_speech.devices.files import ANOTHER
from myna_speech.voices import voice as voice_module
from myna_speech.voices.say import say
from myna_speech.voices.script import Unsayable

Run = Callable[..., tuple[int, str, str]]
RATE = 22_050


class FakeVoice:
    """A hundredth of a second of sound for each letter."""

    def __init__(self, name: str, rate: int) -> None:
        self.name = name
        self.rate = rate

    async def info(self) -> ModelInfo:
        return ModelInfo(self.name)

    def preload(self) -> None:
        pass

    async def synthesize(self, request: SynthesizeRequest) -> AsyncIterator[Speech]:
        SPOKEN.append((self.name, request))
        if error := FAILURES.get(request.text):
            raise error
        half = len(request.text) // 2
        for letters in (half, len(request.text) - half):
            yield Speech(b"\x10\x20" * (self.rate // 100 * letters), self.rate)


class FakeLoudspeaker:
    def __init__(self, error: MynaError | None = None) -> None:
        self.name = "made up"
        self.error = error
        self.calls: list[str] = []
        self.chunks: list[AudioChunk] = []

    async def open(self) -> None:
        if self.error:
            raise self.error

    async def play(self, chunk: AudioChunk) -> None:
        self.chunks.append(chunk)

    def flush(self) -> None:
        self.calls.append("flush")

    async def drained(self) -> None:
        self.calls.append("drained")

    async def close(self) -> None:
        self.calls.append("close")


SPOKEN: list[tuple[str, SynthesizeRequest]] = []
FAILURES: dict[str, MynaError] = {}
RATES = {"zh-voice": 16_000}


@pytest.fixture(autouse=True)
def voices(monkeypatch: pytest.MonkeyPatch) -> None:
    SPOKEN.clear()
    FAILURES.clear()

    async def synthesizer(self: Assistant, name: str = "") -> FakeVoice:
        if name == "nothing":
            raise ModelMissing("there is no model called 'nothing'", hint="myna models list")
        return FakeVoice(name, RATES.get(name, RATE))

    installed = [voice_module.Voice("en-voice", ("en",)), voice_module.Voice("zh-voice", ("zh",))]
    monkeypatch.setattr(voice_module, "installed_voices", lambda models: installed)
    monkeypatch.setattr(Assistant, "synthesizer", synthesizer)


@pytest.fixture
def myna(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    def call(*arguments: str, stdin: bytes = b"") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"))
        status = run(arguments)
        captured = capfd.readouterr()
        return status, captured.out, captured.err

    return call


def opened(path: Path) -> tuple[int, int]:
    """Rate and samples."""
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getsampwidth()) == (1, 2)
        return file.getframerate(), file.getnframes()


def test_a_file_holds_all_clauses(myna: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    assert myna("say", "It costs $3.50. Really.", "-o", str(path)) == (0, "", "")
    assert [request.text for _, request in SPOKEN] == ["It costs three dollars and fifty cents.", "Really."]
    letters = sum(len(request.text) for _, request in SPOKEN)
    assert opened(path) == (RATE, letters * (RATE // 100))


def test_figures_as_json(myna: Run, tmp_path: Path) -> None:
    status, out, err = myna("say", "Hello there.", "-o", str(tmp_path / "a.wav"), "--json")
    said = json.loads(out)
    assert (status, err) == (0, "")
    assert (said["voices"], said["languages"], said["rate"]) == (["en-voice"], ["en"], RATE)
    assert said["seconds"] == pytest.approx(0.12)
    assert list(said["timings"]) == ["load", "first_audio", "total"]
    assert said["real_time_factor"] >= 0


def test_manner_comes_from_options_or_settings(myna: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = str(tmp_path / "a.wav")
    monkeypatch.setenv("MYNA_SPEECH_SPEED", "1.5")
    myna("say", "Hello", "-o", path, "--volume", "0.5", "--speaker", "ann")
    [(_, request)] = SPOKEN
    assert (request.speed, request.volume, request.speaker) == (1.5, 0.5, "ann")


def test_each_language_has_its_voice_at_one_rate(myna: Run, tmp_path: Path) -> None:
    pytest.importorskip("soxr")
    path = tmp_path / "a.wav"
    assert myna("say", "Hello to all of you. 你好，世界。", "-o", str(path))[0] == 0
    assert [name for name, _ in SPOKEN] == ["en-voice", "zh-voice"]
    rate, samples = opened(path)
    assert rate == RATE
    assert samples / rate == pytest.approx(sum(len(request.text) for _, request in SPOKEN) / 100, abs=0.02)


def test_a_voice_that_was_asked_for_says_everything(myna: Run, tmp_path: Path) -> None:
    myna("say", "Hello to all of you. 你好，世界。", "-o", str(tmp_path / "a.wav"), "--voice", "zh-voice")
    assert {name for name, _ in SPOKEN} == {"zh-voice"}


def test_standard_input_and_standard_output(myna: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    reading, writing = os.pipe()
    with os.fdopen(writing, "w") as stream, monkeypatch.context() as patched:
        patched.setattr(sys, "stdout", stream)
        assert myna("say", "-", "-o", "-", stdin=b"Hello.\n")[0] == 0
    with os.fdopen(reading, "rb") as pipe, wave.open(pipe) as file:
        assert file.getnframes() == len("Hello.") * (RATE // 100)


def test_it_plays_and_waits_until_all_was_heard(myna: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    speaker = FakeLoudspeaker()
    monkeypatch.setattr(myna_speech.devices, "open_loudspeaker", lambda settings: speaker)
    assert myna("say", "Hello there. It works.") == (0, "", "")
    assert speaker.calls == ["drained", "flush", "close"]
    places = [(chunk.position, len(chunk)) for chunk in speaker.chunks]
    assert all(place + length == later for (place, length), (later, _) in itertools.pairwise(places))


def test_without_a_loudspeaker(myna: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    speaker = FakeLoudspeaker(DeviceMissing("there is no loudspeaker"))
    monkeypatch.setattr(myna_speech.devices, "open_loudspeaker", lambda settings: speaker)
    status, out, err = myna("say", "Hello.")
    assert (status, out, err) == (3, "", "myna: there is no loudspeaker\nhint: myna doctor\n")


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        ((" ",), 2, "the text is empty"),
        (("😀 ...",), 6, "there is nothing to say in this text"),
        (("```\nx\n",), 0, ""),
        (("Hi", "--speed", "9"), 2, "wrong value for --speed"),
        (("Hi", "--speed", "nan"), 2, "wrong value for --speed"),
        (("Hi", "--volume", "-1"), 2, "wrong value for --volume"),
        (("Hi", "--voice", "nothing"), 3, "there is no model called 'nothing'"),
        (("Hola", "--language", "es"), 3, "no voice for Spanish is installed"),
    ],
)
def test_what_cannot_be_said(myna: Run, tmp_path: Path, arguments: tuple[str, ...], status: int, message: str) -> None:
    path = tmp_path / "a.wav"
    ended, out, err = myna("say", *arguments, "-o", str(path))
    assert (ended, out) == (status, "")
    assert err.startswith(f"myna: {message}" if message else "")
    assert len(err.splitlines()) <= 2
    assert path.exists() == (status == 0)


def test_a_folder_that_is_not_there(myna: Run, tmp_path: Path) -> None:
    status, _, err = myna("say", "Hello.", "-o", str(tmp_path / "no" / "a.wav"))
    assert status == 6
    assert err == f"myna: {tmp_path}/no/a.wav cannot be written: No such file or directory\nhint: {ANOTHER}\n"


def test_json_and_sound_do_not_share_standard_output(myna: Run) -> None:
    status, out, err = myna("say", "Hello.", "-o", "-", "--json")
    assert (status, out) == (2, "")
    assert json.loads(err)["error"]["code"] == "usage"


def test_a_part_that_no_voice_can_say_is_left_out_and_named(myna: Run, tmp_path: Path) -> None:
    FAILURES["你好，世界。"] = Unsayable("the voice en-voice cannot say Chinese", hint="myna models pull x")
    status, out, err = myna(
        "say", "Hello to all of you. 你好，世界。", "-o", str(tmp_path / "a.wav"), "--voice", "en-voice"
    )
    assert (status, out) == (0, "")
    assert err == "A part was left out: the voice en-voice cannot say Chinese\nhint: myna models pull x\n"
    status, _, err = myna("say", "你好，世界。", "-o", str(tmp_path / "b.wav"))
    assert (status, err) == (6, "myna: the voice en-voice cannot say Chinese\nhint: myna models pull x\n")
    assert not (tmp_path / "b.wav").exists()


def test_what_is_wrong_with_the_voice_is_said_once(myna: Run, tmp_path: Path) -> None:
    FAILURES["Hello there."] = BadModelFile("the file is broken")
    status, _, err = myna("say", "Hello there. It goes on.", "-o", str(tmp_path / "a.wav"))
    assert (status, err.splitlines()[0]) == (6, "myna: the file is broken")
    assert len(SPOKEN) == 1


def test_a_worker_that_dies_leaves_no_half_file(myna: Run, tmp_path: Path) -> None:
    FAILURES["It breaks now."] = EngineCrashed("the worker was killed")
    status, _, err = myna("say", "Hello there. It breaks now.", "-o", str(tmp_path / "a.wav"))
    assert status == 5
    assert "the worker was killed" in err
    assert list(tmp_path.glob("*.wav")) == []


def test_a_megabyte_streams(myna: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(RATES, "en-voice", 100)
    text = b"Some words of a very long text without an end " * 22_000
    status, _, err = myna("say", "-", "-o", str(tmp_path / "a.wav"), "--voice", "en-voice", stdin=text)
    assert (status, err) == (0, "")
    assert len(SPOKEN) > 3_000
    assert max(len(request.text) for _, request in SPOKEN) <= 240


# Chinese

CODE = sorted(Path(myna_speech.voices.__path__[0]).rglob("*.py"))
KNOWN = {re.sub(r"\{\w*\}", "{}", text) for text in CHINESE}


def texts(path: Path) -> set[str]:
    """Texts for people: those of `text(...)` and of errors, with values in braces."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name == "text" or name in {kind.__name__ for kind in (BadInput, BadModelFile, ModelMissing, Unsayable)} | {
            *("UsageError", "DiskFull", "EngineError", "ModelLoadFailed")
        }:
            value = node.args[0]
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                found.add(re.sub(r"\{\w*\}", "{}", value.value))
            elif isinstance(value, ast.JoinedStr):
                found.add("".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in value.values))
    return found


@pytest.mark.parametrize("path", CODE, ids=lambda path: path.name)
def test_texts_are_translated(path: Path) -> None:
    known = KNOWN | {re.sub(r"\{\w*\}", "{}", text) for text in Language("zh")._texts}
    assert sorted(text for text in texts(path) - known if text != "hint") == []


def test_help_is_translated() -> None:
    # `Context` says it once, for whatever is added by every command.
    own = [
        *(say.help or "").split("\n\n"),
        *(param.help or "" for param in say.params if isinstance(param, click.Option)),
    ]
    assert [text for text in own if " ".join(text.split()) not in {*CHINESE, *Language("zh")._texts}] == []


def test_both_sides_have_the_same_values() -> None:
    from myna_speech.chinese.voices import VOICES

    for english, chinese in VOICES.items():
        assert set(re.findall(r"\{(\w+)\}", english)) == set(re.findall(r"\{(\w+)\}", chinese)), english


def test_an_error_from_a_worker_is_told_in_chinese() -> None:
    language = Language("zh", ("myna.cli", "myna_speech"))
    assert language.message("the voice joe cannot say Chinese") == "语音 joe 不会读中文"
