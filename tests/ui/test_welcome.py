"""From nothing to a first answer in three screens."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from gguf_files import write_tiny
from loopback import LoopbackServer
from myna.config import DesktopSettings, Settings
from myna.paths import Paths
from myna.settings import load_settings, set_value
from myna.store import ConversationStore
from myna.testing import FakeEngine
from myna_models.catalog import Catalog
from myna_models.importing import add_file
from myna_models.installed import Store
from myna_models.pull import Puller
from myna_models.sources.local import LocalSource

from .conftest import Shown
from .models_hub import PLUGIN, Hub, drop, has_text, know_machine


@pytest.fixture
def hub(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    know_machine(monkeypatch)
    web = LoopbackServer()
    yield Hub(own_home, web)
    web.close()


@pytest.fixture
def first_run(show: Callable[..., Shown], hub: Hub) -> Callable[[], Shown]:
    """A window that is opened for the first time."""

    def first_run() -> Shown:
        shown = show(PLUGIN, newcomer=True)
        shown.until(lambda: shown.desktop.panel("models").property("state").value("loaded") is True)
        return shown

    return first_run


def install(home: Path, folder: Path, name: str = "here") -> None:
    """Put a small model into the store."""
    paths = Paths.find(home)
    manifest = add_file(write_tiny(folder / f"{name}.gguf"), paths, Settings())
    Puller(paths, {"file": LocalSource()}).pull(manifest)


def answers(shown: Shown) -> list[tuple[str, str, str]]:
    entries = shown.desktop.property("conversation").property("messages").entries()
    return [(entry.role, entry.text, entry.state) for entry in entries]


def welcomed(shown: Shown) -> bool:
    return bool(shown.desktop.property("welcome").property("shown"))


def settings(hub: Hub) -> Settings:
    return load_settings(Paths.find(hub.home), environ={})


def test_three_screens_by_keyboard_to_a_first_answer(
    first_run: Callable[[], Shown], hub: Hub, tmp_path: Path, engine: FakeEngine
) -> None:
    install(hub.home, tmp_path)
    shown = first_run()
    assert "Welcome to Myna" in shown.texts()
    shown.press(Qt.Key.Key_Return)
    shown.until(lambda: "Which model shall answer?" in shown.texts() and "On this machine" in shown.texts())
    shown.press(Qt.Key.Key_Return)
    shown.until(lambda: "Ask your first question" in shown.texts())
    shown.type("Capital of France?")
    shown.press(Qt.Key.Key_Return)
    shown.until(lambda: answers(shown)[-1:] == [("assistant", "Paris.", "done")])
    assert not welcomed(shown)
    assert engine.requests[0].messages[-1].text == "Capital of France?"
    shown.until(lambda: not settings(hub).desktop.welcome and settings(hub).chat.model == "here")
    focused = shown.window.activeFocusItem()
    assert focused is not None
    assert focused.objectName() == "question"


def test_the_language_is_another_at_once_and_for_good(first_run: Callable[[], Shown], hub: Hub, tmp_path: Path) -> None:
    install(hub.home, tmp_path)
    shown = first_run()
    shown.click(shown.item("language:zh"))
    shown.until(lambda: "欢迎使用 Myna" in shown.texts())
    shown.until(lambda: settings(hub).language == "zh")
    shown.click(shown.item("next"))
    shown.until(lambda: "由哪个模型来回答？" in shown.texts() and "已在本机" in shown.texts())
    shown.click(shown.item("next"))
    shown.until(lambda: "提出第一个问题" in shown.texts())
    shown.click(shown.item("example:0"))
    shown.until(lambda: answers(shown)[:1] == [("user", "法国的首都是哪里？", "done")])
    shown.until(lambda: answers(shown)[-1][2] == "done")


def install_one(hub: Hub, folder: Path, name: str, language: str) -> None:
    """Put a small model that knows `language` alone into the store."""
    file = write_tiny(folder / f"{name}.gguf", padding=400_000)
    hub.offer(name, name.title(), source=f"file:{file}", language=language)
    paths = Paths.find(hub.home)
    manifest = Catalog.find(paths, Settings()).get(name)
    assert manifest is not None
    Puller(paths, {"file": LocalSource()}).pull(manifest)


def test_a_model_that_knows_the_language_is_proposed(first_run: Callable[[], Shown], hub: Hub, tmp_path: Path) -> None:
    install_one(hub, tmp_path, "english", "en")
    shown = first_run()

    def proposed() -> list[str]:
        return [item.objectName() for item in shown.items_named("option:") if item.property("checked")]

    def warned() -> bool:
        return any(item.isVisible() for item in shown.items("unspoken:english"))

    shown.click(shown.item("language:zh"))
    shown.click(shown.item("next"))
    shown.until(lambda: proposed() == ["option:qwen3-0.6b"] and warned())
    shown.click(shown.item("back"))
    shown.click(shown.item("language:en"))
    shown.click(shown.item("next"))
    shown.until(lambda: proposed() == ["option:english"] and not warned())
    # What somebody has chosen stays, in any language, and when it is touched again.
    shown.click(shown.item("option:english"))
    shown.click(shown.item("back"))
    shown.click(shown.item("language:zh"))
    shown.click(shown.item("next"))
    shown.until(warned)
    assert proposed() == ["option:english"]
    shown.click(shown.item("back"))
    shown.click(shown.item("language:zh"))
    assert [bool(shown.item(f"language:{code}").property("checked")) for code in ("en", "zh")] == [False, True]


def test_a_proposed_model_that_is_being_fetched_is_chosen(
    first_run: Callable[[], Shown], hub: Hub, tmp_path: Path
) -> None:
    install_one(hub, tmp_path, "chinese", "zh")
    # This one is not recommended any more, which leaves the small one.
    hub.offer("qwen3-0.6b", "Another")
    hub.offer("smollm2-135m-instruct", "A Small One")
    held = hub.hold()
    shown = first_run()

    def chosen() -> bool:
        return bool(shown.item("option:smollm2-135m-instruct").property("checked"))

    shown.press(Qt.Key.Key_Return)
    shown.until(lambda: bool(shown.items("option:smollm2-135m-instruct")) and chosen())
    shown.click(shown.item("next"))
    shown.until(has_text(shown, "kB of"))
    shown.click(shown.item("back"))
    shown.click(shown.item("language:zh"))
    shown.click(shown.item("next"))
    shown.until(lambda: any(item.isVisible() for item in shown.items("unspoken:smollm2-135m-instruct")))
    assert chosen()
    held.set()


def test_a_model_is_fetched_on_the_second_screen(first_run: Callable[[], Shown], hub: Hub) -> None:
    hub.offer("smollm2-135m-instruct", "A Small One")
    held = hub.hold()
    shown = first_run()
    shown.press(Qt.Key.Key_Return)
    shown.until(lambda: "Recommended here" in shown.texts())
    shown.click(shown.item("option:smollm2-135m-instruct"))
    shown.until(lambda: shown.item("next").property("text") == "Download")
    shown.click(shown.item("next"))
    shown.until(has_text(shown, "kB of"))
    assert not shown.item("next").isEnabled()
    held.set()
    shown.until(lambda: shown.item("next").isEnabled() and shown.item("next").property("text") == "Next")
    shown.click(shown.item("next"))
    shown.until(lambda: settings(hub).chat.model == "smollm2-135m-instruct")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_with_no_network_a_dropped_file_works_and_the_error_says_so(
    first_run: Callable[[], Shown], hub: Hub, tmp_path: Path, language: str
) -> None:
    set_value(Paths.find(hub.home), "models.offline", "true")
    hub.offer("smollm2-135m-instruct", "A Small One")
    shown = first_run()
    shown.click(shown.item(f"language:{language}"))
    shown.click(shown.item("next"))
    shown.until(lambda: bool(shown.items("option:smollm2-135m-instruct")))
    shown.click(shown.item("option:smollm2-135m-instruct"))
    shown.click(shown.item("next"))
    shown.until(has_text(shown, "USB" if language == "en" else "U 盘"))
    assert has_text(shown, "models.offline")()
    drop(shown, write_tiny(tmp_path / "from a stick.gguf"))
    shown.until(lambda: Store(hub.home / "models").names() == ["from-a-stick"])
    ready = ("Next", "下一步")
    shown.until(lambda: shown.item("next").isEnabled() and shown.item("next").property("text") in ready)
    shown.click(shown.item("next"))
    shown.until(lambda: any(item.isVisible() for item in shown.items("firstQuestion")))
    shown.type("Hello")
    shown.press(Qt.Key.Key_Return)
    shown.until(lambda: answers(shown)[-1:] == [("assistant", "Paris.", "done")])
    assert settings(hub).chat.model == "from-a-stick"


def test_a_dropped_folder_is_refused_where_it_was_dropped(
    first_run: Callable[[], Shown], hub: Hub, tmp_path: Path
) -> None:
    shown = first_run()
    shown.press(Qt.Key.Key_Return)
    drop(shown, tmp_path)
    shown.until(has_text(shown, "holds no model file"))


def test_skipping_is_for_good_and_back_goes_back(first_run: Callable[[], Shown], hub: Hub) -> None:
    shown = first_run()
    shown.click(shown.item("next"))
    shown.click(shown.item("skip"))
    shown.until(has_text(shown, "No model is here yet"))
    shown.click(shown.item("back"))
    shown.click(shown.item("back"))
    shown.until(lambda: "Welcome to Myna" in shown.texts())
    shown.click(shown.item("skip"))
    shown.until(lambda: not welcomed(shown))
    shown.until(lambda: not settings(hub).desktop.welcome)


def test_nobody_is_welcomed_twice(show: Callable[..., Shown], own_home: Path) -> None:
    shown = show(newcomer=True, settings=Settings(desktop=DesktopSettings(welcome=False)))
    assert not welcomed(shown)


@pytest.mark.parametrize("asked", [True, False])
def test_somebody_who_has_asked_before_is_not_welcomed(show: Callable[..., Shown], own_home: Path, asked: bool) -> None:
    paths = Paths.find(own_home)
    paths.database.parent.mkdir(parents=True)

    async def fill() -> None:
        store = await ConversationStore.open(paths.database, attachments=paths.data / "attachments")
        if asked:
            await store.create(title="Before")
        await store.close()

    asyncio.run(fill())
    shown = show(newcomer=True)
    if asked:
        shown.type("Typed into the conversation")
        assert not welcomed(shown)
    else:
        shown.until(lambda: welcomed(shown))


def test_what_is_behind_the_first_steps_has_no_keyboard(first_run: Callable[[], Shown]) -> None:
    shown = first_run()
    for _ in range(12):
        shown.press(Qt.Key.Key_Tab)
        focused = shown.window.activeFocusItem()
        assert focused is not None
        assert focused.objectName() in {"language:en", "language:zh", "skip", "next"}, focused
