"""The engines that make speech, without a model: Piper on a made-up model, espeak-ng as a made-up program."""

from __future__ import annotations

import json
import math
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from myna.engine.protocols import EngineSpec
from myna.engine.speech import Speech, SynthesizeRequest
from myna.errors import BadInput, BadModelFile, EngineError, ModelLoadFailed
from myna.testing.in_process import InProcess
from myna_speech.voices.script import Unsayable
from myna_speech.voices.voice_file import read_voice_file
from myna_speech.voices.worker.espeak import EspeakEngine
from myna_speech.voices.worker.pieces import LONGEST, cleaned, pieces

piper = pytest.importorskip("myna_speech.voices.worker.piper", exc_type=ImportError)

SYMBOLS = " !'(),-.:;?abcdefghijklmnopqrstuvwxyzæðŋɐɑɔəɚɛɜɡɪɹɾʃʊʌʒˈˌːθᵻɫ"
CONFIG: dict[str, Any] = {
    "audio": {"sample_rate": 16_000},
    "espeak": {"voice": "en-us"},
    "inference": {"noise_scale": 0.5, "length_scale": 1.2, "noise_w": 0.6},
    "phoneme_type": "espeak",
    "num_symbols": 100,
    "num_speakers": 2,
    "speaker_id_map": {"ann": 0, "bob": 1},
    "phoneme_id_map": {"_": [0], "^": [1], "$": [2]} | {symbol: [3 + at] for at, symbol in enumerate(SYMBOLS)},
}
SAMPLES_A_PHONEME = 100


