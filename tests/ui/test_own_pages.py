"""History, plugins, health and settings on the real pages."""

from __future__ import annotations

import asyncio
import json
import resource
import threading
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

import myna_ui.plugin
from myna.hookspecs import hookimpl
from myna.paths import Paths
from myna.settings import load_settings
from myna.store.records import SearchHit
from myna.store.store import ConversationStore
from myna_ui.pages.pdf import write_pdf

from .conftest import Shown

Show = Callable[..., Shown]
PAGES = ("desktop", myna_ui.plugin)


@pytest.fixture(autouse=True)
def quick_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the machine has is no matter of these tests."""
    monkeypatch.setattr("myna_ui.pages.health.machine_findings", lambda paths: [])


def go(shown: Shown, page: str) -> QObject:
    shown.desktop.setProperty("page", page)
    panel: QObject = shown.desktop.panel(page)  # type: ignore[assignment]
    shown.until(lambda: panel.property("busy") == [])
    return panel


def ask(shown: Shown, question: str) -> None:
    conversation = shown.desktop.property("conversation")
    conversation.ask(question)
    shown.until(lambda: not conversation.property("busy"))


def act(shown: Shown, panel: QObject, action: str, **values: object) -> object:
    done: list[object] = []
    panel.done.connect(lambda name, result: done.append(result) if name == action else None)  # type: ignore[attr-defined]
    panel.act(action, values)  # type: ignore[attr-defined]
    shown.until(lambda: bool(done) or panel.property("error") != {})
    return done[0] if done else panel.property("error")


def test_what_was_said_is_listed_and_opened_again(show: Show) -> None:
    shown = show(PAGES)
    ask(shown, "Capital of France?")
    shown.desktop.property("conversation").begin()
    go(shown, "history")
    shown.until(lambda: "Capital of France?" in shown.texts())
    shown.click(shown.item("open"))
    messages = shown.desktop.property("conversation").property("messages")
    shown.until(lambda: [one.text for one in messages.entries()] == ["Capital of France?", "Paris."])
    assert shown.desktop.property("page") == "conversation"


@pytest.mark.parametrize(("said", "query"), [("Capital of France?", "france"), ("法国的首都是哪里？", "首都")])
def test_search_finds_words_in_both_languages(show: Show, said: str, query: str) -> None:
    shown = show(PAGES)
    ask(shown, said)
    ask(shown, "Something else")
    go(shown, "history")
    shown.until(lambda: bool(shown.items("search")))
    shown.item("search").forceActiveFocus()
    shown.type(query)
    shown.until(lambda: any("<b><u>" in text for text in shown.texts()))
    marked = next(text for text in shown.texts() if "<b><u>" in text)
    assert query in marked.lower()


def test_markup_in_what_was_said_is_not_obeyed_by_the_list_of_hits(show: Show) -> None:
    shown = show(PAGES)
    ask(shown, "<img src='file:///etc/passwd'> needle & <b>more</b>")
    panel = go(shown, "history")
    act(shown, panel, "search", query="needle")
    shown.until(lambda: any("<u>needle</u>" in text for text in shown.texts()))
    hit = next(text for text in shown.texts() if "<u>needle</u>" in text)
    assert "&amp; &lt;b>more" in hit
    assert "<img" not in hit


def test_deleting_asks_once_and_leaves_nothing(show: Show, own_home: Path) -> None:
    shown = show(PAGES)
    ask(shown, "a secret named xylophone")
    go(shown, "history")
    shown.until(lambda: bool(shown.items("delete")))
    shown.click(shown.item("delete"))
    shown.until(lambda: any(item.isVisible() for item in shown.items("really-delete")))
    shown.click(shown.item("really-delete"))
    shown.until(lambda: "Nothing was said yet" in shown.texts())
    # The conversation that was open is another one now.
    assert shown.desktop.property("conversation").property("messages").rowCount() == 0
    database = Paths.find(own_home).database
    files = [file for file in database.parent.rglob("*") if file.is_file()]
    assert files
    assert not [file for file in files if b"xylophone" in file.read_bytes()]


def test_deleting_that_takes_long_says_so_and_the_next_waits_for_it(
    show: Show, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = show(PAGES)
    ask(shown, "the older one")
    shown.desktop.property("conversation").begin()
    ask(shown, "the newer one")
    held, wipe = threading.Event(), ConversationStore.wipe

    async def slow(store: ConversationStore, conversation: str) -> None:
        await asyncio.to_thread(held.wait)
        await wipe(store, conversation)

    monkeypatch.setattr(ConversationStore, "wipe", slow)
    go(shown, "history")
    shown.until(lambda: len(shown.items("delete")) == 2)
    try:
        shown.click(shown.items("delete")[0])
        shown.click(shown.item("really-delete"))
        shown.until(lambda: "Deleting …" in shown.texts())
        shown.click(shown.items("delete")[1])
        shown.until(lambda: "Delete this conversation for good?" in shown.texts())
        assert [item.isEnabled() for item in shown.items_named("really-delete")] == [False, False]
    finally:
        held.set()
    shown.until(lambda: "the newer one" not in shown.texts() and shown.item("really-delete").isEnabled())
    shown.click(shown.item("really-delete"))
    shown.until(lambda: "Nothing was said yet" in shown.texts())


@pytest.mark.parametrize("suffix", [".md", ".json", ".txt", ".pdf"])
def test_export_writes_every_form(show: Show, tmp_path: Path, suffix: str) -> None:
    shown = show(PAGES)
    ask(shown, "Capital of France? 法国")
    panel = go(shown, "history")
    conversation = panel.property("state").value("conversations")[0]["id"]
    file = tmp_path / f"out{suffix}"
    assert act(shown, panel, "export", id=conversation, file=str(file)) == str(file)
    content = file.read_bytes()
    if suffix == ".pdf":
        assert content.startswith(b"%PDF-")
        assert len(content) > 1000
    elif suffix == ".json":
        assert "法国" in json.dumps(json.loads(content), ensure_ascii=False)
    else:
        assert "法国" in content.decode()
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize("suffix", [".md", ".pdf"])
def test_export_replaces_no_file(show: Show, tmp_path: Path, suffix: str) -> None:
    shown = show(PAGES)
    ask(shown, "Hello")
    panel = go(shown, "history")
    conversation = panel.property("state").value("conversations")[0]["id"]
    file = tmp_path / f"taken{suffix}"
    file.write_text("mine")
    error = act(shown, panel, "export", id=conversation, file=str(file))
    assert isinstance(error, dict)
    assert error["message"]
    assert file.read_text() == "mine"


def test_a_pdf_goes_onto_a_disk_without_links(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As sticks are formatted: links are refused there."""

    def refused(*_: object, **__: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr("os.link", refused)
    write_pdf(tmp_path / "out.pdf", "t", "Hello")
    assert (tmp_path / "out.pdf").read_bytes().rstrip().endswith(b"%%EOF")
    assert [file.name for file in tmp_path.iterdir()] == ["out.pdf"]


def test_of_a_pdf_that_does_not_fit_nothing_is_left(qapp: QApplication, tmp_path: Path) -> None:
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, usual[1]))
    try:
        with pytest.raises(OSError, match="too large"):
            write_pdf(tmp_path / "out.pdf", "t", "Hello")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)
    assert list(tmp_path.iterdir()) == []


