"""`myna audit`, and what other commands have recorded."""

from __future__ import annotations

import csv
import io
import json
import shutil

import anyio
import pytest

from myna.audit.export import harmless
from myna.audit.files import Files
from myna.audit.journal import Journal
from myna.audit.places import Places
from myna.audit.records import Entry, decode, encode, own_hash
from myna.audit.verify import verify
from myna.cli.main import run
from myna.config import AuditSettings
from myna.errors import DiskFull
from myna.messages import user
from myna.paths import Paths
from myna.store import ConversationStore


@pytest.fixture
def places() -> Places:
    return Places.find(Paths.find(), AuditSettings())


@pytest.fixture
def filled(places) -> Places:
    journal = Journal(places)
    journal.append([Entry("question", {"turn": "t"}, "c1", {"question": "=1+1"})], "full")
    journal.append([Entry("answer", {"turn": "t"}, "c1", {"answer": "two"})], "redacted")
    journal.append([Entry("admin", {"action": "models.remove"})], "metadata")
    return places


def records(places: Places):
    return [decode(line) for line in places.log.read_bytes().splitlines()]


def test_verify_says_what_to_note_down(filled, capsys):
    assert run(["audit", "verify"]) == 0
    first, second = capsys.readouterr().out.splitlines()
    last = records(filled)[-1]
    assert first == "3 records, 1 to 3, are what was written."
    assert second == f"3:{last.hash}"
    assert run(["audit", "verify", "--expect", second]) == 0
    assert run(["audit", "verify", "--expect", f"2:{last.hash}"]) == 6


def test_verify_of_nothing(capsys):
    assert run(["audit", "verify"]) == 0
    assert capsys.readouterr().out == "Nothing was recorded yet.\n"


def test_verify_of_a_changed_log_names_the_record(filled, capsys):
    filled.log.write_bytes(filled.log.read_bytes().replace(b"models.remove", b"models.REMOVE"))
    assert run(["audit", "verify"]) == 6
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.splitlines()[0] == "myna: the audit log was changed: record 3 is not what was written"
    assert run(["audit", "verify", "--json"]) == 6
    told = capsys.readouterr()
    assert json.loads(told.out)["problem"]["record"] == 3
    assert json.loads(told.err)["error"]["code"] == "audit-broken"


def test_verify_in_chinese(filled, capsys, monkeypatch):
    monkeypatch.setenv("MYNA_LANGUAGE", "zh")
    filled.log.write_bytes(filled.log.read_bytes()[:-30])
    assert run(["audit", "verify"]) == 6
    assert "审计记录已被改动：第 3 条记录与写入时不同" in capsys.readouterr().err


def test_a_torn_write_is_no_failure(filled, capsys):
    with filled.log.open("ab") as file:
        file.write(b'{"content":{},"da')
    assert run(["audit", "verify"]) == 0
    assert "A crash interrupted the last write" in capsys.readouterr().err


def test_a_copy_is_verified_where_it_is(filled, tmp_path, capsys):
    shutil.copytree(filled.folder, tmp_path / "copy")
    filled.log.write_bytes(b"")
    assert run(["audit", "verify", str(tmp_path / "copy")]) == 0
    assert run(["audit", "verify"]) == 6
    assert run(["audit", "verify", str(tmp_path / "none")]) == 6


@pytest.mark.parametrize("expected", ["", "3", "0:" + "a" * 64, "3:zz", "3:" + "a" * 63])
def test_an_expectation_that_is_none(filled, expected, capsys):
    assert run(["audit", "verify", "--expect", expected]) == 2