class FakeVits:
    """Makes a tone, longer for more phonemes and slower speech, after some silence; the first words alone."""

    encoder = None

    def __init__(self) -> None:
        self.fed: list[dict[str, np.ndarray]] = []

    def sound(self, feed: dict[str, np.ndarray]) -> Iterator[np.ndarray]:
        self.fed.append(feed)
        count = int(feed["input"].shape[1] * SAMPLES_A_PHONEME * feed["scales"][1])
        tone = 0.25 * np.sin(np.arange(count) * 0.3).astype(np.float32)
        yield np.zeros(400, np.float32)
        yield np.concatenate([np.zeros(400, np.float32), tone[: count // 2]])
        yield tone[count // 2 :]


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "v.onnx").write_bytes(b"x")
    (tmp_path / "v.onnx.json").write_text(json.dumps(CONFIG), encoding="utf-8")
    return {"model": str(tmp_path / "v.onnx"), "config": str(tmp_path / "v.onnx.json")}


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> FakeVits:
    fake = FakeVits()
    monkeypatch.setattr(piper, "Vits", lambda path, rate, open_session: fake)
    return fake


@pytest.fixture
def voice(files: dict[str, str], session: FakeVits) -> Iterator[InProcess]:
    with InProcess(piper.PiperEngine(EngineSpec("ann", "x", files))) as driven:
        session.fed.clear()
        yield driven


def speak(driven: InProcess, text: str, **manner: Any) -> list[Speech]:
    return driven.ask(SynthesizeRequest(text, **manner), "synthesize").items


def samples(items: list[Speech]) -> np.ndarray:
    return np.concatenate([np.frombuffer(item.data, "<i2") for item in items])


def test_speech_comes_in_items_of_bounded_length(voice: InProcess) -> None:
    items = speak(voice, "One two three four five six seven eight nine ten, and many more words.")
    assert len(items) > 1
    assert {item.rate for item in items} == {16_000}
    assert max(len(item.data) for item in items) == 2 * 8_000
    sound = samples(items)
    assert np.abs(sound).max() > 32_000
    # Most of the silence before the first sound is gone.
    assert 100 <= np.flatnonzero(np.abs(sound) > 700)[0] <= 200


def test_speed_volume_and_speaker_reach_the_voice(voice: InProcess, session: FakeVits) -> None:
    plain = samples(speak(voice, "Hello there."))
    fast = samples(speak(voice, "Hello there.", speed=2.0, volume=0.5, speaker="bob"))
    assert len(fast) < 0.6 * len(plain)
    assert np.abs(fast).max() == pytest.approx(np.abs(plain).max() / 2, rel=0.01)
    assert [float(feed["scales"][1]) for feed in session.fed] == pytest.approx([1.2, 0.6])
    assert [int(feed["sid"][0]) for feed in session.fed] == [0, 1]
    speak(voice, "Hello.", speaker="1")
    assert int(session.fed[-1]["sid"][0]) == 1


@pytest.mark.parametrize(
    ("manner", "message"),
    [
        ({"speed": 0.0}, "a speed of 0 is not between 0.25 and 4"),
        ({"speed": math.nan}, "a speed of nan is not between 0.25 and 4"),
        ({"volume": -1.0}, "a volume of -1 is not between 0 and 4"),
        ({"speaker": "carl"}, "the voice ann has no speaker carl"),
        ({"speaker": "2"}, "the voice ann has no speaker 2"),
    ],
)
def test_a_manner_that_cannot_be(voice: InProcess, manner: dict[str, Any], message: str) -> None:
    with pytest.raises(BadInput) as raised:
        speak(voice, "Hello.", **manner)
    assert raised.value.message == message


def test_a_script_that_the_voice_lacks(voice: InProcess, session: FakeVits) -> None:
    with pytest.raises(Unsayable) as raised:
        speak(voice, "你好，世界。")
    assert raised.value.message == "the voice ann cannot say Chinese"
    assert raised.value.hint == "myna models pull piper-zh-cn-huayan"
    assert session.fed == []
    assert speak(voice, "Hello 你好.")
    assert speak(voice, "After it the next one is served.")


@pytest.mark.parametrize("text", ["", "   \n", "...", "\x00\x01", "😀", "[[]]"])
def test_nothing_to_say_is_no_sound(voice: InProcess, session: FakeVits, text: str) -> None:
    assert speak(voice, text) == []
    assert session.fed == []


def test_control_characters_and_phoneme_marks_are_only_text(voice: InProcess, session: FakeVits) -> None:
    speak(voice, "Say\x00 [[h@'loU]] \ud7ff\u202eit")
    assert len(session.fed) == 1


def test_a_long_text_is_made_piece_by_piece_and_can_be_cancelled(voice: InProcess, session: FakeVits) -> None:
    reply = voice.submit(SynthesizeRequest("word and more of it " * 50_000), "synthesize")
    voice.until(lambda: len(reply.items) > 20)
    assert len(session.fed) < 10
    assert max(feed["input"].shape[1] for feed in session.fed) <= 2 * piper.LONGEST_RUN + 3
    voice.engine.cancel(reply.number)
    made = len(session.fed)
    voice.idle()
    assert len(session.fed) == made
    assert speak(voice, "Still there.")


def test_runs_are_cut_at_clauses_or_words() -> None:
    sentence = list("abcd " * 40 + "abcd, " + "abcd " * 100)
    parts = list(piper.runs(sentence))
    assert [phoneme for part in parts for phoneme in part] == sentence
    assert max(map(len, parts)) <= piper.LONGEST_RUN
    assert parts[0][-1] == ","
    assert all(part[-1] in " ," for part in parts)
    assert list(map(len, piper.runs("x" * 500))) == [240, 240, 20]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"audio": {"sample_rate": "fast"}}, "is no configuration of a Piper voice"),
        ({"audio": {"sample_rate": 5}}, "is no configuration of a Piper voice"),
        ({"num_symbols": 10}, "numbers a phoneme"),
        ({"num_speakers": 1}, "numbers a speaker 1, and the voice has 1"),
        ({"phoneme_id_map": {"a": [1]}}, "lacks the phoneme ^"),
        ({"phoneme_id_map": {"a": [-1]}}, "is no configuration of a Piper voice"),
        ({"phoneme_type": "pinyin"}, "asks for the phonemizer pinyin"),
        ({"espeak": None}, "is no configuration of a Piper voice"),
    ],
)
def test_a_broken_configuration(files: dict[str, str], change: dict[str, Any], message: str) -> None:
    Path(files["config"]).write_text(json.dumps(CONFIG | change), encoding="utf-8")
    with pytest.raises(BadModelFile, match=r"v\.onnx\.json") as raised:
        read_voice_file(files)
    assert message in raised.value.message


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"\xff\xfe", b'{"a": 1}', b" " * 1_000_001], ids=range(6))
def test_a_configuration_that_is_none(files: dict[str, str], data: bytes) -> None:
    Path(files["config"]).write_bytes(data)
    with pytest.raises(BadModelFile):
        read_voice_file(files)


