"""The page for models: find, pull, pause, resume, cancel, remove, choose, and bring a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtQuick import QQuickItem

from gguf_files import write_tiny
from loopback import LoopbackServer
from myna.paths import Paths
from myna.settings import load_settings, set_value
from myna_models.installed import Store

from .conftest import Shown
from .models_hub import PLUGIN, Hub, drop, has_text, know_machine


@pytest.fixture
def hub(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    know_machine(monkeypatch)
    web = LoopbackServer()
    yield Hub(own_home, web)
    web.close()


@pytest.fixture
def page(show: Callable[..., Shown], hub: Hub) -> Callable[..., Shown]:
    """Opens the page with the catalog as it is then."""

    def page(language: str = "en") -> Shown:
        shown = show(PLUGIN)
        shown.desktop.speaking.use(language)
        shown.desktop.setProperty("page", "models")
        state = shown.desktop.panel("models").property("state")
        shown.until(lambda: bool(state.value("loaded")) and len(rows(shown)) == len(state.value("models")))
        return shown

    return page


def rows(shown: Shown) -> list[str]:
    """Ids of the models that can be seen, from top to bottom."""
    found = [item for item in shown.items_named("model:") if item.isVisible()]
    found.sort(key=lambda item: item.mapToScene(item.boundingRect().topLeft()).y())
    return [item.objectName().removeprefix("model:") for item in found]


def search(shown: Shown, text: str) -> None:
    field = shown.item("search")
    field.forceActiveFocus()
    field.setProperty("text", "")
    shown.type(text)


def choose(shown: Shown, name: str, value: str) -> None:
    """Choose an entry of a list with the keyboard."""
    choice = shown.item(name)
    choice.forceActiveFocus()
    while choice.property("currentIndex") > 0:
        shown.press(Qt.Key.Key_Up)
    for _ in range(40):
        if choice.property("currentValue") == value:
            return
        shown.press(Qt.Key.Key_Down)
    pytest.fail(f"{name} has no entry {value}")


def bring_into_view(shown: Shown, item: QQuickItem) -> QQuickItem:
    """Scroll so that a click reaches it."""
    view = item
    while view.property("contentY") is None:
        parent = view.parentItem()
        assert parent is not None
        view = parent
    top = item.mapToItem(view, item.boundingRect().topLeft()).y()
    view.setProperty("contentY", max(0.0, view.property("contentY") + top - 200))
    shown.settle()
    return item


def click(shown: Shown, name: str) -> None:
    shown.click(bring_into_view(shown, shown.item(name)))


def test_models_are_found_in_both_languages(page: Callable[..., Shown]) -> None:
    shown = page()
    everything = len(rows(shown))
    search(shown, "qwen3 chinese")
    shown.until(lambda: 0 < len(rows(shown)) < everything)
    assert "qwen3-0.6b" in rows(shown)
    assert all(name.startswith("qwen3") for name in rows(shown))
    search(shown, "中文嗓音")
    shown.until(lambda: rows(shown) == ["piper-zh-cn-huayan"])
    search(shown, "nothing like this")
    shown.until(lambda: "No model is like that" in shown.texts())
    search(shown, "")
    choose(shown, "task", "synthesize")
    choose(shown, "tongue", "de")
    shown.until(lambda: rows(shown) == ["piper-de-de-thorsten"])
    choose(shown, "task", "")
    choose(shown, "tongue", "")
    choose(shown, "licence", "own")
    shown.until(lambda: "gemma-3-1b-it" in rows(shown))
    assert "qwen3-0.6b" not in rows(shown)


@pytest.mark.parametrize(
    ("language", "words"), [("en", ("Runs well", "Too large", "Slow")), ("zh", ("运行良好", "太大", "较慢"))]
)
def test_how_it_fits_is_said_in_words(page: Callable[..., Shown], language: str, words: tuple[str, ...]) -> None:
    shown = page(language)
    for word in words:
        assert has_text(shown, word)(), word


def test_a_pull_is_paused_resumed_and_arrives(page: Callable[..., Shown], hub: Hub) -> None:
    size = hub.offer("tiny", "Tiny One")
    held = hub.hold()
    shown = page()
    search(shown, "tiny one")
    shown.until(lambda: rows(shown) == ["tiny"])
    click(shown, "pull:tiny")
    shown.until(has_text(shown, f"{size / 2e3:.0f} kB of {size / 1e3:.0f} kB"))
    click(shown, "pause")
    shown.until(has_text(shown, "Paused"))
    focused = shown.window.activeFocusItem()
    assert focused is not None
    assert focused.objectName() == "resume"
    held.set()
    shown.press(Qt.Key.Key_Return)
    shown.until(lambda: "Installed" in shown.texts())
    assert Store(hub.home / "models").names() == ["tiny"]


def test_a_pull_is_cancelled_in_the_middle(page: Callable[..., Shown], hub: Hub) -> None:
    hub.offer("tiny", "Tiny One")
    held = hub.hold()
    shown = page()
    search(shown, "tiny one")
    click(shown, "pull:tiny")
    shown.until(has_text(shown, "kB of"))
    click(shown, "cancel")
    held.set()
    shown.until(lambda: shown.item("pull:tiny").isVisible())
    shown.until(lambda: not (hub.home / "cache" / "downloads" / "tiny").exists())


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_network_is_said_in_place_and_one_button_allows_it(
    page: Callable[..., Shown], hub: Hub, language: str
) -> None:
    set_value(Paths.find(hub.home), "models.offline", "true")
    hub.offer("tiny", "Tiny One")
    shown = page(language)
    search(shown, "tiny one")
    click(shown, "pull:tiny")
    shown.until(has_text(shown, "models.offline"))
    allow = next(item for item in shown.seen() if item.property("text") in {"Allow the network", "允许联网"})
    shown.click(bring_into_view(shown, allow))
    shown.until(lambda: Store(hub.home / "models").names() == ["tiny"])


def test_closing_the_window_in_a_pull_keeps_what_has_arrived(page: Callable[..., Shown], hub: Hub) -> None:
    size = hub.offer("tiny", "Tiny One")
    held = hub.hold()
    shown = page()
    search(shown, "tiny one")
    click(shown, "pull:tiny")
    shown.until(has_text(shown, f"{size / 2e3:.0f} kB of"))
    shown.window.close()
    shown.desktop.close()
    downloads = hub.home / "cache" / "downloads" / "tiny"
    left = [file.stat().st_size for file in downloads.iterdir() if not file.suffix]
    held.set()
    assert left
    assert 0 < left[0] < size


def test_removing_asks_once_in_place(page: Callable[..., Shown], hub: Hub) -> None:
    hub.offer("tiny", "Tiny One")
    shown = page()
    search(shown, "tiny one")
    click(shown, "pull:tiny")
    shown.until(lambda: "Installed" in shown.texts())
    click(shown, "open:tiny")
    shown.until(has_text(shown, "tokens a second"))
    click(shown, "check:tiny")
    shown.until(lambda: "All files are as they should be" in shown.texts())
    click(shown, "use:tiny")
    shown.until(lambda: load_settings(Paths.find(hub.home), environ={}).chat.model == "tiny")
    click(shown, "remove:tiny")
    shown.until(has_text(shown, "It can be downloaded again"))
    assert Store(hub.home / "models").names() == ["tiny"]
    shown.press(Qt.Key.Key_Return)
    shown.until(lambda: not has_text(shown, "It can be downloaded again")())
    click(shown, "remove:tiny")
    click(shown, "removeNow")
    shown.until(lambda: Store(hub.home / "models").names() == [])
    shown.until(lambda: load_settings(Paths.find(hub.home), environ={}).chat.model == "")


def test_the_default_of_a_task_is_chosen_from_what_is_installed(page: Callable[..., Shown], hub: Hub) -> None:
    hub.offer("tiny", "Tiny One")
    shown = page()
    search(shown, "tiny one")
    click(shown, "pull:tiny")
    shown.until(lambda: "What is used for what" in shown.texts())
    choose(shown, "default:chat.model", "tiny")
    shown.until(lambda: load_settings(Paths.find(hub.home), environ={}).chat.model == "tiny")
    focused = shown.window.activeFocusItem()
    assert focused is not None
    assert focused.objectName() == "default:chat.model"


def test_a_dropped_model_is_taken(page: Callable[..., Shown], hub: Hub, tmp_path: Path) -> None:
    shown = page()
    drop(shown, write_tiny(tmp_path / "dropped one.gguf"))
    shown.until(lambda: Store(hub.home / "models").names() == ["dropped-one"])
    search(shown, "dropped-one")
    shown.until(lambda: rows(shown) == ["dropped-one"] and "From a file of yours" in shown.texts())


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_is_no_model_is_refused_where_it_was_dropped(
    page: Callable[..., Shown], hub: Hub, tmp_path: Path, language: str
) -> None:
    shown = page(language)
    folder = tmp_path / "folder"
    folder.mkdir()
    large = tmp_path / "film.mkv"
    with large.open("wb") as file:
        file.truncate(2 << 30)
    short = tmp_path / "short.gguf"
    short.write_bytes(write_tiny(tmp_path / "whole.gguf").read_bytes()[:5000])
    said = {
        "en": ("holds no model file", "is no GGUF file", "truncated"),
        "zh": ("没有模型文件", "不是 GGUF 文件", "short.gguf"),
    }
    for wrong, words in zip((folder, large, short), said[language], strict=True):
        drop(shown, wrong)
        shown.until(has_text(shown, words))
    assert not (hub.home / "models").exists() or Store(hub.home / "models").names() == []


def test_rows_keep_their_places_and_the_focus_while_bytes_arrive(page: Callable[..., Shown], hub: Hub) -> None:
    hub.offer("tiny", "Tiny One")
    held = hub.hold()
    shown = page()
    before = shown.item("model:qwen3-0.6b")
    shown.item("open:qwen3-0.6b").forceActiveFocus()
    order = rows(shown)
    shown.desktop.panel("models").act("pull", {"id": "tiny"})
    shown.until(has_text(shown, "kB of"))
    held.set()
    shown.until(lambda: Store(hub.home / "models").names() == ["tiny"] and "Installed" in shown.texts())
    assert rows(shown) == order
    assert shown.item("model:qwen3-0.6b") is before
    focused = shown.window.activeFocusItem()
    assert focused is not None
    assert focused.objectName() == "open:qwen3-0.6b"
