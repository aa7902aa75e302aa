"""A visit on the real screens, with a scripted engine and a clock that stands still."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtQuick import QQuickItem
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from myna.assistant import Assistant
from myna.config import PluginSettings, Settings
from myna.errors import DeviceMissing, ModelMissing, OutOfMemory, StoreFailed
from myna.hookspecs import PanelInfo, hookimpl
from myna.host import PluginHost
from myna.panel import Desk
from myna.paths import Paths
from myna.testing import FakeClock, FakeEngine
from myna_ui.desktop import Desktop
from myna_ui.kiosk import ending
from myna_ui.kiosk import kiosk as kiosk_module
from myna_ui.kiosk.kiosk import Kiosk
from myna_ui.kiosk.pin import PinLock, set_pin
from myna_ui.kiosk.places import Places
from myna_ui.kiosk.pressure import Reading
from myna_ui.kiosk.profile import parse_profile
from myna_ui.kiosk.settings import settings_for
from myna_ui.kiosk.showing import show_kiosk
from myna_ui.kiosk.wiping import clear

from .conftest import Shown, walk

PIN = "835172"
PROFILE: dict[str, Any] = {
    "record": True,
    "policies": ["off"],
    "audit": "off",
    "inputs": ["text"],
    "greeting": {"en": "Clock Museum", "zh": "钟表博物馆"},
    "models": ["large", "small"],
    "suggestions": [
        {
            "text": {"en": "Opening hours", "zh": "开放时间"},
            "question": {"en": "When are you open?", "zh": "几点开门？"},
        },
        {"text": {"en": "Toilets"}, "prompt": {"name": "way", "en": {"to": "toilets"}}},
    ],
}


class Prepared:
    """A plugin that sees which template a turn is put into."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, str, dict[str, Any]]] = []

    @hookimpl
    def myna_prepare_turn(self, draft: Any) -> None:
        self.seen.append((draft.messages[-1].text, draft.prompt, draft.variables))
        draft.prompt = ""


class Voice:
    """The page of a plugin that hears, as the kiosk uses it."""

    made: ClassVar[list[Voice]] = []

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.actions: list[str] = []
        self.broken = False
        self.made.append(self)

    async def open(self) -> None:
        self.desk.show(session="closed", stable="", rest="")

    async def act(self, action: str, values: Mapping[str, Any]) -> None:
        self.actions.append(action)
        if action == "begin" and self.broken:
            raise DeviceMissing("there is no microphone")
        self.desk.show(session="open" if action == "begin" else "closed", stable="", rest="")

    async def close(self) -> None:
        self.actions.append("close")
        self.desk.show(session="closed")


class Hearing:
    """A plugin with that page."""

    @hookimpl
    def myna_register_panels(self) -> list[PanelInfo]:
        return [PanelInfo("voice", "Voice", str(Path(__file__)), f"{__name__}:Voice")]


class ShownKiosk(Shown):
    """A kiosk in its window, and a visitor in front of it."""

    kiosk: Kiosk
    clock: FakeClock
    prepared: Prepared
    places: Places

    @property
    def screen(self) -> str:
        return str(self.kiosk.property("screen"))

    def answers(self) -> list[tuple[str, str]]:
        entries = self.desktop.property("conversation").property("messages").entries()
        return [(entry.text, entry.state) for entry in entries]

    def conversations(self) -> int:
        opened = self.desktop.opened

        async def count() -> int:
            return len(await (await opened.assistant.store()).list())

        found: list[int] = []
        self.desktop.bridge.run(count()).on_result(found.append)
        self.until(lambda: bool(found))
        return found[0]