def test_a_configuration_that_is_not_there(files: dict[str, str]) -> None:
    Path(files["config"]).unlink()
    with pytest.raises(BadModelFile, match="cannot be read"):
        read_voice_file({"model": files["model"]})


def test_a_file_that_is_no_voice(files: dict[str, str]) -> None:
    with pytest.raises(BadModelFile, match=r"v\.onnx is no ONNX file"):
        piper.PiperEngine(EngineSpec("ann", "x", files))


PROGRAM = """#!{python}
import sys, struct
if "--voices" in sys.argv:
    print("Pty Language Age/Gender VoiceName File Other")
    print(" 5  en-us  --/M  English  x")
    print(" 5  cmn    --/M  Chinese  x")
    sys.exit()
text = sys.stdin.buffer.read().decode()
open({log!r}, "a").write(repr((sys.argv[1:], text)) + "\\n")
if "silent" in text:
    sys.exit(1)
head = struct.pack("<4sI4s4sIHHIIHH4sI", b"RIFF", 0, b"WAVE", b"fmt ", 16, 1, 1, 22050, 44100, 2, 16, b"data", 0)
sys.stdout.buffer.write(head)
sys.stdout.buffer.write(struct.pack("<h", 1000) * 300 * len(text))
"""


@pytest.fixture
def espeak(tmp_path: Path) -> Iterator[InProcess]:
    if os.name == "nt":
        pytest.skip("a script is no program on Windows")
    program = tmp_path / "espeak-ng"
    program.write_text(PROGRAM.format(python=sys.executable, log=str(tmp_path / "log")), encoding="utf-8")
    program.chmod(0o755)
    with InProcess(EspeakEngine(EngineSpec("espeak-ng", "x", {}, {"program": str(program)}))) as driven:
        yield driven


def test_espeak_gets_the_text_on_standard_input(espeak: InProcess, tmp_path: Path) -> None:
    items = speak(espeak, "--voices; rm -rf / 'x' [[x]]", language="en", speed=2.0, volume=2.0)
    [line] = (tmp_path / "log").read_text(encoding="utf-8").splitlines()
    arguments, text = eval(line)
    assert text == "--voices; rm -rf / 'x'  x"
    assert arguments == ["--stdin", "--stdout", "-b", "1", "-v", "en-us", "-s", "330"]
    assert {item.rate for item in items} == {22_050}
    assert len(samples(items)) == 300 * len(text)
    assert set(samples(items)) == {2000}


def test_espeak_speaks_long_texts_in_pieces(espeak: InProcess, tmp_path: Path) -> None:
    speak(espeak, "你好，" * 1000, language="zh-CN")
    lines = (tmp_path / "log").read_text(encoding="utf-8").splitlines()
    assert len(lines) >= 3000 // LONGEST
    assert all("'cmn'" in line for line in lines)


def test_espeak_in_a_language_or_a_script_that_it_lacks(espeak: InProcess) -> None:
    with pytest.raises(BadInput, match="no voice for the language tlh"):
        speak(espeak, "nuqneH", language="tlh")
    with pytest.raises(BadInput, match="cannot say Chinese"):
        speak(espeak, "你好", language="en")


def test_espeak_that_makes_no_sound(espeak: InProcess) -> None:
    with pytest.raises(EngineError, match="made no sound"):
        speak(espeak, "be silent", language="en")
    assert speak(espeak, "and go on", language="en")


@pytest.mark.parametrize("program", ["/does/not/exist", sys.executable])
def test_a_program_that_is_not_espeak(program: str) -> None:
    with pytest.raises(ModelLoadFailed):
        EspeakEngine(EngineSpec("espeak-ng", "x", {}, {"program": program}))


def test_pieces_are_bounded_and_cut_where_a_pause_fits() -> None:
    text = "A sentence of some words. " * 100
    found = list(pieces(text))
    assert all(len(piece) <= LONGEST and piece.endswith(".") for piece in found)
    assert "".join(found).replace(" ", "") == text.replace(" ", "")
    assert list(map(len, pieces("x" * 1000))) == [400, 400, 200]
    assert list(pieces("... --- !!!")) == []


def test_cleaned_text_can_be_sent_anywhere() -> None:
    assert cleaned("a\x00b\ud800c\u202e", "v", "en") == "a b c"
