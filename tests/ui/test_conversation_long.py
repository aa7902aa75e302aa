"""A conversation of 10,000 messages: what is parsed, what moves, and where the list stays."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from myna.testing import FakeEngine
from myna_ui.conversation.messages import KEPT_BLOCKS, Entry

from .conftest import Shown
from .talking import Show, ask, click, entries, view

COUNT = 10_000


def fill(shown: Shown) -> None:
    roles = ("user", "assistant")
    rows = [
        Entry(f"old-{at}", roles[at % 2], f"**Message** {at}\n\n- one\n- two", stored=True)  # type: ignore[arg-type]
        for at in range(COUNT)
    ]
    view(shown).property("messages").reset(rows)
    view(shown).shown.emit()
    shown.until(lambda: at_end(shown))


def at_end(shown: Shown) -> bool:
    shown.window.grabWindow()
    return bool(shown.item("messages").property("atYEnd"))


def parsed(shown: Shown) -> int:
    return sum(entry.blocks is not None for entry in entries(shown))


def test_only_what_is_seen_is_parsed(show: Show) -> None:
    shown = show()
    fill(shown)
    assert 0 < parsed(shown) < 60
    assert entries(shown)[-1].blocks is not None


def test_scrolling_far_keeps_few_blocks(show: Show) -> None:
    shown = show()
    fill(shown)
    shown.item("messages").forceActiveFocus()
    shown.press(Qt.Key.Key_Home)
    shown.until(lambda: entries(shown)[0].blocks is not None)
    for _ in range(120):
        shown.press(Qt.Key.Key_PageDown)
    assert parsed(shown) <= KEPT_BLOCKS


def test_the_list_stays_at_the_end_while_it_is_there(show: Show) -> None:
    shown = show()
    fill(shown)
    shown.item("question").forceActiveFocus()
    ask(shown, "And now?")
    shown.until(lambda: at_end(shown))
    assert not [item for item in shown.items("to-end") if item.isVisible()]


def test_who_reads_further_up_is_left_alone_and_finds_back(
    show: Show, use_engine: Callable[[FakeEngine], None]
) -> None:
    engine = FakeEngine(["One\n\n"] * 50, hold_after=1)
    use_engine(engine)
    shown = show()
    fill(shown)
    shown.item("question").forceActiveFocus()
    shown.type("Count")
    shown.press(Qt.Key.Key_Return)
    shown.until(lambda: entries(shown)[-1].state == "streaming" and at_end(shown))
    messages = shown.item("messages")
    messages.forceActiveFocus()
    shown.press(Qt.Key.Key_PageUp)
    shown.press(Qt.Key.Key_PageUp)
    before = messages.property("contentY")
    shown.desktop.bridge.in_loop(engine.release)
    shown.until(lambda: entries(shown)[-1].state == "done")
    shown.window.grabWindow()
    # The list learns how tall rows above are; the answer below has become more than a page longer.
    assert abs(messages.property("contentY") - before) < 60
    assert not at_end(shown)
    click(shown, "to-end")
    shown.until(lambda: at_end(shown))


def test_the_wheel_leaves_the_end_and_comes_back_to_it(show: Show, use_engine: Callable[[FakeEngine], None]) -> None:
    engine = FakeEngine(["One\n\n"] * 50, hold_after=1)
    use_engine(engine)
    shown = show()
    fill(shown)
    shown.item("question").forceActiveFocus()
    shown.type("Count")
    shown.press(Qt.Key.Key_Return)
    shown.until(lambda: entries(shown)[-1].state == "streaming" and at_end(shown))
    messages = shown.item("messages")
    turn_wheel(shown, 1200)
    shown.until(lambda: not messages.property("following") and not messages.property("moving"))
    before = messages.property("contentY")
    shown.desktop.bridge.in_loop(engine.release)
    shown.until(lambda: entries(shown)[-1].state == "done")
    shown.window.grabWindow()
    # The list learns how tall rows above are; the answer below has become more than a page longer.
    assert abs(messages.property("contentY") - before) < 60
    assert not at_end(shown)
    for _ in range(100):
        if at_end(shown):
            break
        turn_wheel(shown, -1200)
        shown.until(lambda: bool(messages.property("moving")))
        shown.until(lambda: not messages.property("moving"))
    shown.until(lambda: bool(messages.property("following")))


def turn_wheel(shown: Shown, by: int) -> None:
    """Over the list; up is positive, in eighths of a degree."""
    item = shown.item("messages")
    at = item.mapToScene(item.boundingRect().center())
    buttons, keys = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    phase = Qt.ScrollPhase.NoScrollPhase
    event = QWheelEvent(at, at, QPoint(), QPoint(0, by), buttons, keys, phase, False)
    # How fast a wheel turns is told by the times of its events.
    event.setTimestamp(round(time.monotonic() * 1e3))
    QApplication.sendEvent(shown.window, event)


def test_a_token_changes_the_last_block_alone(show: Show, use_engine: Callable[[FakeEngine], None]) -> None:
    engine = FakeEngine(["One.\n\n", "Two.\n\n", "Three", " more"], hold_after=3)
    use_engine(engine)
    shown = show()
    shown.type("Count")
    shown.press(Qt.Key.Key_Return)
    shown.until(lambda: bool(entries(shown)) and entries(shown)[-1].text.endswith("Three"))
    blocks = entries(shown)[-1].blocks
    assert blocks is not None
    changed: list[int] = []
    blocks.dataChanged.connect(lambda first, last, roles: changed.extend(range(first.row(), last.row() + 1)))
    shown.desktop.bridge.in_loop(engine.release)
    shown.until(lambda: entries(shown)[-1].state == "done")
    assert changed
    assert set(changed) == {2}
