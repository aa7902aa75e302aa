"""Every page by keyboard, by screen reader, in a narrow window, with large text."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec
import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtQuick import QQuickItem

from myna.config import DesktopSettings, Settings

from .conftest import Shown

Show = Callable[..., Shown]
MOST_STOPS = 400
"""Of the Tab key on one page; more means that it goes round in a circle."""


@pytest.fixture(autouse=True)
def quick_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("myna_ui.pages.health.machine_findings", lambda paths: [])


def settings(**desktop: object) -> Settings:
    return Settings(desktop=DesktopSettings(welcome=False, **desktop))  # type: ignore[arg-type]


def pages(shown: Shown) -> Iterator[str]:
    """Show one page after the other, each with what it has to say."""
    for name in ("conversation", *(page["name"] for page in shown.desktop.property("pages"))):
        shown.desktop.setProperty("page", name)
        if name != "conversation":
            panel: QObject = shown.desktop.panel(name)  # type: ignore[assignment]
            shown.until(lambda panel=panel: panel.property("busy") == [], timeout=30_000)  # type: ignore[misc]
        shown.window.grabWindow()
        yield name


def visible(shown: Shown) -> Iterator[QQuickItem]:
    """Items that are shown, and are inside the window as far as sideways goes."""
    return (item for item in shown.everything() if item.isVisible() and item.opacity() > 0)


def named(item: QQuickItem) -> str:
    interface = QAccessible.queryAccessibleInterface(item)
    return interface.text(QAccessible.Text.Name) if interface else ""


def told(item: QQuickItem) -> str:
    parents = []
    at: QQuickItem | None = item
    while at is not None and len(parents) < 4:
        parents.append(f"{at.metaObject().className()}[{at.objectName() or at.property('text') or ''}]")
        at = at.parentItem()
    return " in ".join(parents)


def test_every_control_has_a_name(show: Show) -> None:
    shown = show(installed=True, settings=settings())
    nameless = []
    for page in pages(shown):
        for item in visible(shown):
            takes_focus = item.activeFocusOnTab() or (item.property("focusPolicy") or 0) & Qt.FocusPolicy.TabFocus.value
            if takes_focus and not named(item).strip():
                nameless.append(f"{page}: {told(item)}")
    assert nameless == []


def test_the_tab_key_reaches_every_button_and_comes_round(show: Show) -> None:
    shown = show(installed=True, settings=settings())
    unreached = []
    for page in pages(shown):
        buttons = {
            item: told(item)
            for item in visible(shown)
            if item.isEnabled() and (item.property("focusPolicy") or 0) & Qt.FocusPolicy.TabFocus.value
        }
        first = None
        seen: set[QQuickItem] = set()
        for _ in range(MOST_STOPS):
            shown.press(Qt.Key.Key_Tab)
            item = shown.window.activeFocusItem()
            assert item is not None
            if first is None:
                first = item
            elif item == first:
                break
            seen.add(item)
        else:
            pytest.fail(f"{page}: Tab does not come round")
        seen.add(first)
        unreached += [f"{page}: {name}" for item, name in buttons.items() if item not in seen and item.isVisible()]
    assert unreached == []


def clipped(shown: Shown) -> list[str]:
    """Texts that run out of what holds them, and are not cut with an ellipsis on purpose."""
    found = []
    for item in visible(shown):
        if not item.inherits("QQuickText") or not item.property("text"):
            continue
        # What is cut with an ellipsis fits; nothing is narrower than half a pixel of rounding.
        if 0 < item.width() < item.property("contentWidth") - 1.5:
            found.append(f"{item.property('text')[:60]!r}: {item.property('contentWidth'):.0f} > {item.width():.0f}")
        left = item.mapToScene(item.boundingRect().topLeft()).x()
        if left < -1 or left + min(item.width(), item.property("contentWidth")) > shown.window.width() + 1:
            found.append(f"{item.property('text')[:60]!r} leaves the window")
    return found


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(("width", "scale"), [(480, 1.0), (1120, 1.5)])
def test_no_text_runs_out_of_its_place(show: Show, language: str, width: int, scale: float) -> None:
    shown = show(installed=True, settings=settings(font_scale=scale))
    shown.window.resize(width, 760)
    shown.until(lambda: shown.window.contentItem().width() == width)
    shown.desktop.speaking.use(language)
    found = [f"{page}: {text}" for page in pages(shown) for text in clipped(shown)]
    assert found == []


@pytest.mark.parametrize(("width", "height", "scale"), [(1120, 760, 2.0), (480, 420, 1.5)])
def test_large_letters_leave_every_page_within_reach(show: Show, width: int, height: int, scale: float) -> None:
    """By wheel or keyboard: the page on which letters are made smaller again is the last of them."""
    shown = show(installed=True, settings=settings(font_scale=scale))
    shown.window.resize(width, height)
    shown.until(lambda: shown.window.contentItem().height() == height)
    entries = [item for item in visible(shown) if item.metaObject().className().startswith("NavItem")]
    assert len(entries) > 5
    for entry in (*entries, *reversed(entries)):
        entry.forceActiveFocus()
        shown.settle()
        top = entry.mapToScene(entry.boundingRect().topLeft()).y()
        assert 0 <= top <= height - entry.height(), f"{told(entry)} is at {top:.0f}"
    scroll = shown.item("pages")
    scroll.setProperty("contentY", scroll.property("contentHeight") - scroll.height())
    shown.click(entries[-1])
    shown.until(lambda: shown.desktop.property("page") == "settings")
    for name in ("new", "model"):
        shown.desktop.setProperty("page", "conversation")
        item = shown.item(name)
        shown.settle()
        right = item.mapToScene(item.boundingRect().topRight()).x()
        assert right <= width, f"{name} ends at {right:.0f}"


def test_with_reduced_motion_nothing_takes_time_to_move(show: Show) -> None:
    shown = show(settings=settings(reduced_motion=True))
    assert shown.desktop.theme.property("motion") == 0
    shown.desktop.theme.use(msgspec.structs.replace(settings().desktop, reduced_motion=False))
    assert shown.desktop.theme.property("motion") > 0
