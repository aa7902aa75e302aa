"""What is behind the page of safety, without a window."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from myna.assistant import Assistant
from myna.config import AuditSettings, GuardSettings, PluginSettings, Settings
from myna.errors import BadPolicy, UsageError
from myna.events import GuardFailed, GuardFinding
from myna.host import PluginHost
from myna.panel import Panel
from myna.paths import Paths
from myna.testing import FakeClassifier, FakeDesk
from myna.testing.desk import plain
from myna_guard.panel import panel as module
from myna_guard.panel.recent import KEPT, Recent
from myna_guard.panel.trying import pieces
from myna_guard.plugin import GuardPlugin

HEAD = 'name = "mine"\ndescription = { en = "My own", zh = "我的" }\n'


class Opened:
    def __init__(self, desk: FakeDesk, panel: Panel, host: PluginHost) -> None:
        self.desk, self.panel, self.host = desk, panel, host
        self.closed = False
        self.folder = desk.assistant.paths.config / "policies"

    def write(self, text: str, name: str = "mine") -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / f"{name}.toml").write_text(text, encoding="utf-8")

    async def act(self, action: str, **values: Any) -> None:
        await self.panel.act(action, values)

    async def tried(self, text: str, origin: str = "user") -> dict[str, Any]:
        await self.act("try", text=text, origin=origin)
        found: dict[str, Any] = self.desk.state["tried"]
        return found

    def choice(self, name: str) -> dict[str, Any]:
        return next(choice for choice in self.desk.state["choices"] if choice["name"] == name)


Open = Callable[..., Any]


@pytest.fixture
async def opening(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Open]:
    """`await opening(Settings())` gives a panel that is not opened yet."""
    made: list[Opened] = []

    async def classifier(self: Assistant, name: str) -> FakeClassifier:
        return FakeClassifier()

    monkeypatch.setattr(Assistant, "classifier", classifier)

    async def opening(settings: Settings | None = None, language: Any = "en") -> Opened:
        host = PluginHost.load(PluginSettings(), extra=[("guard", GuardPlugin())], entry_points=())
        assistant = await Assistant.open(Paths.find(own_home), settings or Settings(), host=host)
        desk = FakeDesk(assistant, language=language)
        desk.speak("myna_guard")
        [info] = host.panels()
        assert not isinstance(info.view_model, str)
        made.append(Opened(desk, info.view_model(desk), host))
        return made[-1]

    yield opening
    for one in made:
        if not one.closed:
            await one.panel.close()
        await one.desk.assistant.close()


def guarded(*policies: str, **more: Any) -> Settings:
    return Settings(guard=GuardSettings(policies=policies, **more))


async def test_the_active_policy_is_explained_rule_by_rule(opening: Open) -> None:
    opened = await opening(guarded("kiosk-public"))
    await opened.panel.open()
    policy = opened.desk.state["policy"]
    assert [(layer["name"], layer["chosen"], layer["by"]) for layer in policy["layers"]] == [
        ("default", False, "kiosk-public"),
        ("kiosk-public", True, ""),
    ]
    rules = {rule["id"]: rule for rule in policy["rules"]}
    assert rules["profanity"] | {"policy": "kiosk-public", "over": "default", "action": "block"} == rules["profanity"]
    assert rules["profanity"]["kind"] == "words"
    assert rules["profanity"]["words"] > 20
    assert rules["personal-data"]["personal"] == ["email", "phone", "card", "china-id", "iban"]
    assert rules["unsafe-picture"] | {"kind": "picture", "classifier": "open-nsfw"} == rules["unsafe-picture"]
    assert rules["injection"]["classifier"] == "securevector-guardian"
    assert policy["closed"] is True
    assert opened.desk.state["tests"]["count"] > 5
    assert opened.desk.state["tests"]["failed"] == []
    assert opened.desk.state["tests"]["skipped"] == 1
    assert all(plain(state) for state in opened.desk.shown)


async def test_classifiers_that_are_missing_are_named(opening: Open) -> None:
    opened = await opening(guarded("workplace"))
    await opened.panel.open()
    found = {one["name"]: one for one in opened.desk.state["classifiers"]}
    assert set(found) == {"securevector-guardian", "profanity-en", "open-nsfw"}
    assert [one["installed"] for one in found.values()] == [False, False, False]
    assert found["profanity-en"]["rules"] == ["offensive"]


async def test_another_policy_is_chosen_for_good(opening: Open) -> None:
    opened = await opening()
    opened.write(HEAD + '[[rules]]\nid = "tea"\nwords = ["tea"]\n')
    await opened.panel.open()
    assert [choice["name"] for choice in opened.desk.state["choices"]] == [
        "default", "kiosk-public", "mine", "off", "workplace",
    ]  # fmt: skip
    assert opened.choice("mine")["shipped"] is False
    assert opened.choice("default")["chosen"] is True
    await opened.act("use", policy="mine")
    assert opened.desk.settings.guard.policies == ("mine",)
    assert opened.choice("mine")["chosen"] is True
    assert [rule["id"] for rule in opened.desk.state["policy"]["rules"]] == ["tea"]
    assert (await opened.tried("Some tea?"))["action"] == "block"


async def test_a_broken_file_is_told_in_its_place_and_cannot_be_chosen(opening: Open) -> None:
    opened = await opening()
    opened.write(HEAD + "colour = 1\n")
    await opened.panel.open()
    assert "unknown key 'colour'" in opened.choice("mine")["error"]["message"]
    with pytest.raises(BadPolicy):
        await opened.act("use", policy="mine")
    assert opened.desk.changes == []


async def test_a_policy_that_breaks_while_it_is_shown_goes_on_counting_and_says_so(
    opening: Open, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(module, "LOOK_S", 0.01)
    opened = await opening(guarded("mine"))
    opened.write(HEAD + '[[rules]]\nid = "tea"\nwords = ["tea"]\n')
    await opened.panel.open()
    assert opened.desk.state["policy"]["error"] == {}
    opened.write(HEAD + "[[rules]]\nid = \n")
    await opened.desk.until(lambda: bool(opened.desk.state["policy"]["error"]))
    policy = opened.desk.state["policy"]
    assert policy["stale"] is True
    assert "it is not TOML" in policy["error"]["message"]
    assert [rule["id"] for rule in policy["rules"]] == ["tea"]
    assert (await opened.tried("tea"))["action"] == "block"
    opened.write(HEAD)
    await opened.desk.until(lambda: not opened.desk.state["policy"]["error"])
    assert opened.desk.state["policy"]["rules"] == []
    assert "goes on" in caplog.text
    assert caplog.records[0].levelno == logging.WARNING


async def test_a_policy_that_never_could_be_read_is_an_error_on_the_page(opening: Open) -> None:
    opened = await opening(guarded("nowhere"))
    await opened.panel.open()
    assert "there is no policy nowhere" in opened.desk.state["policy"]["error"]["message"]
    assert opened.desk.state["policy"]["stale"] is False
    assert opened.choice("nowhere")["error"]
    await opened.act("use", policy="default")
    assert opened.desk.state["policy"]["error"] == {}


async def test_a_policy_of_the_environment_cannot_be_chosen_here(
    opening: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MYNA_GUARD_POLICIES", "workplace")
    opened = await opening(guarded("workplace"))
    await opened.panel.open()
    assert opened.desk.state["policy"]["locked"] is True


async def test_a_text_is_tried_with_its_findings_and_their_places(opening: Open) -> None:
    opened = await opening(guarded("workplace"))
    await opened.panel.open()
    text = "Write to jane.doe@example.org, you bastard"
    found = await opened.tried(text)
    assert found["action"] == "mask"
    assert [(one["number"], one["rule"], one["level"], one["action"]) for one in found["findings"]] == [
        (1, "personal-data", 1, "mask"),
        (2, "profanity", 1, "mask"),
    ]
    assert "".join(piece["text"] for piece in found["pieces"]) == text
    assert [piece["text"] for piece in found["pieces"] if piece["marks"] == [1]] == ["jane.doe@example.org"]
    assert "jane.doe" not in found["text"]
    assert (await opened.tried("My <b>&amp;"))["action"] == "allow"
    assert plain(opened.desk.state["tried"])


async def test_a_text_is_judged_as_what_it_is(opening: Open) -> None:
    opened = await opening(guarded("default"))
    await opened.panel.open()
    assert (await opened.tried("you bastard"))["action"] == "allow"
    assert (await opened.tried("you bastard", "answer"))["findings"][0]["level"] == 3
    with pytest.raises(UsageError):
        await opened.tried("x", "nobody")


async def test_a_million_characters_are_judged_and_shown_in_short(opening: Open) -> None:
    opened = await opening(guarded("workplace"))
    await opened.panel.open()
    found = await opened.tried("lorem ipsum " * 90_000 + "jane.doe@example.org")
    assert found["length"] > 1_000_000
    assert [one["rule"] for one in found["findings"]] == ["personal-data"]
    assert sum(len(piece["text"]) for piece in found["pieces"]) < 5_000
    assert len(found["text"]) + found["cut"] < found["length"]
    with pytest.raises(UsageError):
        await opened.tried("x" * 5_000_001)


def test_pieces_of_a_long_text_are_what_is_around_the_findings() -> None:
    from myna_guard.findings import Found

    found = [Found("r", 1, "user", "log", 5_000, 5_010, 0.0), Found("s", 1, "user", "log", 5_005, 9_000, 0.0)]
    made = pieces("x" * 10_000, found)
    assert [piece["marks"] for piece in made] == [[], [], [1], [1, 2], [2], [2], [], []]
    assert sum(len(piece["text"]) + piece["more"] for piece in made) == 10_000


async def test_findings_of_the_program_are_listed_without_texts(opening: Open) -> None:
    opened = await opening()
    about = {"turn": "t", "epoch": 0, "policy": "default", "origin": "user"}
    finding = GuardFinding(**about, rule="self-harm", level=1, action="block", start=3, end=9, ms=0.5)
    opened.host.observe(finding)
    await opened.panel.open()
    assert [row["rule"] for row in opened.desk.state["recent"]] == ["self-harm"]
    opened.host.observe(GuardFailed(**about, part="profanity-en", closed=True))
    assert [(row["rule"], row["action"]) for row in opened.desk.state["recent"]] == [
        ("profanity-en", "fail-closed"),
        ("self-harm", "block"),
    ]
    assert plain(opened.desk.state["recent"])
    await opened.panel.close()
    opened.closed = True
    shown = len(opened.desk.shown)
    opened.host.observe(finding)
    assert len(opened.desk.shown) == shown


def test_only_the_last_findings_are_kept() -> None:
    recent = Recent(clock=lambda: 2.0)
    for number in range(KEPT + 5):
        recent.hear(
            GuardFinding(
                turn="t", epoch=0, policy="p", rule=str(number), level=1, origin="user", action="log",
                start=0, end=1, ms=0.0,
            )
        )  # fmt: skip
    assert len(recent.rows()) == KEPT
    assert recent.rows()[0] | {"rule": str(KEPT + 4), "time": 2000.0} == recent.rows()[0]


async def test_findings_on_the_audit_record_are_listed(opening: Open) -> None:
    from myna.audit.records import Entry

    opened = await opening(Settings(audit=AuditSettings(mode="metadata")))
    audit = opened.desk.assistant.audit
    data = {"turn": "t", "policy": "default", "rule": "self-harm", "origin": "user", "action": "block"}
    await audit.write([Entry("finding", data), Entry("model", {"name": "x"})], audit.policy())
    await opened.panel.open()
    assert opened.desk.state["audit"] == "metadata"
    [row] = opened.desk.state["recorded"]
    assert row["rule"] == "self-harm"
    assert row["time"] > 1_500_000_000_000


async def test_the_help_line_is_kept_and_told(opening: Open) -> None:
    opened = await opening()
    await opened.panel.open()
    await opened.act("help-line", text="  0800 \n 123 ")
    assert opened.desk.state["help_line"] == "0800 123"
    assert opened.desk.settings.guard.help_line == "0800 123"
    with pytest.raises(UsageError):
        await opened.act("help-line", text="1" * 201)


async def test_errors_are_told_in_chinese(opening: Open) -> None:
    opened = await opening(guarded("nowhere"), language="zh")
    await opened.panel.open()
    assert "没有策略 nowhere" in opened.desk.state["policy"]["error"]["message"]
