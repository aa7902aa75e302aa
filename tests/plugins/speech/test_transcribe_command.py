from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from myna.cli.context import Context
from myna.cli.main import run
from myna.engine.speech import NoSpeech, Segment, SpokenWord, Transcript
from myna_speech.recognition.output import FORMATS, Form, Printer

WORDS = (SpokenWord("Yes,", 0.0, 0.4, 0.9), SpokenWord("please.", 0.4, 1.0, 0.8))
SEGMENTS = (Segment("Yes, please.", 0.0, 1.0, WORDS), Segment("Now.", 1.5, 2.0))
TRANSCRIPT = Transcript("Yes, please. Now.", "en", SEGMENTS, duration=2.5, timings={"encode": 3.0})

Printed = Callable[[Form], str]


@pytest.fixture
def printed(capsys: pytest.CaptureFixture[str]) -> Printed:
    def show(form: Form) -> str:
        printer = Printer(Context(), form)
        for segment in SEGMENTS:
            printer.segment(segment)
        printer.end(TRANSCRIPT)
        return capsys.readouterr().out

    return show


def test_text_has_a_line_for_each_segment(printed: Printed) -> None:
    assert printed("text") == "Yes, please.\nNow.\n"


def test_subrip_is_numbered(printed: Printed) -> None:
    assert printed("srt") == (
        "1\n00:00:00,000 --> 00:00:01,000\nYes, please.\n\n2\n00:00:01,500 --> 00:00:02,000\nNow.\n\n"
    )


def test_webvtt_has_one_head(printed: Printed) -> None:
    shown = printed("vtt")
    assert shown.startswith("WEBVTT\n\n00:00:00.000 --> 00:00:01.000\n")
    assert shown.count("WEBVTT") == 1


def test_json_has_all_that_is_known(printed: Printed) -> None:
    data = json.loads(printed("json"))
    assert (data["text"], data["language"], data["duration"]) == ("Yes, please. Now.", "en", 2.5)
    assert data["no_speech"] is None
    assert [segment["text"] for segment in data["segments"]] == ["Yes, please.", "Now."]
    assert data["segments"][0]["words"][1] == {"text": "please.", "start": 0.4, "end": 1.0, "probability": 0.8}
    assert "words" not in data["segments"][1]


@pytest.mark.parametrize("form", FORMATS)
def test_where_nobody_speaks_the_answer_is_empty(form: Form, capsys: pytest.CaptureFixture[str]) -> None:
    Printer(Context(), form).end(NoSpeech("no-voice", 3.0))
    out, err = capsys.readouterr()
    assert err == "no speech: nobody speaks in it\n"
    if form == "json":
        assert json.loads(out) == {
            "text": "",
            "language": None,
            "duration": 3.0,
            "segments": [],
            "no_speech": "no-voice",
        }
    else:
        assert out == ""


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["gone.wav"], 6, "there is no file gone.wav"),
        (["."], 6, "is a folder"),
        (["sound.wav", "--words"], 2, "text has no place for the times of words"),
        (["sound.wav", "--words", "--format", "srt"], 2, "srt has no place for the times of words"),
        (["sound.wav", "--json", "--format", "srt"], 2, "ask for two things"),
        (["sound.wav", "--format", "doc"], 2, "doc"),
        (["sound.wav"], 3, "no model for speech to text is installed"),
        (["sound.wav", "--language", "zh"], 3, "no model for speech to text is installed"),
        (["sound.wav", "--model", "whisper-huge"], 3, "there is no model called 'whisper-huge'"),
        (["sound.wav", "--model", "whisper-tiny-en"], 3, "the model whisper-tiny-en is not installed"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    arguments: list[str],
    status: int,
    words: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("sound.wav").write_bytes(b"RIFF")
    assert run(["transcribe", *arguments]) == status
    out, err = capsys.readouterr()
    assert out == ""
    assert words in err
    assert "Traceback" not in err


def test_the_hint_says_which_model_to_pull(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("sound.wav").write_bytes(b"RIFF")
    run(["transcribe", "sound.wav", "--language", "zh"])
    assert "hint: myna models pull whisper-base" in capsys.readouterr().err
    run(["transcribe", "sound.wav", "--language", "en"])
    assert "hint: myna models pull whisper-tiny-en" in capsys.readouterr().err