@pytest.fixture
def visit(
    qapp: QApplication,
    qtbot: QtBot,
    own_home: Path,
    engine: FakeEngine,
    use_engine: Callable[[FakeEngine], None],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Callable[..., ShownKiosk]]:
    """`visit()` opens the kiosk at its attract screen; keywords change the profile."""
    monkeypatch.setattr(kiosk_module, "THANKS_MS", 0)
    use_engine(engine)
    opened: list[tuple[Desktop, Any, Kiosk]] = []

    def visit(
        *, until: str = "attract", recovering: bool = False, pin: bool = True, hearing: bool = False, **change: Any
    ) -> ShownKiosk:
        profile = parse_profile({**PROFILE, **change}, "test")
        paths = Paths.find(own_home)
        places = Places.find(paths)
        clear(places)
        prepared = Prepared()
        plugins = [("prepared", prepared), *([("hearing", Hearing())] if hearing else [])]
        host = PluginHost.load(PluginSettings(), extra=plugins, entry_points=())
        settings = settings_for(profile, Settings())
        desktop = Desktop(places.paths, settings, environ={}, host=host)
        desktop.theme.use(settings.desktop, touch=True)
        file = own_home / "kiosk.pin"
        if pin:
            set_pin(file, PIN)
        clock = FakeClock()
        kiosk = Kiosk(
            desktop,
            profile,
            places,
            PinLock(file, places.attempts),
            has_pin=pin,
            recovering=recovering,
            clock=clock,
        )
        qml, shown = show_kiosk(desktop, kiosk)
        opened.append((desktop, qml, kiosk))
        shown.showNormal()
        shown.resize(720, 1280)
        qtbot.waitUntil(shown.isExposed)
        made = ShownKiosk(desktop, shown, qtbot)
        made.kiosk, made.clock, made.prepared, made.places = kiosk, clock, prepared, places
        if until != "starting":
            desktop.begin()
            made.until(lambda: made.screen == until)
        return made

    yield visit
    for desktop, qml, _ in opened:
        for root in qml.rootObjects():
            root.hide()
        qml.deleteLater()
        qapp.processEvents()
        QApplication.sendPostedEvents(qml)
        desktop.close()
        desktop.deleteLater()
    qapp.processEvents()


Visit = Callable[..., ShownKiosk]


def begun(visit: Visit, **change: Any) -> ShownKiosk:
    shown = visit(**change)
    shown.kiosk.begin("en")
    shown.until(lambda: shown.screen == "visit" and bool(shown.items("question")))
    return shown


def test_touching_anywhere_begins_in_the_first_language(visit: Visit) -> None:
    shown = visit()
    assert "Clock Museum" in shown.texts()
    QTest.mouseClick(shown.window, Qt.MouseButton.LeftButton, pos=QPoint(600, 1200))
    shown.until(lambda: shown.screen == "visit")
    assert shown.desktop.property("language") == "en"


def test_a_visitor_chooses_chinese_and_the_next_is_asked_again(visit: Visit) -> None:
    shown = visit()
    shown.click(shown.item("language-zh"))
    shown.until(lambda: "有什么可以帮您？" in shown.texts())
    assert "钟表博物馆" in shown.texts()
    shown.click(shown.item("suggestion-0"))
    shown.until(lambda: shown.answers()[-1:] == [("Paris.", "done")])
    assert shown.answers()[0][0] == "几点开门？"
    shown.click(shown.item("finish"))
    shown.until(lambda: shown.screen == "attract" and "Clock Museum" in shown.texts())


def test_a_question_is_typed_on_the_screen(visit: Visit) -> None:
    shown = begun(visit)
    shown.click(shown.item("question"))
    shown.until(lambda: bool(shown.items("key-h")))
    for key in ("shift", "h", "i", "x", "back", "signs"):
        shown.click(shown.item(f"key-{key}"))
    shown.until(lambda: bool(shown.items("key-!")))
    shown.click(shown.item("key-!"))
    assert shown.item("question").property("text") == "Hi!"
    shown.click(shown.item("key-send"))
    shown.until(lambda: shown.answers()[-1:] == [("Paris.", "done")])
    assert shown.answers()[0][0] == "Hi!"


def test_the_keyboard_deletes_a_character_of_two_halves_whole(visit: Visit) -> None:
    shown = begun(visit)
    shown.click(shown.item("question"))
    shown.until(lambda: bool(shown.items("key-back")))
    shown.type("a😀")
    shown.click(shown.item("key-back"))
    assert shown.item("question").property("text") == "a"


