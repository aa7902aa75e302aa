"""What is behind the page of templates, without a window."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from myna.assistant import Assistant
from myna.config import PluginSettings, Settings
from myna.errors import BadPrompt, PromptMissing, UsageError
from myna.hookspecs import ResolvedModel
from myna.host import PluginHost
from myna.messages import assistant as answer
from myna.messages import user
from myna.paths import Paths
from myna.store.records import MessageMeta
from myna.testing import FakeDesk, FakeEngine
from myna.testing.desk import plain
from myna_prompts.panel import PromptsPanel
from myna_prompts.plugin import PromptsPlugin
from myna_prompts.splitting import read_splits, splits_file

HEAD = 'name = "mine"\nversion = "1.0"\nlanguage = "en"\ndescription = "Mine"\n'
CASES = (
    '[[cases]]\nname = "yes"\ninput = "q"\nexpect.equals = "yes"\n'
    '[[cases]]\nname = "no"\ninput = "q"\nexpect.equals = "no"\n'
)


def text_of(key: str) -> str:
    """Of a template's file; empty where there is none."""
    path = Path(key)
    return path.read_text(encoding="utf-8") if path.exists() else ""


def remove(key: str) -> None:
    Path(key).unlink()


class Engine(FakeEngine):
    async def clear(self) -> None:
        pass


class Opened:
    """A panel, its desk, and the person's folder."""

    def __init__(self, desk: FakeDesk, own: Path) -> None:
        self.desk, self.own = desk, own
        self.panel = PromptsPanel(desk)

    def write(self, text: str, name: str = "mine.en.toml") -> str:
        self.own.mkdir(parents=True, exist_ok=True)
        path = self.own / name
        path.write_text(text, encoding="utf-8")
        return str(path)

    async def act(self, action: str, **values: Any) -> Any:
        return await self.panel.act(action, values)

    def row(self, name: str, language: str = "en") -> dict[str, Any]:
        rows = self.desk.state["templates"]
        return next(row for row in rows if (row["name"], row["language"]) in {(name, language), (name, "")})

    async def preview(self, key: str, **form: Any) -> dict[str, Any]:
        await self.act("preview", key=key, form=form)
        found: dict[str, Any] = self.desk.state["preview"]
        return found


@pytest.fixture
async def opened(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Opened]:
    async def resolve(self: Assistant, name: str = "", task: str = "chat") -> ResolvedModel:
        return ResolvedModel(name or "fake", "chat", ".gguf", {"model": "fake.gguf"})

    monkeypatch.setattr(Assistant, "resolve", resolve)
    host = PluginHost.load(PluginSettings(), extra=[("prompts", PromptsPlugin())], entry_points=())
    paths = Paths.find(own_home)
    async with await Assistant.open(paths, Settings(), host=host) as assistant:
        yield Opened(FakeDesk(assistant, await assistant.conversation()), paths.data / "prompts")


@pytest.fixture
def use_engine(monkeypatch: pytest.MonkeyPatch) -> Callable[[FakeEngine], None]:
    def use(engine: FakeEngine) -> None:
        async def text_engine(self: Assistant, name: str = "") -> FakeEngine:
            return engine

        monkeypatch.setattr(Assistant, "text_engine", text_engine)

    return use


async def test_the_list_has_shipped_templates_ones_own_and_broken_files(opened: Opened) -> None:
    opened.write(HEAD)
    opened.write(HEAD + 'colour = "red"\n', "broken.en.toml")
    await opened.panel.open()
    assert {row["language"] for row in opened.desk.state["templates"]} == {"en", "zh", ""}
    assert opened.row("summary")["own"] is False
    assert opened.row("mine")["own"] is True
    assert opened.row("mine")["error"] == {}
    assert "there is no entry colour" in opened.row("broken.en")["error"]["message"]
    assert all(plain(state) for state in opened.desk.shown)