def test_exported_lines_still_verify(filled, capsys):
    assert run(["audit", "export"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    for line, record in zip(lines, records(filled), strict=True):
        assert decode(encode(line["record"])) == record
        assert own_hash(record) == record.hash
    assert lines[0]["texts"] == {"question": {"text": "=1+1"}}
    assert sorted(lines[1]["texts"]["answer"]) == ["salt", "sha256"]


def test_a_removed_text_is_null(filled, capsys):
    Journal(filled).forget("c1", "deleted")
    assert run(["audit", "export", "--kind", "question"]) == 0
    assert json.loads(capsys.readouterr().out)["texts"] == {"question": None}


def test_a_table_holds_no_formulas(filled, tmp_path, capsys):
    file = tmp_path / "audit.csv"
    assert run(["audit", "export", "-o", str(file)]) == 0
    rows = list(csv.DictReader(io.StringIO(file.read_bytes().decode())))
    assert [row["kind"] for row in rows] == ["question", "answer", "admin"]
    assert rows[0]["text"] == "'=1+1"
    assert run(["audit", "export", "-o", str(file)]) == 6


@pytest.mark.parametrize(
    "cell", ["=1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "＝1", "　=1", "|cmd", "\ufeff=1"]
)
def test_a_formula_becomes_text(cell):
    assert harmless(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "a=1", "1-2", "你好", "{}"])
def test_what_is_no_formula_stays(cell):
    assert harmless(cell) == cell


def test_chosen_records(filled, capsys):
    assert run(["audit", "export", "--kind", "admin", "--kind", "answer"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 2
    assert run(["audit", "export", "--since", "2999-01-01"]) == 0
    assert capsys.readouterr().out == ""
    assert run(["audit", "export", "--since", "yesterday"]) == 2
    assert run(["audit", "export", "--kind", "answers"]) == 2
    assert "answer" in capsys.readouterr().err


def test_a_changed_log_is_exported_as_far_as_it_goes_and_said(filled, capsys):
    lines = filled.log.read_bytes().splitlines(keepends=True)
    filled.log.write_bytes(b"".join([lines[0], b"garbage\n", lines[2]]))
    assert run(["audit", "export"]) == 6
    assert len(capsys.readouterr().out.splitlines()) == 2


# what other commands have recorded


def test_a_setting_is_recorded_by_the_policies_before_and_after(places, capsys):
    assert run(["config", "set", "chat.temperature", "0.5"]) == 0
    assert not places.folder.exists()
    assert run(["config", "set", "audit.mode", "full"]) == 0
    assert run(["config", "set", "chat.system", "Be kind."]) == 0
    assert run(["config", "set", "store.url", "postgresql://me:secret@host/myna"]) == 0
    assert run(["config", "set", "audit.mode", "off"]) == 0
    assert run(["config", "set", "chat.temperature", "0.7"]) == 0
    first, *found = records(places)
    # What was set while nothing was recorded.
    assert (first.data["action"], first.data["settings"]) == ("config.edited", ["chat.temperature"])
    assert [(one.data["setting"], one.data["phase"]) for one in found] == [
        (key, phase) for key in ("audit.mode", "chat.system", "store.url", "audit.mode") for phase in ("begun", "done")
    ]
    assert (found[0].data["old"], found[0].data["new"]) == ("off", "full")
    assert (found[-1].data["old"], found[-1].data["new"]) == ("full", "off")
    assert "new" not in found[2].data
    everything = b"".join(path.read_bytes() for path in places.folder.rglob("*") if path.is_file())
    assert b"Be kind." in everything
    assert b"secret" not in everything
    assert verify(places).ok


def test_a_setting_that_does_not_fit_is_not_recorded(places, capsys):
    assert run(["config", "set", "audit.mode", "full"]) == 0
    assert run(["config", "set", "chat.temperature", "hot"]) == 2
    assert run(["config", "set", "chat.temprature", "1"]) == 2
    assert len(records(places)) == 2


def test_a_broken_settings_file_can_still_be_mended(places, capsys):
    file = Paths.find().config / "config.toml"
    file.parent.mkdir(parents=True)
    file.write_text("[chat]\ntemperature = 99\n")
    assert run(["config", "set", "chat.temperature", "0.5"]) == 0


def test_a_setting_that_cannot_be_recorded_is_not_changed(places, capsys, monkeypatch, caplog):
    for key, value in (("audit.mode", "full"), ("audit.on_failure", "closed")):
        assert run(["config", "set", key, value]) == 0

    def full(self, descriptor, data):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Files, "write", full)
    assert run(["config", "set", "audit.mode", "off"]) == 3
    monkeypatch.undo()
    assert "disk is full" in capsys.readouterr().err


async def kept(question: str) -> str:
    paths = Paths.find()
    paths.data.mkdir(parents=True, exist_ok=True)
    store = await ConversationStore.open(paths.database, attachments=paths.data / "attachments")
    conversation = await store.create()
    await store.append(conversation.id, user(question), parent=None)
    await store.close()
    return conversation.id


@pytest.mark.parametrize("mode", ["full", "off"])
def test_deleting_a_conversation_removes_its_texts_from_the_record(places, capsys, monkeypatch, mode):
    deleted, other = anyio.run(kept, "a deleted word"), anyio.run(kept, "another word")
    for one, text in ((deleted, "a deleted word"), (other, "another word")):
        Journal(places).append([Entry("question", {}, one, {"question": text})], "full")
    monkeypatch.setenv("MYNA_AUDIT_MODE", mode)
    assert run(["conversations", "delete", deleted]) == 0
    everything = b"".join(path.read_bytes() for path in Paths.find().data.rglob("*") if path.is_file())
    assert b"deleted word" not in everything
    assert b"another word" in everything
    report = verify(places)
    assert (report.ok, report.texts, report.removed) == (True, 1, 1)
    actions = [(one.data["action"], one.data["phase"]) for one in records(places) if one.kind == "admin"]
    wanted = [("conversations.delete", "begun"), ("conversations.delete", "done")]
    assert actions == (wanted if mode == "full" else [])


def test_what_is_done_to_models_is_recorded_and_how_it_ended(places, capsys, monkeypatch):
    monkeypatch.setenv("MYNA_AUDIT_MODE", "metadata")
    assert run(["models", "remove", "smollm2-135m-instruct"]) == 3
    assert records(places)[1].data["error"] == "model-missing"
    assert [(one.data["action"], one.data["models"], one.data["phase"]) for one in records(places)] == [
        ("models.remove", ["smollm2-135m-instruct"], phase) for phase in ("begun", "failed")
    ]


def findings(capsys):
    run(["doctor", "--json"])
    found = json.loads(capsys.readouterr().out)["findings"]
    return [(one["level"], one["text"]) for one in found if one["area"] == "audit"]


def test_the_doctor_looks_at_it(filled, capsys, monkeypatch, caplog):
    assert findings(capsys) == []
    monkeypatch.setenv("MYNA_AUDIT_MODE", "full")
    assert findings(capsys)[-1] == ("ok", "3 records; it can be written")
    Journal(filled).missed(2, DiskFull("full"))
    assert findings(capsys)[-1][0] == "problem"
    assert "2 records could not be written" in findings(capsys)[-1][1]
    filled.anchor.unlink()
    assert [level for level, _ in findings(capsys)] == ["problem"]


def test_the_doctor_tries_whether_there_is_room(filled, capsys, monkeypatch):
    monkeypatch.setenv("MYNA_AUDIT_MODE", "full")

    def full(self, descriptor, data):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Files, "write", full)
    [(level, text)] = findings(capsys)
    assert level == "problem"
    assert text.startswith("the disk is full")