def test_targets_are_large_enough_for_fingers(visit: Visit) -> None:
    shown = begun(visit)
    shown.click(shown.item("question"))
    shown.until(lambda: bool(shown.items("key-h")))
    small = []
    for item in walk(shown.window.contentItem()):
        touched = item.metaObject().className().startswith(("AppButton", "IconButton", "Suggestion", "Key_"))
        if item.isVisible() and touched and min(item.width(), item.height()) < 48:
            small.append((item.objectName(), item.width(), item.height()))
    assert small == []


def test_a_suggestion_brings_its_template(visit: Visit) -> None:
    shown = begun(visit, prompt={"name": "kiosk", "en": {"place": "here"}})
    shown.prepared.seen.clear()
    shown.click(shown.item("suggestion-1"))
    shown.until(lambda: shown.answers()[-1:] == [("Paris.", "done")])
    shown.click(shown.item("suggestion-0"))
    shown.until(lambda: shown.answers()[-1:] == [("Paris.", "done")] and len(shown.answers()) == 4)
    asked = [one for one in shown.prepared.seen if one[0] != "?"]
    assert asked == [
        ("Toilets", "way", {"to": "toilets"}),
        ("When are you open?", "kiosk", {"place": "here"}),
    ]


def test_idleness_counts_down_and_wipes(visit: Visit) -> None:
    shown = begun(visit)
    shown.click(shown.item("suggestion-0"))
    shown.until(lambda: shown.answers()[-1:] == [("Paris.", "done")])
    assert shown.conversations() == 1
    QGuiApplication.clipboard().setText("secret")
    (shown.places.temporary / "sound.wav").write_bytes(b"secret")
    shown.clock.advance(62)
    shown.until(lambda: bool(shown.items("countdown")))
    assert shown.item("countdown").property("text") == "13"
    shown.clock.advance(13)
    shown.until(lambda: shown.screen == "attract")
    assert shown.answers() == []
    assert shown.conversations() == 0
    assert QGuiApplication.clipboard().text() == ""
    assert list(shown.places.temporary.iterdir()) == []


@pytest.mark.parametrize("sign", ["button", "key", "anywhere"])
def test_a_sign_of_life_ends_the_countdown(visit: Visit, sign: str) -> None:
    shown = begun(visit)
    shown.clock.advance(70)
    shown.until(lambda: bool(shown.items("countdown")))
    if sign == "button":
        shown.click(shown.item("stay"))
    elif sign == "key":
        shown.press(Qt.Key.Key_A)
    else:
        QTest.mouseClick(shown.window, Qt.MouseButton.LeftButton, pos=QPoint(5, 1270))
    shown.until(lambda: shown.kiosk.property("countdown") == -1 and not shown.items("countdown"))
    assert shown.screen == "visit"


def test_nobody_is_sent_away_while_an_answer_comes(visit: Visit, use_engine: Callable[[FakeEngine], None]) -> None:
    shown = begun(visit)
    use_engine(FakeEngine(["One ", "two"], hold_after=1))
    shown.click(shown.item("suggestion-0"))
    shown.until(lambda: shown.answers()[-1:] == [("One ", "streaming")])
    shown.clock.advance(1000)
    QTest.qWait(3 * kiosk_module.TICK_MS)
    assert shown.kiosk.property("countdown") == -1
    # Whoever is finished is finished, also in the middle of an answer.
    shown.click(shown.item("finish"))
    shown.until(lambda: shown.screen == "attract")
    assert shown.conversations() == 0


