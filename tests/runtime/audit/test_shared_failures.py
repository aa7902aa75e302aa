"""A database that is not there, that goes away and comes back, and an address that names none."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

import stores
from myna.audit.gap import read_gap
from myna.audit.health import check_audit
from myna.audit.journal import Journal
from myna.audit.log import AuditLog
from myna.audit.places import Places
from myna.audit.policy import AuditPolicy
from myna.audit.records import Entry, decode
from myna.audit.verify import verify
from myna.cli.main import run
from myna.config import AuditSettings, PluginSettings, Settings
from myna.errors import AuditFailed, BadConfig, ExtraMissing
from myna.host import PluginHost
from myna.paths import Paths

OPEN = AuditPolicy("metadata")
CLOSED = AuditPolicy("metadata", on_failure="closed")
SECRET = "hunter2"
HOST = PluginHost.load(PluginSettings(), entry_points=())


class Line:
    """The way to a database, which can be cut."""

    def __init__(self, database: str, link: Path) -> None:
        self._database = database
        self._link = link
        self._socket = Path(database.partition("?host=")[2])
        self.url = f"{database.partition('?')[0]}?host={link}"
        self.mend()

    def cut(self) -> None:
        """Connections end, and new ones find nothing."""
        self._link.unlink()
        with psycopg.connect(self._database, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )

    def mend(self) -> None:
        self._link.symlink_to(self._socket)


@pytest.fixture
def line(database: str, postgres: str, tmp_path: Path) -> Line:
    link = Path(f"{postgres}/{database.partition('?')[0].rpartition('/')[2]}")
    return Line(database, link)


@pytest.fixture
def places(line: Line, tmp_path: Path) -> Places:
    return Places(tmp_path / "audit", tmp_path / "audit" / "head.json", line.url)


def kinds(database: str) -> list[str]:
    with psycopg.connect(database) as connection:
        lines = connection.execute("SELECT line FROM myna_audit_records ORDER BY seq").fetchall()
    return [decode(line).kind for (line,) in lines]


# lost and found


@pytest.mark.logs
async def test_open_goes_on_and_records_the_gap_when_it_can(line, places, database):
    log = AuditLog(Journal(places, lasting=True), lambda: OPEN)
    await log.write([Entry("admin")], OPEN)
    line.cut()
    await log.write([Entry("question"), Entry("answer")], OPEN)
    await log.write([Entry("question")], OPEN)
    assert (read_gap(places).missed, read_gap(places).code) == (3, "audit-failed")
    with pytest.raises(AuditFailed, match="cannot be used"):
        verify(places)
    line.mend()
    await log.write([Entry("model")], OPEN)
    await log.close()
    assert read_gap(places) is None
    assert kinds(database) == ["admin", "gap", "model"]
    assert (verify(places).ok, verify(places).missed) == (True, 3)


@pytest.mark.logs
async def test_closed_says_so_each_time_and_goes_on_when_it_can(line, places, database):
    log = AuditLog(Journal(places, lasting=True), lambda: CLOSED)
    await log.write([Entry("admin")], CLOSED)
    line.cut()
    for _ in range(2):
        with pytest.raises(AuditFailed) as raised:
            await log.write([Entry("question")], CLOSED)
        assert "audit.url" in raised.value.hint
    line.mend()
    await log.write([Entry("question")], CLOSED)
    await log.close()
    assert kinds(database) == ["admin", "gap", "question"]


def test_a_connection_lost_within_a_step_leaves_nothing_of_it(line, places, database):
    journal = Journal(places, lasting=True)
    journal.append([Entry("admin")], "metadata")

    def torn() -> None:
        with journal.storage.writing() as step:
            journal.step(step, [Entry("question")], "metadata")
            line.cut()

    with pytest.raises(AuditFailed):
        torn()
    line.mend()
    journal.append([Entry("answer")], "metadata")
    journal.close()
    assert kinds(database) == ["admin", "answer"]
    assert verify(places).ok


def test_what_cannot_be_reached_keeps_its_texts_and_says_so(line, places):
    journal = Journal(places)
    journal.append([Entry("question", group="c1", content={"question": "secret"})], "full")
    line.cut()
    with pytest.raises(AuditFailed):
        journal.forget("c1", "deleted")
    line.mend()
    assert journal.forget("c1", "deleted")


def test_a_journal_may_be_used_again_after_it_was_closed(places, database):
    journal = Journal(places, lasting=True)
    journal.append([Entry("admin")], "metadata")
    journal.close()
    journal.append([Entry("model")], "metadata")
    journal.close()
    assert kinds(database) == ["admin", "model"]


# addresses


@pytest.mark.parametrize(
    ("url", "told"),
    [
        (f"postgresql//me:{SECRET}@db", "audit.url is not a database URL"),
        (f"postgresql://me:{SECRET}@db:port/x", "audit.url is not a database URL"),
        ("log", "audit.url is not a database URL"),
        (f"mysql://me:{SECRET}@db/x", "the audit log can be in PostgreSQL, and not in mysql"),
        ("sqlite:///audit.db", "the audit log can be in PostgreSQL, and not in sqlite"),
        (f"nosuch://me:{SECRET}@db/x", "the audit log can be in PostgreSQL, and not in nosuch"),
        (f"https://me:{SECRET}@db/x", "the audit log can be in PostgreSQL, and not in https"),
    ],
)
def test_what_names_no_database_is_said_without_the_password(tmp_path, url, told):
    with pytest.raises(BadConfig, match=re.escape(told)) as raised:
        Journal(Places.find(Paths.find(tmp_path), AuditSettings(url=url)))
    assert raised.value.hint == "for example postgresql://user@host/myna"
    assert SECRET not in raised.value.message


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://me:{SECRET}@127.0.0.1:1/x",
        f"postgres://127.0.0.1:1/x?user=me&password={SECRET}",
        f"postgresql+psycopg2://me:{SECRET}@127.0.0.1:1/x?application_name={SECRET}",
        f"postgresql://me:{SECRET}@127.0.0.1/x?port=1&nosuch={SECRET}",
    ],
)
def test_an_unreachable_server_is_said_without_the_password(tmp_path, url, caplog):
    journal = Journal(Places.find(Paths.find(tmp_path), AuditSettings(url=url)))
    with pytest.raises(AuditFailed, match=r"the audit log postgresql://.*127\.0\.0\.1.*cannot be used") as raised:
        journal.append([Entry("admin")], "metadata")
    journal.missed(1, raised.value)
    assert SECRET not in raised.value.message + raised.value.hint + caplog.text


def test_a_driver_that_is_not_installed_is_named(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(ExtraMissing) as raised:
        Journal(Places.find(Paths.find(tmp_path), AuditSettings(url="postgresql://db/x")))
    assert raised.value.hint == "pip install 'myna[postgres]'"


# the command line


@pytest.fixture
def named(database: str) -> str:
    """The setting, with a password that this database does not ask for."""
    url = database.replace("myna@", f"myna:{SECRET}@")
    for key, value in (("audit.url", url), ("audit.mode", "full")):
        assert run(["config", "set", key, value]) == 0
    return url


def test_commands_work_on_it_alike(named, capsys, tmp_path):
    assert run(["config", "set", "chat.temperature", "0.5"]) == 0
    capsys.readouterr()
    assert run(["audit", "verify"]) == 0
    count, last = capsys.readouterr().out.splitlines()
    assert re.fullmatch(r"\d records, 1 to \d, are what was written\.", count)
    assert run(["audit", "verify", "--expect", last]) == 0
    capsys.readouterr()
    assert run(["audit", "export", "--kind", "setting"]) == 0
    exported = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert exported[-1]["record"]["data"]["setting"] == "chat.temperature"
    assert run(["audit", "export", "-o", str(tmp_path / "log.csv")]) == 0
    assert "chat.temperature" in (tmp_path / "log.csv").read_text(encoding="utf-8")
    assert run(["conversations", "list"]) == 0
    with psycopg.connect(named) as connection:
        connection.execute("UPDATE myna_audit_records SET line = line || 'x' WHERE seq = 1")
    capsys.readouterr()
    assert run(["audit", "verify"]) == 6
    told = capsys.readouterr().err
    assert told.splitlines()[0] == "myna: the audit log was changed: record 1 is not what was written"
    assert "drop" in told


def test_the_password_is_nowhere_to_be_seen(named, capsys, caplog):
    assert run(["config", "set", "audit.url", named]) == 0
    assert run(["config", "set", "audit.url", named, "--json"]) == 0
    assert run(["config", "show"]) == 0
    assert run(["config", "show", "--json"]) == 0
    found = check_audit(Paths.find(), Settings(audit=AuditSettings("metadata", url=named)), HOST)
    assert [one.level for one in found] == ["ok", "ok"]
    with psycopg.connect(named) as connection:
        connection.execute("DELETE FROM myna_audit_head")
    broken = check_audit(Paths.find(), Settings(audit=AuditSettings("metadata", url=named)), HOST)
    assert [one.level for one in broken] == ["problem"]
    assert run(["audit", "verify"]) == 6
    shown = capsys.readouterr()
    assert "myna:***@" in shown.out
    assert SECRET not in shown.out + shown.err + caplog.text + str(found) + str(broken)
    with psycopg.connect(named) as connection:
        texts = connection.execute("SELECT line FROM myna_audit_texts").fetchall()
    assert texts
    assert not any(SECRET.encode() in text for (text,) in texts)


def test_doctor_tries_to_write_and_leaves_nothing(database, tmp_path):
    settings = Settings(audit=AuditSettings("metadata", url=database))
    found = check_audit(Paths.find(), settings, HOST)
    assert [one.level for one in found] == ["ok", "ok"]
    assert found[1].text == "0 records; it can be written"
    with psycopg.connect(database) as connection:
        assert connection.execute("SELECT to_regclass('myna_audit_head')").fetchall() == [(None,)]
    bad = Settings(audit=AuditSettings("metadata", url="mysql://db/x"))
    assert [one.level for one in check_audit(Paths.find(), bad, HOST)] == ["problem"]


def test_an_address_that_names_no_database_is_not_taken_and_can_be_mended(capsys, monkeypatch):
    assert run(["config", "set", "audit.url", f"mysql://me:{SECRET}@db/x"]) == 6
    told = capsys.readouterr().err
    assert "audit.url" in told
    assert SECRET not in told
    file = Paths.find().config / "config.toml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text('[audit]\nmode = "full"\non_failure = "closed"\nurl = "mysql://db/x"\n', encoding="utf-8")
    monkeypatch.setenv("MYNA_LANGUAGE", "zh")
    assert run(["audit", "verify"]) == 6
    assert "审计记录可以放在 PostgreSQL 中" in capsys.readouterr().err
    assert run(["config", "set", "audit.url", ""]) == 0
    assert run(["audit", "verify"]) == 0


# as the documentation shows it


def test_a_copy_made_with_psql_verifies_on_its_own(database, tmp_path):
    """The commands and the program of `docs/audit.md`."""
    page = (Path(__file__).parents[3] / "docs" / "audit.md").read_text(encoding="utf-8")
    [copying] = [
        shown for shown in re.findall(r"^```bash\n(.*?)^```$", page, re.MULTILINE | re.DOTALL) if "psql" in shown
    ]
    [program] = re.findall(r"^```python\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    places = Places(tmp_path / "audit", tmp_path / "audit" / "head.json", database)
    journal = Journal(places)
    for group in ("c1", "c2"):
        journal.append([Entry("question", {"turn": "t"}, group, {"question": 'a "b" \\ 你好 \n \0'})] * 2, "full")
    journal.forget("c1", "deleted")

    def verified() -> int:
        environ = {**os.environ, "PATH": f"{stores.postgres_programs()}:{os.environ['PATH']}", "URL": database}
        subprocess.run(["bash", "-euc", copying], cwd=tmp_path, env=environ, check=True)
        return subprocess.run([sys.executable, "-c", program, tmp_path / "copy"], check=False).returncode

    assert verified() == 0
    with psycopg.connect(database) as connection:
        connection.execute("DELETE FROM myna_audit_texts WHERE record = 3")
    assert verified() == 1