def test_what_is_typed_while_a_search_runs_is_searched_for_too(show: Show, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = show(PAGES)
    ask(shown, "Capital of France?")
    go(shown, "history")
    first, search = asyncio.Event(), ConversationStore.search

    async def slow(store: ConversationStore, query: str, **more: Any) -> list[SearchHit]:
        if query == "Capi":
            await first.wait()
        return await search(store, query, **more)

    monkeypatch.setattr(ConversationStore, "search", slow)
    panel = shown.desktop.panel("history")
    shown.item("search").forceActiveFocus()
    shown.type("Capi")
    shown.until(lambda: "search" in panel.property("busy"))  # type: ignore[union-attr]
    shown.type("tal of Spain")
    QTest.qWait(400)
    shown.desktop.bridge.in_loop(first.set)
    shown.until(lambda: panel.property("state").value("query") == "Capital of Spain")  # type: ignore[union-attr]
    shown.until(lambda: "Nothing was found" in shown.texts())


def test_settings_that_are_changed_at_once_are_all_kept(show: Show, own_home: Path) -> None:
    """The second one is changed before the first is on the disk."""
    shown = show(PAGES)
    panel = go(shown, "settings")
    shown.item("scale").forceActiveFocus()
    shown.press(Qt.Key.Key_Down)
    shown.press(Qt.Key.Key_Down)
    shown.item("motion").forceActiveFocus()
    shown.press(Qt.Key.Key_Space)
    shown.until(lambda: panel.property("busy") == [])
    kept = load_settings(Paths.find(own_home), environ={}).desktop
    assert (kept.font_scale, kept.reduced_motion) == (1.3, True)
    assert shown.item("scale").property("displayText") == "130 %"


def test_a_setting_that_is_none_of_the_choices_is_shown_as_it_is(show: Show) -> None:
    shown = show(PAGES)
    panel = go(shown, "settings")
    for value, text in (("1.25", "125 %"), ("2", "200 %"), ("1.1", "110 %"), ("1", "100 %")):
        act(shown, panel, "change", key="desktop.font_scale", value=value)
        shown.until(lambda text=text: shown.item("scale").property("displayText") == text)  # type: ignore[misc]


def test_a_pdf_reads_no_file_that_an_answer_names(qapp: QApplication, tmp_path: Path) -> None:
    picture = tmp_path / "picture.png"
    picture.write_bytes(b"no picture at all")
    file = tmp_path / "out.pdf"
    write_pdf(file, "t", f"![x]({picture.as_uri()}) <img src='{picture}'>\n\n" + "> " * 1000 + "deep")
    assert file.read_bytes().startswith(b"%PDF-")


def broken() -> tuple[str, ModuleType]:
    made = ModuleType("broken")

    def myna_register_engines() -> None:
        raise RuntimeError("it hurts")

    made.myna_register_engines = hookimpl(myna_register_engines)  # type: ignore[attr-defined]
    return "broken", made


@pytest.mark.logs
def test_plugins_that_failed_say_why(show: Show) -> None:
    shown = show(PAGES, broken())
    go(shown, "plugins")
    shown.until(lambda: any("it hurts" in text for text in shown.texts()))


def other() -> ModuleType:
    made = ModuleType("other")
    made.MYNA_NEEDS = ("network",)  # type: ignore[attr-defined]
    made.myna_observe = hookimpl(lambda event: None)  # type: ignore[attr-defined]
    return made


def test_a_plugin_is_switched_off_for_the_next_start(show: Show, own_home: Path) -> None:
    shown = show(PAGES, ("other", other()))
    go(shown, "plugins")
    shown.until(lambda: bool(shown.items("switch-other")))
    assert "network" in shown.texts()
    shown.click(shown.item("switch-other"))
    shown.until(lambda: "Changes count from the next start of Myna." in shown.texts())
    assert load_settings(Paths.find(own_home), environ={}).plugins.disabled == ("other",)
    # The page that switches it on again cannot be switched off.
    assert not shown.item("switch-desktop").isEnabled()


def test_plugins_that_are_switched_at_once_are_all_kept(show: Show, own_home: Path) -> None:
    shown = show(PAGES, ("other", other()), ("more", other()))
    panel = go(shown, "plugins")
    for name in ("other", "more"):
        shown.item(f"switch-{name}").forceActiveFocus()
        shown.press(Qt.Key.Key_Space)
    shown.until(lambda: panel.property("busy") == [])
    assert set(load_settings(Paths.find(own_home), environ={}).plugins.disabled) == {"other", "more"}
    # The keyboard is where it was.
    assert shown.window.activeFocusItem() == shown.item("switch-more")
    shown.press(Qt.Key.Key_Space)
    shown.until(lambda: panel.property("busy") == [])
    assert load_settings(Paths.find(own_home), environ={}).plugins.disabled == ("other",)


def test_settings_change_at_once_and_for_good(show: Show, own_home: Path) -> None:
    shown = show(PAGES)
    panel = go(shown, "settings")
    act(shown, panel, "change", key="desktop.theme", value="dark")
    shown.until(lambda: bool(shown.desktop.theme.property("dark")))
    act(shown, panel, "change", key="language", value="zh")
    shown.until(lambda: "外观" in shown.texts())
    assert "历史记录" in shown.texts()
    act(shown, panel, "change", key="language", value="en")
    shown.until(lambda: "Looks" in shown.texts())
    saved = load_settings(Paths.find(own_home), environ={})
    assert (saved.desktop.theme, saved.language) == ("dark", "en")


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_a_switch_is_used_by_the_keyboard(show: Show, own_home: Path, key: Qt.Key) -> None:
    shown = show(PAGES)
    go(shown, "settings")
    shown.until(lambda: bool(shown.items("motion")))
    shown.item("motion").forceActiveFocus(Qt.FocusReason.TabFocusReason)
    shown.press(key)
    shown.until(lambda: load_settings(Paths.find(own_home), environ={}).desktop.reduced_motion)


def test_a_setting_that_cannot_be_is_refused_in_place(show: Show) -> None:
    shown = show(PAGES)
    panel = go(shown, "settings")
    error = act(shown, panel, "change", key="desktop.font_scale", value="900")
    assert isinstance(error, dict)
    shown.until(lambda: error["message"] in shown.texts())
