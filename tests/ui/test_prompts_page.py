"""Templates on the page: filled in and used, written, measured."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication

from myna.config import DesktopSettings, Settings
from myna.paths import Paths
from myna.testing import FakeEngine
from myna_prompts.plugin import PromptsPlugin

from .conftest import Shown
from .test_accessibility import clipped

Show = Callable[..., Shown]

HEAD = 'name = "mine"\nversion = "1.0"\nlanguage = "en"\ndescription = "Mine"\n'
CASES = '[[cases]]\nname = "first"\ninput = "q"\nexpect.contains = ["Paris"]\n'


class Engine(FakeEngine):
    async def clear(self) -> None:
        pass


@pytest.fixture
def engine() -> FakeEngine:
    return Engine(["Par", "is."])


@pytest.fixture
def write(own_home: Path) -> Callable[..., Path]:
    """`write(text)` puts a template into the person's folder."""

    def write(text: str, name: str = "mine.en.toml") -> Path:
        path = Paths.find(own_home).data / "prompts" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return write


def opened(show: Show, settings: Settings | None = None) -> Shown:
    shown = show(("prompts", PromptsPlugin()), settings=settings)
    shown.desktop.setProperty("page", "prompts")
    shown.until(lambda: visible(shown, "template-summary-en") or visible(shown, "template-summary-zh"))
    return shown


def visible(shown: Shown, name: str) -> bool:
    return any(item.isVisible() for item in shown.items(name))


def has(shown: Shown, text: str) -> bool:
    return any(text in one for one in shown.texts())


def one(show: Show, name: str, tab: int = 0) -> Shown:
    """The page with one template on it."""
    shown = opened(show)
    shown.click(shown.item(f"template-{name}-en"))
    shown.until(lambda: visible(shown, "template-tabs"))
    if tab:
        shown.click(shown.item(f"tab-{tab}"))
    return shown


def panel(shown: Shown) -> QObject:
    found: QObject = shown.desktop.panel("prompts")  # type: ignore[assignment]
    return found


def text_of(shown: Shown, name: str) -> str:
    return str(shown.item(name).property("text"))