async def test_a_form_is_made_from_the_typed_variables(opened: Opened) -> None:
    await opened.panel.open()
    await opened.act("choose", key=opened.row("summary")["key"])
    fields = {field["name"]: field for field in opened.desk.state["detail"]["fields"]}
    assert fields["input"] | {"kind": "text", "required": True} == fields["input"]
    assert fields["words"] | {"kind": "number", "value": "40", "minimum": 5, "maximum": 250} == fields["words"]
    assert fields["style"] | {"kind": "choice", "value": "text", "choices": ["text", "points"]} == fields["style"]
    assert opened.desk.state["detail"]["example"]["input"].startswith("The town library")


async def test_the_preview_is_what_will_be_sent(opened: Opened) -> None:
    await opened.panel.open()
    key = opened.row("summary")["key"]
    shown = await opened.preview(key, input="A long text.", words="12", style="points")
    assert [message["role"] for message in shown["messages"]] == ["system", "user"]
    assert "at most 12 words as a list of short points" in shown["messages"][0]["text"]
    assert shown["messages"][1]["text"].endswith("A long text.")


async def test_the_preview_says_for_each_field_what_is_wrong(opened: Opened) -> None:
    await opened.panel.open()
    shown = await opened.preview(opened.row("summary")["key"], input=" ", words="many", style="poem")
    assert shown["messages"] == []
    assert shown["missing"] == ["input"]
    assert shown["faults"] == {"words": "must be a whole number", "style": "must be one of: text, points"}
    shown = await opened.preview(opened.row("summary")["key"], input="x", words="1000")
    assert shown["faults"] == {"words": "must be at most 250"}


@pytest.mark.parametrize(
    ("jinja", "said"),
    [
        ("{% for i in range(9999) %}{% for j in range(9999) %}x{% endfor %}{% endfor %}", "loops take more than"),
        ("{{ ''.__class__ }}", "__class__"),
        ("{{ 'x' * 99999999 }}", "more than"),
        ("{% include '/etc/passwd' %}", "include is not allowed"),
    ],
)
async def test_a_hostile_template_gives_its_error_in_the_preview(opened: Opened, jinja: str, said: str) -> None:
    key = opened.write(HEAD + f'system = """{jinja}"""\n')
    await opened.panel.open()
    shown = await opened.preview(key, input="x")
    assert said in shown["error"]["message"]
    assert shown["messages"] == []
    await opened.act("choose", key=key)
    assert opened.desk.state["detail"]["text"]


async def test_a_huge_message_is_shown_in_part(opened: Opened) -> None:
    key = opened.write(HEAD)
    await opened.panel.open()
    shown = await opened.preview(key, input="x" * 1_000_000)
    assert len(shown["messages"][0]["text"]) == 20_000
    assert shown["messages"][0]["cut"] == 980_000


async def test_the_template_is_used_in_the_conversation(opened: Opened) -> None:
    await opened.panel.open()
    await opened.act("use", key=opened.row("summary")["key"], form={"input": "Text.", "words": "9", "style": "text"})
    [(text, options)] = opened.desk.asked
    assert text == "Text."
    assert options.prompt == "summary:en@1.0"
    assert options.variables == {"words": "9", "style": "text"}


async def test_a_form_that_is_not_filled_in_is_not_used(opened: Opened) -> None:
    await opened.panel.open()
    with pytest.raises(UsageError):
        await opened.act("use", key=opened.row("summary")["key"], form={"input": "", "words": "9"})
    assert opened.desk.asked == []


async def test_what_is_written_is_checked_kept_and_saved(opened: Opened) -> None:
    key = opened.write(HEAD)
    await opened.panel.open()
    await opened.act("check", key=key, text=HEAD + "sistem = 1\n")
    assert "there is no entry sistem; did you mean system?" in opened.desk.state["checked"]["error"]["message"]
    await opened.act("choose", key=key)
    assert opened.desk.state["detail"]["draft"] == HEAD + "sistem = 1\n"
    with pytest.raises(BadPrompt):
        await opened.act("save", key=key, text=HEAD + "sistem = 1\n")
    assert text_of(key) == HEAD
    better = HEAD.replace("Mine", "Better")
    await opened.act("check", key=key, text=better)
    assert opened.desk.state["checked"] == {"key": key, "good": True, "error": {}}
    assert await opened.act("save", key=key, text=better) == key
    assert text_of(key) == better
    assert opened.desk.state["detail"]["draft"] == ""
    assert opened.row("mine")["unsaved"] is False


