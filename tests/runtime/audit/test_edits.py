"""Changes of the settings file by hand are on record, once, and before what comes after them."""

from __future__ import annotations

import asyncio

import pytest

from myna.audit.edits import Edits
from myna.audit.files import Files
from myna.audit.gap import read_gap
from myna.audit.journal import Journal
from myna.audit.log import AuditLog
from myna.audit.places import Places
from myna.audit.policy import AuditPolicy
from myna.audit.records import Entry, decode
from myna.audit.verify import verify
from myna.cli.main import run
from myna.config import AuditSettings
from myna.paths import Paths
from myna.settings import config_file


@pytest.fixture
def places() -> Places:
    return Places.find(Paths.find(), AuditSettings())


def edit(text: str) -> None:
    file = config_file(Paths.find())
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def records(places):
    return [decode(line) for line in places.log.read_bytes().splitlines()]


def test_an_edit_is_recorded_once_and_again_after_the_next(places):
    edits = Edits(Journal(places), Paths.find())
    edits.record("full")
    assert not places.log.exists()
    edit("[chat]\ntemperature = 0.5\n")
    for _ in range(3):
        Edits(Journal(places), Paths.find()).record("full")
    edit('[chat]\ntemperature = 0.7\n[guard]\npolicies = ["off"]\n')
    edits.record("full")
    edit('[guard]\npolicies = ["off"]\n')
    edits.record("full")
    found = records(places)
    assert [(one.kind, one.data["action"], one.data["settings"]) for one in found] == [
        ("setting", "config.edited", ["chat.temperature"]),
        ("setting", "config.edited", ["chat.temperature", "guard.policies"]),
        ("setting", "config.edited", ["chat.temperature"]),
    ]
    assert len({one.data["sha256"] for one in found}) == 3
    texts = places.content.joinpath("settings.jsonl").read_text(encoding="utf-8")
    assert '{\\"chat.temperature\\": 0.7, \\"guard.policies\\": [\\"off\\"]}' in texts
    assert verify(places).problem is None


def test_nothing_is_kept_where_nothing_is_recorded(places):
    edit("[chat]\ntemperature = 0.5\n")
    Edits(Journal(places), Paths.find()).record("off")
    assert not places.folder.exists()


def test_passwords_are_not_recorded(places):
    edit('[store]\nurl = "postgresql://myna:secret@db/myna"\n')
    Edits(Journal(places), Paths.find()).record("full")
    written = b"".join(path.read_bytes() for path in places.folder.rglob("*") if path.is_file())
    assert b"secret" not in written
    assert b"myna:***@db" in written


async def test_an_edit_comes_before_the_first_record_of_a_process(places):
    edit("[chat]\ntemperature = 0.5\n")
    journal = Journal(places)
    log = AuditLog(journal, lambda: AuditPolicy("metadata"), edits=Edits(journal, Paths.find()))
    await asyncio.gather(*(log.write([Entry("question", {"turn": f"t{at}"})], log.policy()) for at in range(3)))
    await log.close()
    assert [one.kind for one in records(places)] == ["setting", "question", "question", "question"]


def test_what_config_set_changes_is_no_edit(places):
    assert run(["config", "set", "audit.mode", "metadata"]) == 0
    assert run(["config", "set", "chat.temperature", "0.5"]) == 0
    edit(config_file(Paths.find()).read_text(encoding="utf-8").replace("0.5", "0.9"))
    assert run(["config", "set", "chat.max_tokens", "100"]) == 0
    assert run(["config", "set", "chat.max_tokens", "200"]) == 0
    seen = [(one.data["action"], one.data.get("setting") or one.data["settings"]) for one in records(places)]
    assert seen[:4] == [("config.set", "audit.mode")] * 2 + [("config.set", "chat.temperature")] * 2
    assert seen[4:] == [("config.edited", ["chat.temperature"]), *[("config.set", "chat.max_tokens")] * 4]


@pytest.mark.logs
def test_an_edit_that_cannot_be_recorded_is_counted_and_tried_again(places):
    class Full(Files):
        full = True

        def write(self, descriptor, data):
            if self.full and b"config.edited" in data:
                raise OSError(28, "No space left on device")
            super().write(descriptor, data)

    edit("[chat]\ntemperature = 0.5\n")
    files = Full()
    edits = Edits(Journal(places, files=files), Paths.find())
    edits.record("metadata")
    assert read_gap(places).missed == 1
    files.full = False
    edits.record("metadata")
    assert [one.kind for one in records(places)] == ["gap", "setting"]
    assert verify(places).problem is None


def test_a_settings_file_that_cannot_be_read_stops_nothing(places):
    edit("= nonsense")
    Edits(Journal(places), Paths.find()).record("metadata")
    assert not places.log.exists()