def set_text(shown: Shown, name: str, text: str) -> None:
    """Put a text in place of what is in a field, as a person does."""
    item = shown.item(name)
    shown.click(item)
    shown.press(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    shown.type(text)


def test_templates_are_searched(show: Show, write: Callable[..., Path]) -> None:
    write(HEAD)
    write(HEAD + "colour = 1\n", "broken.en.toml")
    shown = opened(show)
    assert has(shown, "Yours")
    assert has(shown, "there is no entry colour")
    assert not visible(shown, "template-summary-zh")
    shown.click(shown.item("search-templates"))
    shown.type("number of words")
    shown.until(lambda: not visible(shown, "template-code-en"))
    assert visible(shown, "template-summary-en")
    shown.type(" zzz")
    shown.until(lambda: has(shown, "No template is like that"))


def test_a_template_further_down_is_shown_from_its_beginning(show: Show) -> None:
    shown = one(show, "translate")
    scroll = next(item for item in shown.items("scroll") if item.isVisible())
    assert scroll.property("contentY") == 0


def test_a_form_is_filled_in_previewed_and_used(show: Show, engine: FakeEngine) -> None:
    shown = one(show, "summary")
    shown.until(lambda: has(shown, "Fill in what is required"))
    assert not shown.item("use-template").isEnabled()
    shown.click(shown.item("field-input"))
    shown.type("The ferry runs every hour.")
    shown.until(lambda: visible(shown, "preview-1") and "The ferry runs" in text_of(shown, "preview-1"))
    assert "at most 40 words" in text_of(shown, "preview-0")
    shown.until(lambda: shown.item("use-template").isEnabled())
    shown.click(shown.item("use-template"))
    shown.until(lambda: shown.desktop.property("page") == "conversation")
    shown.until(lambda: bool(engine.requests))
    messages = engine.requests[0].messages
    assert "at most 40 words" in messages[0].text
    assert messages[-1].text.endswith("The ferry runs every hour.")
    shown.until(lambda: not shown.desktop.property("conversation").property("busy"))
    assert "The ferry runs every hour." in shown.texts()


def test_a_wrong_value_is_told_at_its_field(show: Show) -> None:
    shown = one(show, "summary")
    shown.click(shown.item("example"))
    shown.until(lambda: shown.item("use-template").isEnabled())
    set_text(shown, "field-words", "5000")
    shown.until(lambda: visible(shown, "fault-words"))
    assert text_of(shown, "fault-words") == "must be at most 250"
    shown.until(lambda: not shown.item("use-template").isEnabled())
    assert text_of(shown, "field-input").startswith("The town library")


def test_a_hostile_template_gives_its_error_in_the_preview(show: Show, write: Callable[..., Path]) -> None:
    loops = "{% for i in range(9999) %}{% for j in range(9999) %}x{% endfor %}{% endfor %}"
    write(HEAD + f'system = "{loops}"\n')
    shown = one(show, "mine")
    shown.click(shown.item("field-input"))
    shown.type("x")
    shown.until(lambda: visible(shown, "preview-error"))
    assert has(shown, "its loops take more than 10,000 turns")
    assert not shown.item("use-template").isEnabled()


def test_a_shipped_template_is_duplicated_changed_and_saved(show: Show, own_home: Path) -> None:
    shown = one(show, "summary", tab=1)
    assert shown.item("template-text").property("readOnly")
    shown.click(shown.item("duplicate"))
    shown.until(lambda: visible(shown, "template-name"))
    shown.click(shown.item("template-name"))
    shown.type("my-summary")
    shown.press(Qt.Key.Key_Return)
    shown.until(lambda: has(shown, "my-summary") and not panel(shown).property("busy"))
    shown.click(shown.item("tab-1"))
    shown.until(lambda: visible(shown, "save-template"))
    text = text_of(shown, "template-text")
    assert 'name = "my-summary"' in text
    set_text(shown, "template-text", text.replace("A summary within a number of words", "Short"))
    shown.until(lambda: shown.item("save-template").isEnabled())
    shown.click(shown.item("save-version"))
    shown.until(lambda: has(shown, "Version 1.1"))
    folder = Paths.find(own_home).data / "prompts"
    assert sorted(path.name for path in folder.iterdir()) == ["my-summary.en.1.1.toml", "my-summary.en.toml"]
    assert "Short" in (folder / "my-summary.en.1.1.toml").read_text(encoding="utf-8")


def test_an_unknown_key_is_told_while_it_is_written_and_what_was_written_stays(
    show: Show, write: Callable[..., Path]
) -> None:
    path = write(HEAD)
    shown = one(show, "mine", tab=1)
    set_text(shown, "template-text", HEAD + "sistem = 1\n")
    shown.until(lambda: visible(shown, "template-problem"))
    assert has(shown, "did you mean system?")
    assert not shown.item("save-template").isEnabled()
    shown.click(shown.item("all-templates"))
    shown.until(lambda: has(shown, "Not saved"))
    assert path.read_text(encoding="utf-8") == HEAD
    shown.click(shown.item("template-mine-en"))
    shown.until(lambda: visible(shown, "template-tabs"))
    shown.click(shown.item("tab-1"))
    shown.until(lambda: visible(shown, "restored"))
    assert text_of(shown, "template-text") == HEAD + "sistem = 1\n"
    shown.click(shown.item("discard-changes"))
    shown.until(lambda: text_of(shown, "template-text") == HEAD)
    shown.until(lambda: not panel(shown).property("busy"))


def test_what_was_typed_in_the_last_moment_is_kept_too(show: Show, write: Callable[..., Path]) -> None:
    write(HEAD)
    shown = one(show, "mine", tab=1)
    set_text(shown, "template-text", HEAD + "# the last word\n")
    panel(shown).act("choose", {"key": ""})  # type: ignore[attr-defined]
    shown.until(lambda: has(shown, "Not saved"))


def test_what_is_written_while_it_is_saved_stays(show: Show, write: Callable[..., Path]) -> None:
    path = write(HEAD)
    shown = one(show, "mine", tab=1)
    set_text(shown, "template-text", HEAD + "# one\n")
    shown.until(lambda: shown.item("save-template").isEnabled())
    panel(shown).act("save", {"key": str(path), "text": HEAD + "# one\n"})  # type: ignore[attr-defined]
    shown.press(Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    shown.type("# two\n")
    shown.until(lambda: path.read_text(encoding="utf-8") == HEAD + "# one\n" and not panel(shown).property("busy"))
    assert text_of(shown, "template-text") == HEAD + "# one\n# two\n"


def test_a_million_characters_are_not_pasted_into_the_editor(show: Show, write: Callable[..., Path]) -> None:
    write(HEAD)
    shown = one(show, "mine", tab=1)
    shown.click(shown.item("template-text"))
    QGuiApplication.clipboard().setText("x" * 1_000_000)
    shown.press(Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    shown.until(lambda: has(shown, "1,000,000 characters are too many"))
    assert text_of(shown, "template-text") == HEAD


def test_a_template_is_deleted_once_one_says_so_again(show: Show, write: Callable[..., Path]) -> None:
    path = write(HEAD)
    shown = one(show, "mine", tab=1)
    shown.click(shown.item("delete-template"))
    shown.until(lambda: visible(shown, "delete-really"))
    assert path.exists()
    shown.click(shown.item("delete-really"))
    shown.until(lambda: visible(shown, "search-templates"))
    assert not path.exists()


def test_a_new_template_begins_with_its_name(show: Show) -> None:
    shown = opened(show)
    shown.click(shown.item("new-template"))
    shown.until(lambda: visible(shown, "template-name"))
    shown.click(shown.item("template-name"))
    shown.type("Not A Name")
    assert not shown.item("accept-name").isEnabled()
    set_text(shown, "template-name", "greeting")
    shown.click(shown.item("accept-name"))
    shown.until(lambda: has(shown, "greeting") and visible(shown, "template-tabs"))


def test_cases_are_measured(show: Show, write: Callable[..., Path]) -> None:
    write(HEAD + CASES)
    shown = one(show, "mine", tab=2)
    shown.click(shown.item("evaluate"))
    shown.until(lambda: visible(shown, "evaluation-passed"))
    assert text_of(shown, "evaluation-passed") == "3 of 3 answers pass"
    assert has(shown, "Paris.")
    assert not visible(shown, "comparison")
    shown.until(lambda: shown.item("evaluate").isEnabled())
    shown.click(shown.item("evaluate"))
    shown.until(lambda: visible(shown, "comparison"))
    assert has(shown, "Not worse")


def test_measuring_shows_how_far_it_is_and_is_cancelled(
    show: Show, write: Callable[..., Path], use_engine: Callable[[FakeEngine], None]
) -> None:
    held = Engine(["Paris"], hold_after=0)
    use_engine(held)
    write(HEAD + CASES)
    shown = one(show, "mine", tab=2)
    shown.click(shown.item("evaluate"))
    shown.until(lambda: visible(shown, "evaluation-progress") and held.running == 1)
    assert text_of(shown, "evaluation-progress") == "0 of 3 answers" or has(shown, "being loaded")
    shown.click(shown.item("cancel-evaluation"))
    shown.until(lambda: held.cancelled == 1)
    shown.until(lambda: shown.item("evaluate").isEnabled())
    assert not visible(shown, "evaluation-passed")


def test_the_page_speaks_chinese(show: Show) -> None:
    shown = one(show, "summary")
    shown.click(shown.item("example"))
    shown.desktop.speaking.use("zh")
    shown.until(lambda: has(shown, "在对话中使用"))
    shown.until(lambda: not panel(shown).property("busy"))
    assert text_of(shown, "field-input").startswith("The town library")


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(("width", "scale"), [(480, 1.0), (1120, 1.5)])
def test_no_text_of_a_template_runs_out_of_its_place(
    show: Show, write: Callable[..., Path], language: str, width: int, scale: float
) -> None:
    write(HEAD + "[variables.tone]\ndescription = 'How'\nmax_length = 90\n" + CASES)
    settings = Settings(language=language, desktop=DesktopSettings(welcome=False, font_scale=scale))
    shown = opened(show, settings)
    shown.window.resize(width, 760)
    shown.until(lambda: bool(shown.window.contentItem().width() == width))
    shown.click(shown.item("template-mine-en" if language == "en" else "template-summary-zh"))
    shown.until(lambda: visible(shown, "template-tabs") and not panel(shown).property("busy"))
    found = []
    for tab in range(4):
        shown.click(shown.item(f"tab-{tab}"))
        if tab == 2:
            shown.click(shown.item("evaluate"))
            shown.until(lambda: visible(shown, "evaluation-passed"))
        shown.window.grabWindow()
        found += [f"{tab}: {text}" for text in clipped(shown)]
    assert found == []
