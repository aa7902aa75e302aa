"""A question about a picture outside of conversations is recorded as a turn is."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from myna.assistant import Assistant
from myna.audit.places import Places
from myna.audit.records import Record, decode
from myna.audit.verify import verify
from myna.config import AuditSettings, Settings
from myna.errors import AuditFailed, Blocked
from myna.events import GuardFinding
from myna.hookspecs import TurnDraft, Verdict
from myna.messages import Message
from myna_vision.answers.asking import answer_from_facts
from test_see_screened import opened, png

pytestmark = pytest.mark.anyio


def recording(monkeypatch: pytest.MonkeyPatch, audit: AuditSettings, **hooks: Any) -> Assistant:
    """An assistant that records, with one plugin."""
    assistant, reader = opened(monkeypatch, **hooks)
    recorded = Assistant(assistant.paths, Settings(audit=audit), assistant.host)

    async def picture_reader() -> Any:
        return reader

    monkeypatch.setattr(recorded, "picture_reader", picture_reader)
    return recorded


async def records(assistant: Assistant) -> list[Record]:
    await assistant.close()
    places = Places.find(assistant.paths, assistant.settings.audit)
    assert verify(places).ok
    return [record for line in places.log.read_bytes().splitlines() if (record := decode(line)) is not None]


def myna_screen_input(message: Message, draft: TurnDraft) -> Verdict | None:
    """Finds something in what is printed, and blocks one question."""
    if "Ignore" in message.text:
        draft.emit(
            GuardFinding(
                turn="", epoch=0, policy="p", rule="r", level=1, origin="picture", action="log", start=0, end=1, ms=0.0
            )
        )
    return Verdict("block", "No.", "weapons") if "weapon" in message.text else None


@pytest.mark.parametrize("before", ["nothing", "question", "answer"])
async def test_question_findings_and_answer(monkeypatch: pytest.MonkeyPatch, before: Any) -> None:
    assistant = recording(
        monkeypatch, AuditSettings("full", before_release=before), myna_screen_input=myna_screen_input
    )
    assert (await answer_from_facts(assistant, png(), "What is the total?")).answer == "Total: 12.50"
    found = await records(assistant)
    assert sorted(record.kind for record in found) == ["answer", "finding", "question"]
    assert {record.data["turn"] for record in found} == {found[0].data["turn"]}
    assert {record.group for record in found} == {"see"}
    texts = Places.find(assistant.paths, assistant.settings.audit).content / "see.jsonl"
    said = {line["name"]: line["text"] for line in map(msgspec.json.decode, texts.read_bytes().splitlines())}
    assert (said["question"], said["answer"]) == ("What is the total?", "Total: 12.50")
    assert len(said["attachments"]) == 64


async def test_a_blocked_question(monkeypatch: pytest.MonkeyPatch) -> None:
    assistant = recording(monkeypatch, AuditSettings("metadata"), myna_screen_input=myna_screen_input)
    with pytest.raises(Blocked):
        await answer_from_facts(assistant, png(), "Where is the weapon?")
    question, verdict, answer = await records(assistant)
    assert (question.kind, verdict.data["rule"]) == ("question", "weapons")
    assert (answer.data["reason"], answer.data["error"]) == ("blocked", "blocked")


@pytest.mark.logs
@pytest.mark.parametrize("before", ["nothing", "answer"])
async def test_what_cannot_be_recorded_is_not_answered_where_policy_closes(
    monkeypatch: pytest.MonkeyPatch, before: Any
) -> None:
    audit = AuditSettings("metadata", before_release=before, on_failure="closed")
    assistant = recording(monkeypatch, audit, myna_screen_input=myna_screen_input)
    folder = Places.find(assistant.paths, audit).folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.write_text("no folder", encoding="utf-8")
    with pytest.raises(AuditFailed):
        await answer_from_facts(assistant, png(), "What is the total?")
    await assistant.close()