async def test_the_list_says_what_is_not_saved(opened: Opened) -> None:
    key = opened.write(HEAD)
    await opened.panel.open()
    await opened.act("keep", key=key, text=HEAD + "# more\n")
    assert opened.row("mine")["unsaved"] is True
    await opened.act("discard", key=key)
    assert opened.row("mine")["unsaved"] is False


async def test_a_new_version_is_a_file_of_its_own(opened: Opened) -> None:
    key = opened.write(HEAD)
    await opened.panel.open()
    made = await opened.act("save-version", key=key, text=HEAD.replace("Mine", "Next"))
    assert made != key
    assert opened.desk.state["detail"]["version"] == "1.1"
    assert text_of(key) == HEAD
    made = await opened.act("save-version", key=made, text=HEAD.replace('"1.0"', '"3.0"'))
    assert opened.desk.state["detail"]["version"] == "3.0"


async def test_a_shipped_template_is_duplicated_and_never_changed(opened: Opened) -> None:
    await opened.panel.open()
    key = opened.row("summary")["key"]
    with pytest.raises(UsageError):
        await opened.act("save", key=key, text=HEAD)
    with pytest.raises(UsageError):
        await opened.act("delete", key=key)
    assert text_of(key)
    made = await opened.act("duplicate", key=key, name="my-summary")
    assert Path(made).parent == opened.own
    assert opened.desk.state["detail"]["name"] == "my-summary"
    with pytest.raises(UsageError):
        await opened.act("duplicate", key=key, name="my-summary")


@pytest.mark.parametrize("name", ["", "../x", "Summary", "a b", "summary"])
async def test_names_that_cannot_be_are_refused(opened: Opened, name: str) -> None:
    await opened.panel.open()
    with pytest.raises(UsageError):
        await opened.act("begin", name=name, language="en")


async def test_one_begins_with_a_template_that_works_and_deletes_it(opened: Opened) -> None:
    await opened.panel.open()
    made = await opened.act("begin", name="greeting", language="zh")
    assert opened.desk.state["detail"]["error"] == {}
    assert opened.desk.state["detail"]["language"] == "zh"
    await opened.act("delete", key=made)
    assert text_of(made) == ""
    assert opened.desk.state["detail"] == {}


async def test_a_file_that_went_away_says_so(opened: Opened) -> None:
    key = opened.write(HEAD)
    await opened.panel.open()
    remove(key)
    with pytest.raises(PromptMissing):
        await opened.act("choose", key=key)
    assert opened.desk.state["detail"] == {}


async def test_cases_are_run_and_compared_with_the_run_before(
    opened: Opened, use_engine: Callable[[FakeEngine], None]
) -> None:
    key = opened.write(HEAD + CASES)
    await opened.panel.open()
    await opened.act("choose", key=key)
    use_engine(Engine(["no"]))
    await opened.act("evaluate", key=key, model="", seeds=2)
    run = opened.desk.state["run"]
    assert (run["passed"], run["answers"], run["comparison"]) == (2, 4, {})
    assert [(case["name"], case["passed"], case["of"]) for case in run["cases"]] == [("yes", 0, 2), ("no", 2, 2)]
    assert run["low"] < run["share"] == 0.5 < run["high"]
    told = [state["progress"] for state in opened.desk.shown if state.get("progress")]
    assert [(one["done"], one["total"]) for one in told] == [(0, 0), (1, 4), (2, 4), (3, 4), (4, 4)]
    assert opened.desk.state["progress"] == {}
    use_engine(Engine(["nothing"]))
    await opened.act("evaluate", key=key, model="", seeds=2)
    comparison = opened.desk.state["run"]["comparison"]
    assert comparison["regressed"] is True
    assert comparison["worse"] == ["no"]
    # The last run is there when the page is opened again.
    await opened.act("choose", key="")
    await opened.act("choose", key=key)
    assert opened.desk.state["run"]["comparison"]["worse"] == ["no"]
    assert all(plain(state) for state in opened.desk.shown)


