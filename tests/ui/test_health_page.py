"""What the doctor says, with buttons that mend; how quick the last answers were."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import ClassVar

import pytest

import myna_ui.plugin
from myna.doctor import Finding
from myna.events import TurnFinished, Usage
from myna.hookspecs import PanelInfo, hookimpl
from myna.messages import assistant, user
from myna.paths import Paths
from myna.settings import load_settings
from myna.store import ConversationStore, MessageMeta
from myna_ui.pages.answers import KEPT, Answers
from myna_ui.pages.caches import cached, empty
from myna_ui.pages.mends import Mend, mend_of

from .conftest import Shown
from .test_own_pages import ask, go

Show = Callable[..., Shown]
PAGES = ("desktop", myna_ui.plugin)


@pytest.mark.parametrize(
    ("area", "advice", "mend"),
    [
        ("guard", "myna models pull guardian", Mend("pull", "guardian")),
        ("guard", "myna models pull one two", Mend("pull", "one two")),
        ("models", "myna models pull", Mend("page", "models")),
        ("models", "myna models pull x; rm -r /", Mend("page", "models")),
        ("audio", "myna config set speech.echo auto", Mend("set", "speech.echo auto")),
        ("audio", "plug in a microphone", Mend("page", "voice")),
        ("audio", "apt-get install libportaudio2", Mend("copy", "apt-get install libportaudio2")),
        ("engines", "pip install 'myna[vision]'", Mend("copy", "pip install 'myna[vision]'")),
        ("memory", "end other programs, or choose a smaller model", Mend("unload")),
        ("disk", "free some space, or choose another folder", Mend("empty")),
        ("disk", "chown me /data", Mend("copy", "chown me /data")),
        ("guard", "myna guard policies", Mend("page", "safety")),
        ("plugins", "myna plugins list --verbose", Mend("page", "plugins")),
        ("audit", "myna audit verify", Mend("copy", "myna audit verify")),
        ("conversations", "restore the file from a copy", Mend()),
    ],
)
def test_every_finding_has_the_one_mend_that_there_is(area: str, advice: str, mend: Mend) -> None:
    assert mend_of(Finding(area, "problem", "x", advice), loaded=True, cached=True) == mend
    assert mend_of(Finding(area, "ok", "x"), loaded=True, cached=True) == Mend()


def test_without_models_and_caches_there_is_nothing_to_give_back() -> None:
    for area in ("memory", "disk"):
        assert mend_of(Finding(area, "problem", "x", "less"), loaded=False, cached=False) == Mend("page", "models")


def test_caches_are_emptied_and_downloads_stay(tmp_path: Path) -> None:
    for name in ("states/a.state", "admission/b", "downloads/half", "kiosk/c"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_bytes(bytes(100))
    (tmp_path / "loose").write_bytes(bytes(50))
    (tmp_path / "link").symlink_to(tmp_path.parent, target_is_directory=True)
    assert cached(tmp_path) == 250
    assert empty(tmp_path) == 250
    assert sorted(path.name for path in tmp_path.iterdir()) == ["downloads", "kiosk"]
    assert tmp_path.parent.exists()
    assert (cached(tmp_path / "none"), empty(tmp_path / "none")) == (0, 0)


def finished(**timings: float) -> TurnFinished:
    usage = Usage(completion_tokens=11)
    return TurnFinished(turn="t", epoch=0, reason="stop", usage=usage, timings=timings)


def test_stages_are_charted_over_the_last_answers() -> None:
    answers = Answers()
    for number in range(KEPT + 5):
        assert answers.hear(finished(decode=100.0, first_token=20.0, prefill=float(number), see=0.0))
    shown = answers.shown()
    assert shown["speed"] == [100.0] * KEPT
    assert [stage["name"] for stage in shown["stages"]] == ["prefill", "decode"]
    prefill = shown["stages"][0]
    assert prefill["values"] == [float(number) for number in range(5, KEPT + 5)]
    assert (prefill["last"], prefill["median"]) == (KEPT + 4, 34.5)
    assert not answers.hear(TurnFinished(turn="t", epoch=0, reason="cancelled"))


async def test_earlier_answers_are_charted_too(tmp_path: Path) -> None:
    store = await ConversationStore.open("sqlite://", attachments=tmp_path)
    conversation = await store.create()
    asked = await store.append(conversation.id, user("q"), parent=None)
    for finish in ("stop", "error", "length"):
        meta = MessageMeta(model="m", finish=finish, usage=Usage(completion_tokens=3), timings={"decode": 10.0})  # type: ignore[arg-type]
        await store.append(conversation.id, assistant("a"), parent=asked.id, meta=meta)
    answers = Answers()
    await answers.recall(store)
    assert answers.shown()["speed"] == [200.0, 200.0]
    await store.close()


def ill(monkeypatch: pytest.MonkeyPatch, *findings: Finding) -> None:
    monkeypatch.setattr("myna_ui.pages.health.machine_findings", lambda paths: list(findings))


def test_health_shows_the_stages_of_the_last_answers(show: Show, monkeypatch: pytest.MonkeyPatch) -> None:
    ill(monkeypatch)
    shown = show(PAGES)
    ask(shown, "Before the page was opened")
    go(shown, "health")
    shown.until(lambda: "Where answers take their time" in shown.texts())
    assert "the last answer" in shown.texts()
    ask(shown, "Hello")
    shown.until(lambda: "the last 2 answers" in shown.texts())
    assert any(text.endswith("GiB") for text in shown.texts())


def test_times_are_said_as_people_say_them(show: Show, monkeypatch: pytest.MonkeyPatch) -> None:
    ill(monkeypatch)
    shown = show(PAGES)
    panel = go(shown, "health")
    panel.show({"first": [35_855.0]})  # type: ignore[attr-defined]
    shown.until(lambda: "35.9 s" in shown.texts())
    panel.show({"first": [684.0]})  # type: ignore[attr-defined]
    shown.desktop.speaking.use("zh")
    shown.until(lambda: "684 毫秒" in shown.texts())


def test_a_full_disk_is_mended_by_emptying_the_caches(
    show: Show, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ill(monkeypatch, Finding("disk", "problem", "1 GB free", "free some space, or choose another folder with --home"))
    cache = Paths.find(own_home).cache
    (cache / "states").mkdir(parents=True)
    (cache / "states" / "large").write_bytes(bytes(3_000_000))
    shown = show(PAGES)
    go(shown, "health")
    shown.until(lambda: "Empty the caches (3.0 MB)" in shown.texts())
    shown.click(shown.item("mend-empty"))
    shown.until(lambda: not (cache / "states").exists())
    shown.until(lambda: "Empty the caches (3.0 MB)" not in shown.texts())


def test_a_setting_is_mended_in_place(show: Show, own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ill(monkeypatch, Finding("audio", "note", "Myna may hear itself", "myna config set speech.echo off"))
    shown = show(PAGES)
    go(shown, "health")
    shown.until(lambda: "Change the setting" in shown.texts())
    assert not any(text.startswith("myna config") for text in shown.texts())
    shown.click(shown.item("mend-set"))
    shown.until(lambda: shown.desktop.panel("health").property("busy") == [])
    assert load_settings(Paths.find(own_home), environ={}).speech.echo == "off"


class Asked:
    """A page for models that writes down what it is asked for."""

    acts: ClassVar[list[tuple[str, dict[str, object]]]] = []

    def __init__(self, desk: object) -> None:
        pass

    async def open(self) -> None:
        pass

    async def close(self) -> None:
        pass

    async def act(self, action: str, values: dict[str, object]) -> None:
        self.acts.append((action, dict(values)))


def test_a_missing_model_is_fetched_with_one_click(show: Show, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "ModelsPage.qml"
    page.write_text("import QtQuick\nItem {}\n")
    made = ModuleType("models")

    def myna_register_panels() -> list[PanelInfo]:
        return [PanelInfo("models", "Models", str(page), Asked, "box", 1)]

    made.myna_register_panels = hookimpl(myna_register_panels)  # type: ignore[attr-defined]
    Asked.acts.clear()
    ill(monkeypatch, Finding("guard", "problem", "two are missing", "myna models pull one two"))
    shown = show(PAGES, ("models", made))
    go(shown, "health")
    shown.until(lambda: "Download" in shown.texts())
    shown.click(shown.item("mend-pull"))
    shown.until(lambda: bool(Asked.acts))
    assert Asked.acts == [("pull", {"ids": ["one", "two"]})]
    assert shown.desktop.property("page") == "models"


def test_what_only_an_administrator_mends_can_be_copied(show: Show, monkeypatch: pytest.MonkeyPatch) -> None:
    ill(monkeypatch, Finding("audio", "note", "PortAudio is missing", "apt-get install libportaudio2"))
    shown = show(PAGES)
    go(shown, "health")
    shown.until(lambda: "apt-get install libportaudio2" in shown.texts())
    assert not [item for item in shown.items_named("mend-") if item.isVisible()]
