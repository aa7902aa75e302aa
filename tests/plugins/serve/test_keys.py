"""API keys: shown once, kept as hashes, checked in constant time, and gone when they are revoked."""

from __future__ import annotations

import hmac
import json
import stat
import time

import pytest
from click.testing import CliRunner

from myna.cli.context import Context
from myna.errors import BadConfig, StoreFailed, UsageError
from myna_serve.access.budget import valid
from myna_serve.access.key import fits, id_of, make_key
from myna_serve.access.keys import Keys
from myna_serve.command import serve


@pytest.fixture
def keys(tmp_path):
    opened = Keys(tmp_path / "folder" / "keys.db")
    yield opened
    opened.close()


def test_a_key_opens_until_it_is_revoked(keys):
    secret, key = make_key("kiosk", ("chat",))
    keys.add(key)
    assert keys.check(secret) == key
    assert keys.any_active()
    assert [one.name for one in keys.revoke("kiosk")] == ["kiosk"]
    assert keys.check(secret) is None
    assert not keys.any_active()
    with pytest.raises(UsageError):
        keys.revoke("kiosk")


def test_only_the_hash_is_kept_and_nobody_else_reads_the_file(keys, tmp_path):
    secret, key = make_key("kiosk", ("chat",))
    keys.add(key)
    file = tmp_path / "folder" / "keys.db"
    assert secret.split("_", 2)[-1].encode() not in file.read_bytes()
    assert key.sha256.encode() in file.read_bytes()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_an_expired_key_opens_nothing(keys):
    secret, key = make_key("old", ("chat",), expires=time.time() - 1)
    keys.add(key)
    assert keys.check(secret) is None
    assert not keys.any_active()


@pytest.mark.parametrize("change", [lambda s: s[:-1], lambda s: s + "x", lambda s: s[:-1] + "*", lambda s: s.upper()])
def test_what_is_not_quite_a_key_opens_nothing(keys, change):
    secret, key = make_key("kiosk", ("chat",))
    keys.add(key)
    assert keys.check(change(secret)) is None


@pytest.fixture
def compared(monkeypatch):
    """What is compared in constant time, and what comes of it where a test says so."""
    seen, decided, real = [], [], hmac.compare_digest

    def compare(one, other):
        seen.append((one, other))
        return decided[0] if decided else real(one, other)

    monkeypatch.setattr("myna_serve.access.key.hmac.compare_digest", compare)
    return seen, decided


def test_a_right_a_wrong_and_an_unknown_key_are_compared_in_the_same_way(keys, compared):
    seen, _ = compared
    secret, key = make_key("kiosk", ("chat",))
    keys.add(key)
    almost = secret[:-1] + ("A" if secret[-1] != "A" else "B")
    far = secret[: -len(secret.split("_", 2)[2])] + "A" * 43
    unknown, _ = make_key("nobody", ("chat",))
    expired, old = make_key("old", ("chat",), expires=time.time() - 1)
    keys.add(old)
    assert [keys.check(one) for one in (secret, almost, far, unknown, expired)] == [key, None, None, None, None]
    # One comparison each, of two hashes of the same length: how much of a secret is right shows nowhere.
    assert [(len(one), len(other)) for one, other in seen] == [(64, 64)] * 5
    assert not any(part in one for one, _ in seen for part in (secret, key.id))


def test_that_comparison_is_what_decides(keys, compared):
    _, decided = compared
    secret, key = make_key("kiosk", ("chat",))
    keys.add(key)
    decided.append(False)
    assert keys.check(secret) is None
    decided[0] = True
    # Not even then does what there is no key for open anything.
    assert keys.check(make_key("nobody", ("chat",))[0]) is None
    assert keys.check(secret[:-1] + "A") == key


def test_a_secret_of_another_key_does_not_fit():
    secret, key = make_key("a", ("chat",))
    other, _ = make_key("b", ("chat",))
    assert fits(secret, key)
    assert not fits(other, key)
    assert not fits(secret, None)
    assert id_of(f"myna_{key.id}_short") is None
    assert id_of("") is None


def test_a_name_is_free_again_once_it_was_revoked(keys):
    keys.add(make_key("kiosk", ("chat",))[1])
    with pytest.raises(UsageError):
        keys.add(make_key("kiosk", ("chat",))[1])
    keys.revoke("kiosk")
    keys.add(make_key("kiosk", ("chat",))[1])
    assert [key.active() for key in keys.all()] == [False, True]


def test_a_scope_of_a_later_version_opens_nothing(keys):
    keys.add(make_key("kiosk", ("chat", "teleport"))[1])  # type: ignore[arg-type]
    assert keys.all()[0].scopes == ("chat",)


def test_a_broken_database_is_a_clear_error(tmp_path):
    (tmp_path / "keys.db").write_bytes(b"no database at all" * 100)
    with pytest.raises(StoreFailed, match="API keys"):
        Keys(tmp_path / "keys.db")


def test_a_wrong_url_is_not_repeated():
    with pytest.raises(BadConfig) as raised:
        Keys("postgresql//user:secret@host")
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize(
    ("limit", "good"), [("60/minute", True), ("5 per 2 hours", True), ("lots", False), ("0/day", False)]
)
def test_limits(limit, good):
    assert valid(limit) == good


def run(*arguments, ok=True):
    done = CliRunner().invoke(serve, ["keys", *arguments], obj=Context(json="list" in arguments or "add" in arguments))
    assert (done.exit_code == 0) == ok, done.output
    return done


def test_the_commands_add_list_and_revoke(own_home):
    made = json.loads(run("add", "kiosk-3", "--requests", "60/minute", "--expires", "30d", "--scope", "chat").stdout)
    assert made["key"].startswith("myna_")
    (listed,) = json.loads(run("list").stdout)
    assert "key" not in listed
    assert "sha256" not in listed
    assert (listed["name"], listed["state"], listed["scopes"]) == ("kiosk-3", "active", ["chat"])
    assert listed["requests"] == "60/minute"
    assert listed["expires"] - time.time() == pytest.approx(30 * 86_400, abs=600)
    run("revoke", "kiosk-3")
    assert json.loads(run("list").stdout)[0]["state"] == "revoked"


@pytest.mark.parametrize(
    "wrong",
    [
        ("add", ""),
        ("add", " x"),
        ("add", "a\nb"),
        ("add", "x" * 101),
        ("add", "x", "--requests", "many"),
        ("add", "x", "--tokens", "1/eternity"),
        ("add", "x", "--expires", "tomorrow"),
        ("add", "x", "--expires", "2001-01-01"),
        ("add", "x", "--expires", "0d"),
        ("add", "x", "--scope", "everything"),
        ("revoke", "nobody"),
    ],
)
def test_wrong_usage_is_refused(own_home, wrong):
    assert isinstance(run(*wrong, ok=False).exception, UsageError | SystemExit)
    assert json.loads(run("list").stdout) == []