async def test_a_run_can_be_cancelled(opened: Opened, use_engine: Callable[[FakeEngine], None]) -> None:
    key = opened.write(HEAD + CASES)
    await opened.panel.open()
    engine = Engine(["no"], hold_after=0)
    use_engine(engine)
    running = asyncio.create_task(opened.act("evaluate", key=key, seeds=1))
    await engine.held()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert engine.cancelled == 1
    assert opened.desk.state["progress"] == {}
    assert opened.desk.state["run"] == {}


async def test_votes_are_counted_by_version(opened: Opened) -> None:
    key = opened.write(HEAD)
    await opened.panel.open()
    store = await opened.desk.assistant.store()
    record = await store.create()
    asked = await store.append(record.id, user("q"), parent=None, turn="t")
    for number, good in enumerate((True, True, False, None)):
        meta = MessageMeta(prompt="mine", prompt_version="1.0", prompt_hash="ab" * 32)
        said = await store.append(record.id, answer(f"a{number}"), parent=asked.id, turn="t", meta=meta)
        await store.rate(said.id, good)
    await opened.act("choose", key=key)
    [row] = opened.desk.state["votes"]
    assert (row["version"], row["answers"], row["good"], row["bad"]) == ("1.0", 4, 2, 1)
    assert row["low"] < row["share"] < row["high"]


async def test_versions_are_served_side_by_side_by_weight(opened: Opened) -> None:
    key = opened.write(HEAD)
    opened.write(HEAD.replace("1.0", "1.1"), "mine.en.1.1.toml")
    await opened.panel.open()
    await opened.act("choose", key=key)
    rows = [(row["version"], row["weight"], row["share"]) for row in opened.desk.state["split"]]
    assert rows == [("1.1", -1.0, 1.0), ("1.0", -1.0, 0.0)]
    await opened.act("split", key=key, weights={"1.1": "3", "1.0": "1", "7.0": "9"})
    assert read_splits(splits_file(opened.desk.assistant.paths)) == {"mine:en": {"1.1": 3, "1.0": 1}}
    assert [row["share"] for row in opened.desk.state["split"]] == [0.75, 0.25]
    await opened.act("split", key=key, weights={})
    assert read_splits(splits_file(opened.desk.assistant.paths)) == {}
    assert [row["weight"] for row in opened.desk.state["split"]] == [-1.0, -1.0]


@pytest.mark.parametrize("weights", [{"1.0": "much"}, {"1.0": "-1"}, {"1.0": "1e9"}, {"1.0": "nan"}, {"1.0": "0"}])
async def test_weights_that_are_none_are_refused(opened: Opened, weights: dict[str, str]) -> None:
    key = opened.write(HEAD)
    await opened.panel.open()
    with pytest.raises(UsageError):
        await opened.act("split", key=key, weights=weights)
    assert not splits_file(opened.desk.assistant.paths).exists()


async def test_errors_are_told_in_chinese(opened: Opened) -> None:
    desk = FakeDesk(opened.desk.assistant, language="zh")
    desk.speak("myna_prompts")
    panel = PromptsPanel(desk)
    await panel.open()
    key = next(row["key"] for row in desk.state["templates"] if row["name"] == "summary" and row["language"] == "zh")
    await panel.act("preview", {"key": key, "form": {"input": "x", "words": "many"}})
    assert desk.state["preview"]["faults"]["words"].isascii() is False
