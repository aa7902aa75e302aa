"""How a session is shown: as JSON, line by line in a pipe, live on a terminal."""

import json

import click
import pytest

from myna.cli.context import Context
from myna.cli.language import Language
from myna.errors import EngineCrashed
from myna.voice_events import (
    AnswerText,
    Awake,
    DeviceChanged,
    Failed,
    Final,
    Interrupted,
    Listening,
    NothingSaid,
    Partial,
    SpeechStarted,
    Thinking,
    Told,
    TurnDone,
)
from myna_speech.session.show import STAGE_NAMES, JsonLines, Lines, Live, shown
from myna_speech.session.talk import talk
from myna_speech.session.timings import STAGES, Percentiles

TURN: tuple[Told, ...] = (
    Listening(at=0.0, mode="open"),
    SpeechStarted(at=1.0),
    Partial(at=1.5, stable="What is", rest="this"),
    Thinking(at=2.0),
    Final(at=2.1, text="What is\x1b[31m this?", language="en"),
    AnswerText(at=2.1, text="A test. "),
    AnswerText(at=2.2, text="Really."),
    TurnDone(at=3.0, question="What is this?", text="A test. Really.", reason="stop", timings={}),
)
TROUBLE: tuple[Told, ...] = (
    NothingSaid(at=1.0, reason="silence"),
    DeviceChanged(at=1.0, kind="lost", name="USB Mic"),
    DeviceChanged(at=2.0, kind="found", name="USB Mic"),
    Awake(at=2.5),
    Failed(at=3.0, error=EngineCrashed("whisper is gone").info()),
    Interrupted(at=4.0, heard="A"),
    TurnDone(
        at=5.0, question="q", text="", reason="error", timings={}, error=EngineCrashed("the model is gone").info()
    ),
)


def percentiles():
    made = Percentiles()
    for value in (100.0, 200.0, 900.0):
        made.add(dict.fromkeys(STAGES, value))
    return made


def run(show, events):
    for event in events:
        show.told(event)
    show.end(percentiles())


def test_json_is_an_event_a_line(capsys):
    run(JsonLines(Context(json=True)), [*TURN, *TROUBLE])
    *lines, last = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["event"] for line in lines] == [event.__struct_config__.tag for event in (*TURN, *TROUBLE)]
    assert last["event"] == "percentiles"
    assert last["stages"]["voice_audio_played"] == {"turns": 3, "median": 200.0, "p95": 900.0, "max": 900.0}


def test_a_pipe_gets_questions_and_answers_alone(capsys):
    run(Lines(Context()), [*TURN, *TROUBLE])
    captured = capsys.readouterr()
    assert captured.out == "> What is\x1b[31m this?\nA test. Really.\n"
    for said in ("USB Mic is gone; waiting for it.", "USB Mic is there again.", "whisper is gone", "the model is gone"):
        assert said in captured.err
    table = captured.err.splitlines()[-len(STAGES) - 1 :]
    assert table[0].split() == ["AFTER", "THE", "END", "OF", "SPEECH", "TURNS", "MEDIAN", "95", "%", "MOST"]
    assert table[-1].split() == ["first", "audio", "played", "3", "200", "ms", "900", "ms", "900", "ms"]


def test_nothing_was_asked_nothing_is_listed(capsys):
    Lines(Context()).end(Percentiles())
    quiet = Lines(Context(quiet=True))
    quiet.end(percentiles())
    assert capsys.readouterr() == ("", "")


def test_a_terminal_shows_what_is_being_said(capsys):
    run(Live(Context()), [*TURN, *TROUBLE])
    out = capsys.readouterr().out
    assert out == "> What is this\r\x1b[K> What is\x1b[31m this?\nA test. Really.\n"


def test_it_is_shown_as_fits(capsys):
    assert isinstance(shown(Context(json=True)), JsonLines)
    assert isinstance(shown(Context()), Lines)


def test_every_stage_has_a_name_in_both_languages():
    assert set(STAGE_NAMES) == set(STAGES)
    language = Language("zh", ("myna_speech",))
    assert all(language.find(name) for name in STAGE_NAMES.values())


@pytest.mark.parametrize("arguments", [["--listen", "never"], ["--input"], ["extra"]])
def test_what_makes_no_sense_is_refused(arguments):
    with pytest.raises(click.UsageError):
        talk.make_context("talk", arguments, obj=Context())


def test_the_answer_does_not_overwrite_the_question(tmp_path):
    from myna.errors import UsageError

    arguments = ["--input", str(tmp_path / "q.wav"), "--output", str(tmp_path / "." / "q.wav")]
    context = talk.make_context("talk", arguments, obj=Context())
    with pytest.raises(UsageError, match="overwrite"):
        talk.invoke(context)