def test_a_second_visitor_sees_nothing_of_the_first(visit: Visit, engine: FakeEngine) -> None:
    shown = begun(visit)
    shown.click(shown.item("suggestion-0"))
    shown.until(lambda: shown.answers()[-1:] == [("Paris.", "done")])
    shown.click(shown.item("question"))
    shown.type("half a secret")
    shown.click(shown.item("finish"))
    shown.until(lambda: shown.screen == "attract")
    shown.kiosk.begin("en")
    shown.until(lambda: shown.screen == "visit" and bool(shown.items("question")))
    assert shown.item("question").property("text") == ""
    assert not any("Paris" in text or "secret" in text for text in shown.texts())
    engine.requests.clear()
    shown.click(shown.item("suggestion-1"))
    shown.until(lambda: shown.answers()[-1:] == [("Paris.", "done")])
    asked = [request for request in engine.requests if request.messages[-1].text == "Toilets"]
    assert not any("open" in message.text for request in asked for message in request.messages)


def test_where_something_may_be_left_the_process_must_go(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = begun(visit, call={"en": "Call 0800 123"})

    async def wipe(*args: object, **more: object) -> None:
        raise StoreFailed("the disk is gone")

    monkeypatch.setattr(ending, "wipe", wipe)
    broken: list[bool] = []
    shown.kiosk.ending.broken.connect(lambda: broken.append(True))
    shown.click(shown.item("finish"))
    shown.until(lambda: bool(broken))
    assert shown.screen == "trouble"
    shown.until(lambda: "Call 0800 123" in shown.texts())


def hold_corner(shown: ShownKiosk) -> None:
    corner = shown.item("corner")
    corner.setProperty("pressAndHoldInterval", 50)
    at = QPoint(10, 10)
    QTest.mousePress(shown.window, Qt.MouseButton.LeftButton, pos=at)
    shown.until(lambda: bool(shown.items("pin-state")))
    QTest.mouseRelease(shown.window, Qt.MouseButton.LeftButton, pos=at)


def enter(shown: ShownKiosk, pin: str) -> None:
    for digit in pin:
        shown.click(shown.item(f"pin-{digit}"))
    shown.click(shown.item("pin-enter"))
    shown.until(lambda: not shown.kiosk.admin.property("checking"))


def test_only_the_pin_opens_the_way_out(visit: Visit) -> None:
    shown = begun(visit)
    assert shown.item("corner").property("pressAndHoldInterval") == 5000
    left: list[int] = []
    shown.kiosk.admin.leaving.connect(left.append)
    hold_corner(shown)
    shown.kiosk.admin.leave(0)
    assert left == []
    enter(shown, "1111")
    shown.until(lambda: "This PIN is wrong." in shown.texts())
    enter(shown, PIN)
    shown.until(lambda: bool(shown.items("admin-leave")) and shown.item("admin-leave").isVisible())
    shown.click(shown.item("admin-leave"))
    assert left == [0]


def test_who_guesses_waits(visit: Visit) -> None:
    shown = begun(visit)
    hold_corner(shown)
    for _ in range(3):
        enter(shown, "1111")
    shown.until(lambda: any(text.startswith("Too many wrong attempts") for text in shown.texts()))
    assert not shown.item("pin-1").isEnabled()
    shown.kiosk.admin.enter(PIN)
    assert shown.kiosk.admin.property("stage") == "pin"


def test_without_a_pin_the_pad_says_how_to_set_one(visit: Visit) -> None:
    shown = begun(visit, pin=False)
    hold_corner(shown)
    shown.until(lambda: any("--set-pin" in text for text in shown.texts()))
    shown.kiosk.admin.enter("")
    assert shown.kiosk.admin.property("stage") == "pin"


def test_the_window_does_not_close_and_has_no_frame(visit: Visit) -> None:
    shown = begun(visit)
    assert shown.window.flags() & Qt.WindowType.FramelessWindowHint
    shown.window.close()
    shown.press(Qt.Key.Key_F4, Qt.KeyboardModifier.AltModifier)
    shown.press(Qt.Key.Key_Escape)
    shown.press(Qt.Key.Key_Q, Qt.KeyboardModifier.ControlModifier)
    QTest.qWait(50)
    assert shown.window.isVisible()
    assert shown.screen == "visit"


def test_tight_memory_changes_the_model_and_says_so(visit: Visit) -> None:
    shown = begun(visit)
    for _ in range(2):
        shown.kiosk.models.take_reading(Reading(50))
    shown.until(lambda: any("Memory is short" in text for text in shown.texts()))
    opened = shown.desktop.opened
    shown.until(lambda: opened.conversation.model == "small")
    shown.click(shown.item("suggestion-0"))
    shown.until(lambda: shown.answers()[-1:] == [("Paris.", "done")])
    for _ in range(32):
        shown.clock.advance(10)
        shown.kiosk.models.take_reading(Reading(50_000))
    shown.until(lambda: opened.conversation.model == "large")
    assert not any("Memory is short" in text for text in shown.texts())


def test_a_model_that_does_not_fit_is_replaced_and_the_question_asked_again(
    visit: Visit, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = begun(visit)
    large = FakeEngine([], error=OutOfMemory("no room"))

    async def text_engine(self: Assistant, name: str = "") -> FakeEngine:
        return large if name == "large" else engine

    monkeypatch.setattr(Assistant, "text_engine", text_engine)
    shown.click(shown.item("suggestion-0"))
    shown.until(lambda: shown.answers()[-1:] == [("Paris.", "done")])
    assert len(shown.answers()) == 2
    assert any("A smaller model answers" in text for text in shown.texts())


def test_after_a_crash_the_screen_asks_for_a_moment(visit: Visit) -> None:
    shown = visit(until="starting", recovering=True)
    shown.until(lambda: "One moment, please" in shown.texts())


def test_without_a_model_it_is_out_of_order(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    async def missing(self: Assistant, name: str = "", task: str = "chat") -> None:
        raise ModelMissing("large is not installed")

    monkeypatch.setattr(Assistant, "resolve", missing)
    shown = visit(until="trouble")
    shown.until(lambda: any("Out of order" in text for text in shown.texts()))


def test_what_a_crash_left_is_removed_at_the_start(own_home: Path) -> None:
    places = Places.find(Paths.find(own_home))
    left = [
        places.paths.database,
        places.paths.data / "attachments" / "ab" / "cd" / "abcd",
        places.temporary / "1" / "sound.wav",
        places.paths.cache / "prefix" / "1.partial",
    ]
    for path in left:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"half a word")
    kept = [places.starts, places.attempts, places.paths.audit / "audit.jsonl"]
    for path in kept:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"{}")
    clear(places)
    assert not any(path.exists() for path in left)
    assert all(path.exists() for path in kept)
    assert list(places.temporary.iterdir()) == []


def test_no_answer_follows_a_link_or_loads_a_picture(
    visit: Visit, use_engine: Callable[[FakeEngine], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = begun(visit)
    use_engine(FakeEngine(["![x](file:///etc/passwd) <img src='file:///etc/hosts'> [a](http://b.c)"]))
    shown.click(shown.item("suggestion-0"))
    shown.until(lambda: shown.answers()[-1][1] == "done")
    drawn = [item for item in walk(shown.window.contentItem()) if item.metaObject().indexOfProperty("textFormat") >= 0]
    texts = [text for item in drawn if "etc" in (text := str(item.property("text")))]
    assert texts
    assert not any("<img" in text for text in texts)
    opened: list[object] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    for item in drawn:
        if "b.c" in str(item.property("text")):
            middle = item.mapToScene(QPointF(0, item.height() / 2))
            for x in range(0, round(item.width()), 4):
                at = QPoint(round(middle.x()) + x, round(middle.y()))
                QTest.mouseClick(shown.window, Qt.MouseButton.LeftButton, pos=at)
    assert opened == []


def test_a_kiosk_on_its_side_fills_the_window(visit: Visit) -> None:
    shown = begun(visit, orientation="left")
    item: QQuickItem = shown.item("question")
    shown.until(lambda: item.width() > 100)
    corner = item.mapToScene(QPointF(0, 0))
    other = item.mapToScene(QPointF(item.width(), item.height()))
    assert abs(corner.y() - other.y()) > abs(corner.x() - other.x())
    assert 0 <= corner.x() <= 720
    assert 0 <= other.y() <= 1280


def test_the_microphone_opens_only_after_consent_and_closes_with_the_visit(visit: Visit) -> None:
    Voice.made.clear()
    shown = begun(visit, hearing=True, inputs=["text", "voice"])
    shown.until(lambda: bool(Voice.made))
    [voice] = Voice.made
    shown.click(shown.item("microphone"))
    shown.until(lambda: bool(shown.items("consent")))
    assert "microphone" in str(shown.item("consent").property("text"))
    shown.click(shown.item("refuse"))
    shown.until(lambda: not shown.items("consent"))
    assert voice.actions == []
    shown.click(shown.item("microphone"))
    shown.until(lambda: bool(shown.items("agree")))
    shown.click(shown.item("agree"))
    shown.until(lambda: voice.actions == ["begin"] and "Stop listening" in shown.texts())
    # Whoever speaks is there.
    shown.clock.advance(70)
    shown.until(lambda: shown.kiosk.property("countdown") >= 0)
    shown.desktop.bridge.in_loop(lambda: voice.desk.show(stable="where is", rest=" the"))
    shown.until(lambda: "where is the" in shown.texts() and shown.kiosk.property("countdown") == -1)
    shown.click(shown.item("finish"))
    shown.until(lambda: shown.screen == "attract")
    assert {"end", "close"} & set(voice.actions)
    # The next visitor is asked again.
    shown.kiosk.begin("en")
    shown.until(lambda: bool(shown.items("microphone")))
    before = list(voice.actions)
    shown.click(shown.item("microphone"))
    shown.until(lambda: bool(shown.items("consent")))
    assert voice.actions == before


def test_where_voice_is_not_allowed_there_is_no_microphone(visit: Visit) -> None:
    Voice.made.clear()
    shown = begun(visit, hearing=True)
    assert not [item for item in shown.items("microphone") if item.isVisible()]
    assert Voice.made == []


def test_where_typing_is_not_allowed_suggestions_are_left(visit: Visit) -> None:
    shown = visit(inputs=["voice"])
    shown.kiosk.begin("en")
    shown.until(lambda: bool(shown.items("suggestion-0")))
    assert not [item for item in shown.items("question") if item.isVisible()]
    shown.kiosk.ask("typed all the same")
    assert shown.answers() == []
    shown.click(shown.item("suggestion-0"))
    shown.until(lambda: shown.answers()[-1:] == [("Paris.", "done")])


def test_the_thanks_can_be_read_and_the_next_visit_begins_clean_all_the_same(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = begun(visit)
    monkeypatch.setattr(kiosk_module, "THANKS_MS", 3_600_000)
    shown.click(shown.item("suggestion-0"))
    shown.until(lambda: shown.answers()[-1:] == [("Paris.", "done")])
    shown.kiosk.finish()
    shown.until(lambda: shown.answers() == [] and "Thank you for your visit" in shown.texts())
    shown.kiosk.begin("en")
    assert shown.screen == "ending"
    shown.kiosk._thank()
    shown.until(lambda: shown.screen == "attract")


def test_what_a_visit_was_shown_with_is_gone(visit: Visit) -> None:
    shown = begun(visit)
    shown.click(shown.item("suggestion-0"))
    shown.until(lambda: shown.answers()[-1:] == [("Paris.", "done")])
    items = list(walk(shown.window.contentItem()))
    held = [item for item in items if item.metaObject().className().startswith(("KioskMessage", "Field", "RichText"))]
    assert len(held) >= 4
    del items
    shown.kiosk.finish()
    shown.until(lambda: shown.screen == "attract")
    shown.until(lambda: not any(isValid(item) for item in held))


def test_a_microphone_that_is_not_there_is_no_riddle(visit: Visit) -> None:
    Voice.made.clear()
    shown = begun(visit, hearing=True, inputs=["text", "voice"])
    shown.until(lambda: bool(Voice.made))
    Voice.made[0].broken = True
    shown.click(shown.item("microphone"))
    shown.until(lambda: bool(shown.items("agree")))
    shown.click(shown.item("agree"))
    shown.until(lambda: "there is no microphone" in shown.texts())
    assert "Speak" in shown.texts()
