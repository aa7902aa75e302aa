"""Safety on the page: which policy counts, a text to try, what was found."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication

from myna.assistant import Assistant
from myna.config import DesktopSettings, GuardSettings, Settings
from myna.paths import Paths
from myna.testing import FakeClassifier
from myna_guard.plugin import GuardPlugin

from .conftest import Shown
from .test_accessibility import clipped

Show = Callable[..., Shown]

HEAD = 'name = "mine"\ndescription = { en = "My own", zh = "我的" }\n'


@pytest.fixture(autouse=True)
def classifiers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every classifier is there, and finds nothing."""

    async def classifier(self: Assistant, name: str) -> FakeClassifier:
        return FakeClassifier()

    monkeypatch.setattr(Assistant, "classifier", classifier)


@pytest.fixture
def write(own_home: Path) -> Callable[[str], None]:
    """`write(text)` puts a policy called `mine` beside the others."""

    def write(text: str) -> None:
        folder = Paths.find(own_home).config / "policies"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "mine.toml").write_text(text, encoding="utf-8")

    return write


def opened(show: Show, *policies: str, tab: int = 0) -> Shown:
    settings = Settings(guard=GuardSettings(policies=policies or ("default",)))
    shown = show(("guard", GuardPlugin()), settings=settings)
    shown.desktop.setProperty("page", "safety")
    shown.until(lambda: visible(shown, "policy-default"))
    if tab:
        shown.click(shown.item(f"tab-{tab}"))
    return shown


def visible(shown: Shown, name: str) -> bool:
    return any(item.isVisible() for item in shown.items(name))


def has(shown: Shown, text: str) -> bool:
    return any(text in one for one in shown.texts())


def panel(shown: Shown) -> QObject:
    found: QObject = shown.desktop.panel("safety")  # type: ignore[assignment]
    return found


def policies(shown: Shown) -> tuple[str, ...]:
    return shown.desktop.settings.guard.policies


def test_what_counts_is_explained(show: Show) -> None:
    shown = opened(show, "kiosk-public")
    shown.until(lambda: has(shown, "What cannot be checked is blocked."))
    assert has(shown, "From the policy kiosk-public, in place of the rule of default")
    assert has(shown, "Because kiosk-public is laid over it")
    assert has(shown, "Personal data: e-mail addresses, phone numbers")
    assert has(shown, "myna models pull profanity-en")
    shown.until(lambda: has(shown, "tests of the policies pass."))


def test_another_policy_is_chosen(show: Show) -> None:
    shown = opened(show)
    shown.click(shown.item("policy-workplace"))
    shown.until(lambda: policies(shown) == ("workplace",))
    shown.until(lambda: has(shown, "Chosen in the settings") and has(shown, "injection-asked"))


def test_off_is_asked_about_in_place(show: Show) -> None:
    shown = opened(show)
    shown.click(shown.item("policy-off"))
    shown.until(lambda: visible(shown, "off-question"))
    shown.click(shown.item("off-not"))
    shown.until(lambda: not visible(shown, "off-question"))
    assert policies(shown) == ("default",)
    shown.click(shown.item("policy-off"))
    shown.until(lambda: visible(shown, "off-really"))
    shown.click(shown.item("off-really"))
    shown.until(lambda: policies(shown) == ("off",))


def test_a_policy_is_chosen_by_keyboard(show: Show) -> None:
    shown = opened(show)
    shown.item("policy-workplace").forceActiveFocus(Qt.FocusReason.TabFocusReason)
    shown.press(Qt.Key.Key_Space)
    shown.until(lambda: policies(shown) == ("workplace",))


def test_a_policy_that_breaks_while_it_is_shown_says_so_in_place(
    show: Show, write: Callable[[str], None], caplog: pytest.LogCaptureFixture
) -> None:
    write(HEAD + '[[rules]]\nid = "tea"\nwords = ["tea"]\n')
    shown = opened(show, "mine")
    assert not visible(shown, "policy-error")
    write(HEAD + "[[rules]]\nid = \n")
    shown.until(lambda: visible(shown, "policy-error") and has(shown, "Cannot be used"))
    assert has(shown, "it is not TOML")
    assert has(shown, "What counted before goes on counting")
    write(HEAD)
    shown.until(lambda: not visible(shown, "policy-error"))
    assert "goes on" in caplog.text


