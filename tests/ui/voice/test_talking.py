"""The microphone beside the question, on made-up sound."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from fake_voice import LiveMicrophone, no_microphone
from myna.errors import ModelMissing
from myna.messages import Image, Text
from myna.testing import FakeEngine
from myna_ui.conversation.picture_data import of_file

from ..conftest import Shown
from ..talking import entries, picture, view
from .talker import QUESTION, Panel, Talker, center, plugin, settings

Show = Callable[..., Shown]


def test_without_speech_there_is_no_microphone(show: Show) -> None:
    shown = show()
    assert [item.isVisible() for item in shown.items("voice")] == [False]


def test_the_button_is_held_to_talk(talker: Callable[..., Talker]) -> None:
    one = talker(listen="push-to-talk")
    place = center(one.shown.item("voice"))
    QTest.mousePress(one.shown.window, Qt.MouseButton.LeftButton, pos=place)
    one.until("session", "open")
    one.shown.until(lambda: "Listening to you" in one.shown.texts())
    one.say(QUESTION, then=0.0)
    one.heard()
    QTest.mouseRelease(one.shown.window, Qt.MouseButton.LeftButton, pos=place)
    one.until("floor", "myna")
    assert "Myna is speaking" in one.shown.texts()
    one.until("floor", "nobody")
    assert "Hold the button or F9, and speak" in one.shown.texts()
    one.until_asked(QUESTION)
    assert one.equipment.heard().startswith("It is Paris.")


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_F9])
def test_a_key_is_held_to_talk_and_may_repeat(talker: Callable[..., Talker], key: Qt.Key) -> None:
    one = talker(listen="push-to-talk")
    if key == Qt.Key.Key_Space:
        one.shown.item("voice").forceActiveFocus(Qt.FocusReason.TabFocusReason)
    one.hold(key)
    one.until("session", "open")
    one.say(QUESTION, then=0.0)
    one.heard()
    assert one.state("held")
    one.let_go(key)
    one.until("floor", "myna")
    one.until_asked(QUESTION)


def test_space_in_the_question_is_a_space(talker: Callable[..., Talker]) -> None:
    one = talker(listen="push-to-talk")
    one.shown.press(Qt.Key.Key_Space)
    assert one.state("session") == "closed"
    assert one.shown.item("question").property("text") == " "


def test_return_begins_and_ends_for_who_cannot_hold_a_button(talker: Callable[..., Talker]) -> None:
    one = talker(listen="push-to-talk")
    one.shown.item("voice").forceActiveFocus(Qt.FocusReason.TabFocusReason)
    one.shown.press(Qt.Key.Key_Return)
    one.until("held", True)
    one.shown.press(Qt.Key.Key_Return)
    one.until("held", False)


def test_let_go_before_anything_was_said(talker: Callable[..., Talker]) -> None:
    one = talker(listen="push-to-talk")
    one.shown.click(one.shown.item("voice"))
    one.until("session", "open")
    one.until("remark", "nothing-said")
    assert any("Nothing was understood." in text for text in one.shown.texts())
    assert one.asked() == []


def test_the_key_talks_from_every_page(talker: Callable[..., Talker]) -> None:
    one = talker(listen="push-to-talk")
    one.hold(Qt.Key.Key_F9)
    one.until("held", True)
    one.shown.desktop.setProperty("page", "voice")
    one.say(QUESTION, then=0.0)
    one.heard()
    assert one.state("held") is True
    one.let_go(Qt.Key.Key_F9)
    one.until("held", False)
    one.until_asked(QUESTION)
    one.until("floor", "nobody")
    one.hold(Qt.Key.Key_F9)
    one.until("held", True)
    one.let_go(Qt.Key.Key_F9)
    one.until("held", False)


def test_a_hidden_button_is_not_held(talker: Callable[..., Talker]) -> None:
    one = talker(listen="push-to-talk")
    QTest.mousePress(one.shown.window, Qt.MouseButton.LeftButton, pos=center(one.shown.item("voice")))
    one.until("held", True)
    one.shown.desktop.setProperty("page", "voice")
    one.until("held", False)


def test_an_open_microphone_is_seen_and_closed_on_every_page(talker: Callable[..., Talker]) -> None:
    one = talker()
    one.shown.click(one.shown.item("voice"))
    one.until("session", "open")
    one.shown.desktop.setProperty("page", "voice")
    one.shown.until(lambda: one.shown.item("voice-elsewhere").isVisible())
    assert "Listening" in one.shown.texts()
    one.shown.click(one.shown.item("end-voice"))
    one.until("session", "closed")
    one.shown.until(lambda: not one.shown.items("voice-elsewhere")[0].isVisible())


def test_the_first_steps_are_not_talked_to(show: Show) -> None:
    shown = show(plugin(), settings=settings(listen="push-to-talk"), newcomer=True)
    one = Talker(shown)
    one.hold(Qt.Key.Key_F9)
    one.let_go(Qt.Key.Key_F9)
    one.shown.settle()
    assert one.state("session") == "closed"


def test_the_microphone_is_opened_muted_and_closed(talker: Callable[..., Talker]) -> None:
    one = talker()
    one.shown.click(one.shown.item("voice"))
    one.until("session", "open")
    assert "Listening" in one.shown.texts()
    one.shown.click(one.shown.item("mute"))
    one.until("muted", True)
    assert "The microphone is muted" in one.shown.texts()
    one.say(QUESTION)
    one.heard()
    one.shown.click(one.shown.item("mute"))
    one.until("muted", False)
    one.say("And of <Spain> & all?")
    one.shown.until(lambda: bool(one.state("stable")))
    assert "<" not in one.shown.item("transcript").property("text").replace("&lt;", "").split("<i>")[0]
    one.until("floor", "myna")
    one.shown.click(one.shown.item("end-voice"))
    one.until("session", "closed")
    assert not any(item.isVisible() for item in one.shown.items("end-voice"))
    one.until_asked("And of <Spain> & all?")
    assert not one.equipment.ears.open


def test_the_level_is_shown(talker: Callable[..., Talker]) -> None:
    one = talker()
    one.shown.press(Qt.Key.Key_F9)
    one.until("session", "open")
    one.say("word " * 6)
    one.shown.until(lambda: one.shown.item("level").property("value") > 0.5)
    one.shown.until(lambda: one.shown.item("level").property("value") == 0.0)
    one.shown.press(Qt.Key.Key_F9)
    one.until("session", "closed")


def test_a_new_conversation_takes_the_microphone_along(talker: Callable[..., Talker]) -> None:
    one = talker()
    one.shown.press(Qt.Key.Key_F9)
    one.until("session", "open")
    one.shown.desktop.property("conversation").begin()
    one.shown.until(lambda: len(one.equipment.sessions) == 2)
    one.say(QUESTION)
    one.until("floor", "myna")
    one.until_asked(QUESTION)


def test_a_device_that_is_lost_and_found(talker: Callable[..., Talker]) -> None:
    one = talker()
    one.shown.press(Qt.Key.Key_F9)
    one.until("session", "open")
    one.equipment.ears.lose()
    one.shown.until(lambda: "fake microphone is gone. Waiting for it." in one.shown.texts())
    one.equipment.ears.find()
    one.shown.until(lambda: "Listening" in one.shown.texts())


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_is_missing_is_said_where_it_is_missed(talker: Callable[..., Talker], language: str) -> None:
    Panel.no_model = ModelMissing("no voice for English is installed", hint="myna models pull piper-en-us-joe")
    one = talker()
    one.shown.desktop.speaking.use(language)
    one.shown.press(Qt.Key.Key_F9)
    one.shown.until(lambda: "myna models pull piper-en-us-joe" in one.shown.texts())
    assert not one.equipment.ears.open


def test_no_microphone_and_then_one(talker: Callable[..., Talker]) -> None:
    Panel.no_device = no_microphone()
    one = talker()
    one.shown.press(Qt.Key.Key_F9)
    one.shown.until(
        lambda: "There is no microphone" in one.shown.texts() or "there is no microphone" in one.shown.texts()
    )
    ears = one.equipment.ears
    assert isinstance(ears, LiveMicrophone)
    ears.missing = None
    one.shown.press(Qt.Key.Key_F9)
    one.until("session", "open")
    assert one.state("trouble") == {}


@pytest.mark.parametrize("when", ["recording", "trial"])
def test_closing_the_window_closes_the_microphone(talker: Callable[..., Talker], when: str) -> None:
    one = talker()
    if when == "trial":
        one.shown.desktop.setProperty("page", "voice")
        one.until("looked", True)
        one.shown.click(one.shown.item("try-microphone"))
        one.until("trial", "recording")
    else:
        one.shown.press(Qt.Key.Key_F9)
        one.say(QUESTION)
        one.until("floor", "person")
    one.shown.window.close()
    one.shown.desktop.close()
    assert not one.equipment.ears.open
    assert not one.equipment.mouth.is_open


def test_a_spoken_question_takes_the_picture_along(
    talker: Callable[..., Talker], engine: FakeEngine, tmp_path: Path
) -> None:
    one = talker()
    tray = view(one.shown).tray_of_next
    tray.add("sea", partial(of_file, Path(picture(tmp_path / "sea.png").toLocalFile())))
    one.shown.until(lambda: tray.property("count") == 1 and not tray.property("busy"))
    one.shown.press(Qt.Key.Key_F9)
    one.until("session", "open")
    one.say(QUESTION)
    one.until_asked(QUESTION)
    one.shown.until(lambda: tray.property("count") == 0)
    one.shown.until(lambda: beside(one.shown) == [1])
    asked = [request.messages[-1].parts for request in engine.requests if request.messages[-1].text == QUESTION]
    assert {tuple(type(part) for part in parts) for parts in asked} == {(Image, Text)}
    # The next one goes without it.
    one.until("floor", "nobody")
    one.say("And of Spain?")
    one.until_asked(QUESTION, "And of Spain?")
    one.shown.until(lambda: beside(one.shown) == [1, 0])


def beside(shown: Shown) -> list[int]:
    """How many pictures went along with each question that is shown."""
    return [len(entry.pictures) for entry in entries(shown) if entry.role == "user"]
