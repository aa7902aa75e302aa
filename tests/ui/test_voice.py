"""The microphone beside the question and the page Voice, on made-up sound."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any, ClassVar

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtQuick import QQuickItem
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

import myna_speech.plugin as speech
from fake_voice import FakeEquipment, LiveMicrophone, no_microphone
from myna.config import DesktopSettings, Settings, SpeechSettings
from myna.errors import ModelMissing, MynaError
from myna.hookspecs import PanelInfo, hookimpl
from myna.panel import Desk
from myna.store.records import StoredMessage
from myna.testing import FakeEngine
from myna_speech.panel.panel import VoicePanel

from .conftest import Shown

Show = Callable[..., Shown]
QUESTION = "What is the capital of France?"
PACE_S = 0.002
"""For 20 ms of sound: ten times as fast as it is heard."""


ANSWER = "It is Paris. Two million people live there, and ten million more around it. It lies on the Seine."
"""Long enough to be seen while it is spoken."""


class Panel(VoicePanel):
    """On made-up sound. A test may get it ready by `missing` beforehand."""

    made: ClassVar[list[FakeEquipment]] = []
    no_device: ClassVar[MynaError | None] = None
    no_model: ClassVar[MynaError | None] = None

    def __init__(self, desk: Desk) -> None:
        ears = LiveMicrophone(pace=PACE_S)
        equipment = FakeEquipment(ears)
        ears.missing, equipment.missing = self.no_device, self.no_model
        self.made.append(equipment)
        super().__init__(desk, equipment)


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    Panel.made.clear()
    yield
    Panel.no_device = Panel.no_model = None


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine([f"{word} " for word in ANSWER.split()])


def plugin() -> tuple[str, ModuleType]:
    made = ModuleType("myna_speech_panel")
    [info] = speech.myna_register_panels()

    def myna_register_panels() -> list[PanelInfo]:
        return [PanelInfo("voice", info.title, info.qml, f"{__name__}:Panel", info.icon, info.order, info.translations)]

    made.myna_register_panels = hookimpl(myna_register_panels)  # type: ignore[attr-defined]
    return "myna_speech.panel", made


class Talker:
    """Somebody who talks to the window."""

    def __init__(self, shown: Shown) -> None:
        self.shown = shown
        shown.until(lambda: bool(Panel.made) and self.state("session") == "closed")
        self.equipment = Panel.made[0]

    def state(self, name: str) -> Any:
        pages = {page["name"]: page["panel"] for page in self.shown.desktop.property("pages")}
        return pages["voice"].property("state").value(name) if "voice" in pages else None

    def until(self, name: str, value: Any) -> None:
        self.shown.until(lambda: self.state(name) == value)

    def say(self, text: str, then: float = 1.0) -> None:
        ears = self.equipment.ears
        assert isinstance(ears, LiveMicrophone)
        ears.say(self.equipment.words.say(text, 0.33 * len(text.split())), then)

    def heard(self) -> None:
        """Until all of it was heard."""
        ears = self.equipment.ears
        assert isinstance(ears, LiveMicrophone)
        self.shown.until(lambda: ears.quiet)

    def key(self, key: Qt.Key, kind: QEvent.Type, *, repeat: bool = False) -> None:
        event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, "", repeat)
        QApplication.sendEvent(self.shown.window, event)

    def hold(self, key: Qt.Key) -> None:
        """Pressed, and held for so long that it repeats."""
        self.key(key, QEvent.Type.KeyPress)
        for _ in range(3):
            self.key(key, QEvent.Type.KeyRelease, repeat=True)
            self.key(key, QEvent.Type.KeyPress, repeat=True)

    def let_go(self, key: Qt.Key) -> None:
        self.key(key, QEvent.Type.KeyRelease)

    def asked(self) -> list[str]:
        """Questions that are kept."""
        opened = self.shown.desktop._opened
        assert opened is not None
        path: list[list[StoredMessage]] = []
        self.shown.desktop.bridge.run(opened.conversation.history()).on_result(path.append)
        self.shown.until(lambda: bool(path))
        return [one.message.text for one in path[0] if one.message.role == "user"]

    def until_asked(self, *questions: str) -> None:
        self.shown.until(lambda: self.asked() == list(questions))


def settings(**speech: Any) -> Settings:
    return Settings(speech=SpeechSettings(**speech))


@pytest.fixture
def talker(show: Show) -> Callable[..., Talker]:
    def talker(**speech: Any) -> Talker:
        return Talker(show(plugin(), settings=settings(**speech)))

    return talker


def center(item: QQuickItem) -> QPoint:
    return item.mapToScene(QPointF(item.width() / 2, item.height() / 2)).toPoint()


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


def test_another_page_lets_go_of_the_button(talker: Callable[..., Talker]) -> None:
    one = talker(listen="push-to-talk")
    one.hold(Qt.Key.Key_F9)
    one.until("held", True)
    one.shown.desktop.setProperty("page", "voice")
    one.until("held", False)


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


# the page


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