def test_a_text_is_tried(show: Show) -> None:
    shown = opened(show, "workplace", tab=1)
    shown.click(shown.item("text-to-try"))
    shown.type("Write <b>to</b> jane.doe@example.org now")
    shown.click(shown.item("try"))
    shown.until(lambda: visible(shown, "tried-action"))
    marked = str(shown.item("marked-text").property("text"))
    assert "&lt;b&gt;to&lt;/b&gt;" in marked
    assert ">jane.doe@example.org</u><b>[1]</b>" in marked
    assert has(shown, "personal-data")
    assert "jane.doe" not in str(shown.item("resulting-text").property("text"))
    # A text that has changed since has no findings.
    shown.click(shown.item("text-to-try"))
    shown.type("more")
    shown.until(lambda: not visible(shown, "tried-action"))


def test_a_million_pasted_characters_are_judged_and_not_laid_out(show: Show) -> None:
    shown = opened(show, "workplace", tab=1)
    shown.click(shown.item("text-to-try"))
    QGuiApplication.clipboard().setText("lorem ipsum " * 85_000 + "jane.doe@example.org")
    shown.press(Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    shown.until(lambda: has(shown, "1,020,020 characters, too many to be shown here."))
    assert shown.item("text-to-try").property("text") == ""
    shown.click(shown.item("try"))
    # The window answers meanwhile.
    shown.click(shown.item("tab-0"))
    assert visible(shown, "policy-default")
    shown.click(shown.item("tab-1"))
    shown.until(lambda: visible(shown, "tried-action"), timeout=60_000)
    assert has(shown, "personal-data")


def test_what_was_found_in_a_conversation_is_listed_without_its_text(show: Show) -> None:
    shown = opened(show)
    shown.desktop.property("conversation").ask("I want to k1ll mys3lf")
    shown.until(lambda: not shown.desktop.property("conversation").property("busy"))
    shown.click(shown.item("tab-2"))
    shown.until(lambda: visible(shown, "finding"))
    assert has(shown, "self-harm")
    assert not has(shown, "k1ll")


def test_the_help_line_is_set(show: Show) -> None:
    shown = opened(show)
    shown.until(lambda: visible(shown, "help-line"))
    shown.click(shown.item("help-line"))
    shown.type("0800 123")
    shown.until(lambda: "0800 123" in str(shown.item("notice").property("text")))
    shown.click(shown.item("save-help-line"))
    shown.until(lambda: shown.desktop.settings.guard.help_line == "0800 123")


def test_the_page_speaks_chinese(show: Show) -> None:
    shown = opened(show)
    shown.desktop.speaking.use("zh")
    shown.until(lambda: has(shown, "适合自己的电脑") and has(shown, "无法检查的内容会放行。"))
    shown.until(lambda: not panel(shown).property("busy"))


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(("width", "scale"), [(480, 1.0), (1120, 1.5)])
def test_no_text_of_a_policy_runs_out_of_its_place(show: Show, language: str, width: int, scale: float) -> None:
    settings = Settings(
        language=language,
        guard=GuardSettings(policies=("kiosk-public",)),
        desktop=DesktopSettings(welcome=False, font_scale=scale),
    )
    shown = show(("guard", GuardPlugin()), settings=settings)
    shown.window.resize(width, 760)
    shown.until(lambda: bool(shown.window.contentItem().width() == width))
    shown.desktop.setProperty("page", "safety")
    shown.until(lambda: visible(shown, "policy-default") and not panel(shown).property("busy"))
    shown.desktop.property("conversation").ask("You b.a.s.t.a.r.d")
    shown.until(lambda: not shown.desktop.property("conversation").property("busy"))
    found = []
    for tab in range(3):
        shown.click(shown.item(f"tab-{tab}"))
        if tab == 1:
            shown.click(shown.item("text-to-try"))
            shown.type("Write to jane.doe@example.org, 4111 1111 1111 1111")
            shown.click(shown.item("try"))
            shown.until(lambda: visible(shown, "tried-action"))
        shown.window.grabWindow()
        found += [f"{tab}: {text}" for text in clipped(shown)]
    assert found == []
