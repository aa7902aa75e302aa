"""The page Voice, on made-up sound."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QPointF, Qt

from fake_voice import no_microphone
from myna.config import DesktopSettings, Settings, SpeechSettings

from ..conftest import Shown
from .talker import Talker, plugin

Show = Callable[..., Shown]


@pytest.fixture
def page(talker: Callable[..., Talker]) -> Callable[..., Talker]:
    def page(**speech: Any) -> Talker:
        one = talker(**speech)
        one.shown.window.resize(1000, 1200)
        one.shown.desktop.setProperty("page", "voice")
        one.until("looked", True)
        one.shown.until(lambda: bool([item for item in one.shown.items("try-voice") if item.isVisible()]))
        return one

    return page


def kept(one: Talker) -> SpeechSettings:
    opened = one.shown.desktop._opened
    assert opened is not None
    return opened.assistant.settings.speech


def test_devices_and_voice_are_chosen_and_kept(page: Callable[..., Talker]) -> None:
    one = page()
    assert "The system's choice (Built-in)" in one.shown.texts()
    for name, steps in (("microphones", 2), ("loudspeakers", 1), ("voices", 1)):
        box = one.shown.item(name)
        box.forceActiveFocus(Qt.FocusReason.TabFocusReason)
        for _ in range(steps):
            one.shown.press(Qt.Key.Key_Down)
    one.shown.until(
        lambda: (kept(one).microphone, kept(one).loudspeaker, kept(one).voice) == ("Headset", "Headset", "joe")
    )
    one.shown.until(lambda: any(text.startswith("joe (") for text in one.shown.texts()))


def test_speed_and_volume_by_keyboard(page: Callable[..., Talker]) -> None:
    one = page()
    for name, key in (("speed", Qt.Key.Key_Right), ("volume", Qt.Key.Key_Left)):
        one.shown.item(name).forceActiveFocus(Qt.FocusReason.TabFocusReason)
        for _ in range(5):
            one.shown.press(key)
    one.shown.until(lambda: (kept(one).speed, kept(one).volume) == (1.25, 0.75))


def test_how_to_talk_is_chosen(page: Callable[..., Talker]) -> None:
    one = page()
    one.shown.item("listen").forceActiveFocus(Qt.FocusReason.TabFocusReason)
    one.shown.press(Qt.Key.Key_Down)
    one.shown.until(lambda: kept(one).listen == "push-to-talk")
    one.shown.click(one.shown.item("barge-in"))
    one.shown.until(lambda: kept(one).barge_in is False)
    one.shown.desktop.setProperty("page", "conversation")
    one.shown.until(lambda: one.shown.item("voice").property("text") == "Hold to talk (F9)")


def test_the_microphone_is_tried(page: Callable[..., Talker]) -> None:
    one = page()
    one.say("can you hear me", then=4.0)
    one.shown.click(one.shown.item("try-microphone"))
    one.shown.until(lambda: one.shown.item("trial-level").property("value") > 0.5)
    one.shown.until(lambda: "Understood: “can you hear me”" in one.shown.texts())
    assert one.equipment.heard() == "can you hear me"


def test_a_silent_microphone_is_said_to_be(page: Callable[..., Talker]) -> None:
    one = page()
    one.shown.click(one.shown.item("try-microphone"))
    one.shown.until(lambda: any(text.startswith("Nothing was heard.") for text in one.shown.texts()))


def test_the_voice_is_tried_with_a_sentence_of_ones_own(page: Callable[..., Talker]) -> None:
    one = page()
    field = one.shown.item("sentence")
    field.setProperty("text", "")
    field.forceActiveFocus()
    one.shown.type("Hello there")
    one.shown.press(Qt.Key.Key_Return)
    one.shown.until(lambda: one.equipment.heard() == "Hello there")
    one.until("trial", "")
    field.setProperty("text", "  ")
    assert not one.shown.item("try-voice").isEnabled()


def test_no_device_at_all(page: Callable[..., Talker]) -> None:
    one = page()
    one.equipment.lost = no_microphone()
    one.shown.click(one.shown.item("look"))
    one.shown.until(lambda: "The system's choice (there is none)" in one.shown.texts())
    one.shown.until(lambda: any("plug one in" in text for text in one.shown.texts()))


def test_without_cancelled_echo_it_cannot_be_interrupted(page: Callable[..., Talker]) -> None:
    one = page(echo="half-duplex")
    assert not one.shown.item("barge-in").isEnabled()
    assert any("it is deaf" in text for text in one.shown.texts())


def test_nothing_is_recorded_and_that_is_said(page: Callable[..., Talker]) -> None:
    one = page()
    assert any("No sound is ever recorded to disk." in text for text in one.shown.texts())
    one.shown.desktop.speaking.use("zh")
    one.shown.until(lambda: any("声音从不写入磁盘" in text for text in one.shown.texts()))


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("width", [480, 1600])
def test_everything_stays_within_the_window(talker: Callable[..., Talker], width: int, language: str) -> None:
    one = talker()
    one.shown.desktop.speaking.use(language)
    one.shown.window.resize(width, 1400)
    one.shown.press(Qt.Key.Key_F9)
    one.say("a question that is so long that it has to wrap " * 8)
    one.shown.until(lambda: bool(one.state("stable")))
    for names in (("turn", "mute", "end-voice", "voice", "transcript"), ("listen", "voices", "speed", "try-voice")):
        for name in names:
            item = one.shown.item(name)
            left = item.mapToScene(QPointF(0, 0)).x()
            assert left >= 0
            assert left + item.width() <= width
        one.shown.desktop.setProperty("page", "voice")
        one.until("looked", True)


def test_the_key_of_the_settings_talks_and_no_other(show: Show) -> None:
    one = Talker(show(plugin(), settings=Settings(desktop=DesktopSettings(talk_key="F8"))))
    one.shown.press(Qt.Key.Key_F9)
    one.shown.press(Qt.Key.Key_F8)
    one.until("session", "open")
    assert len(one.equipment.sessions) == 1
