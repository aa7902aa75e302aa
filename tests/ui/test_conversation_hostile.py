"""Nothing that a person pastes or a model answers ends the window or leaves it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication

from myna.testing import FakeEngine

from .conftest import walk
from .talking import Show, ask, entries, html, settled, view

HOSTILE = {
    "a thousand quotes": ">" * 1000 + " deep\n\nEnd",
    "a line without spaces": "a" * 100_000,
    "right to left and combining": "\u202eabc\u202c مرحبا بالعالم שלום e" + "\u0301" * 300 + "\u200b\u2066x\u2069",
    "html": "<script>x()</script><img src='file:///etc/passwd'><iframe src='https://evil.example'></iframe>",
    "pictures": "![a](file:///etc/passwd) ![b](https://evil.example/x.png) ![c](image://pictures/x) ![d](qrc:/x)",
    "brackets": "[" * 20_000,
    "a long fence": "```" + "x" * 5000 + "\n" + "y" * 50_000 + "\n",
    "deep lists": "".join("  " * level + "- x\n" for level in range(150)),
    "a wide table": "|" + " a |" * 300 + "\n|" + "---|" * 300 + "\n" + ("|" + " b |" * 300 + "\n") * 3,
    "controls": "a\x00b\x1b[31mc\x07\x08\ud83d",
}


@pytest.mark.parametrize("name", list(HOSTILE))
def test_hostile_answers_are_shown_and_the_window_goes_on(
    show: Show, use_engine: Callable[[FakeEngine], None], name: str
) -> None:
    text = HOSTILE[name]
    use_engine(FakeEngine([text[at : at + 2000] for at in range(0, len(text), 2000)], context=1_000_000))
    shown = show()
    ask(shown, "Show me")
    assert not shown.window.grabWindow().isNull()
    assert "<img" not in html(shown)
    use_engine(FakeEngine(["Still here."]))
    ask(shown, "Are you there?")
    assert entries(shown)[-1].text == "Still here."


def test_no_item_of_a_page_loads_a_picture_that_an_answer_names(
    show: Show, use_engine: Callable[[FakeEngine], None]
) -> None:
    use_engine(FakeEngine([HOSTILE["pictures"]]))
    shown = show()
    ask(shown, "Show me")
    sources = [item.property("source") for item in walk(shown.window.contentItem())]
    named = [source.toString() for source in sources if isinstance(source, QUrl)]
    assert not [source for source in named if "passwd" in source or "evil" in source or source.startswith("qrc")]


@pytest.mark.parametrize("link", ["file:///etc/passwd", "javascript:alert(1)", "ms-settings:x", "/etc/passwd", ""])
def test_only_addresses_of_the_web_are_opened(show: Show, monkeypatch: pytest.MonkeyPatch, link: str) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", staticmethod(lambda url: opened.append(url.toString()) or True))
    shown = show()
    assert not view(shown).visit(link)
    assert view(shown).visit("https://example.org/")
    assert opened == ["https://example.org/"]


def test_a_question_of_a_megabyte_is_shown_in_part(show: Show, use_engine: Callable[[FakeEngine], None]) -> None:
    use_engine(FakeEngine(["Long."], context=10_000_000))
    shown = show()
    view(shown).ask("x" * 1_000_000)
    shown.until(lambda: len(entries(shown)) == 2 and settled(shown), timeout=30_000)
    assert not shown.window.grabWindow().isNull()
    assert any(text.startswith("Show more") for text in shown.texts())


def test_a_line_of_a_hundred_thousand_characters_in_the_field(show: Show) -> None:
    shown = show()
    mime = QMimeData()
    mime.setText("y" * 100_000)
    QGuiApplication.clipboard().setMimeData(mime)
    shown.press(Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    shown.type("x" * 15_000)
    assert not shown.window.grabWindow().isNull()
    assert len(shown.item("question").property("text")) == 15_000


def test_too_much_text_in_the_field_is_taken_out_of_it(show: Show) -> None:
    shown = show()
    shown.type("words " * 10_000)
    shown.until(lambda: shown.item("question").property("text") == "")
    assert view(shown).property("tray").property("count") == 1


def test_the_window_is_closed_during_an_answer(show: Show, use_engine: Callable[[FakeEngine], None]) -> None:
    engine = FakeEngine(["One ", "two ", "three"], hold_after=2)
    use_engine(engine)
    shown = show()
    shown.type("Count")
    shown.press(Qt.Key.Key_Return)
    shown.until(lambda: bool(entries(shown)) and entries(shown)[-1].text == "One two ")
    shown.window.close()
    shown.desktop.close()
    assert engine.cancelled == 1


def test_clicks_on_everything_during_start_up(show: Show) -> None:
    shown = show(ready=False)
    for item in walk(shown.window.contentItem()):
        if item.isVisible() and item.metaObject().indexOfSignal("clicked()") >= 0 and item.objectName() != "attach":
            shown.click(item)
    shown.desktop.begin()
    shown.until(lambda: shown.desktop.property("ready"))
    shown.until(lambda: shown.window.isVisible() and not view(shown).property("tray").property("busy"))
    shown.item("question").forceActiveFocus()
    ask(shown, "Capital of France?")
    assert entries(shown)[-1].text == "Paris."
