"""`myna desktop --kiosk`, as far as no window is needed."""

from __future__ import annotations

import io
import stat
from pathlib import Path

import pytest

import myna_ui
import test_cli_chinese as cli_chinese
from myna.cli.main import run
from myna_ui.chinese import CHINESE

PIN = "835172"


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PIN}\n"))
    return monkeypatch


def test_a_pin_is_read_and_its_hash_kept(
    typed: pytest.MonkeyPatch, own_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["desktop", "--kiosk", "--set-pin"]) == 0
    file = own_home / "config" / "kiosk.pin"
    assert file.read_text(encoding="ascii").startswith("$argon2id$")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    said = capsys.readouterr()
    assert PIN not in said.out + said.err
    assert str(file) in said.err


def test_the_pin_of_a_named_profile_is_beside_it(typed: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert run(["desktop", "--kiosk", "--profile", str(tmp_path / "hall.toml"), "--set-pin"]) == 0
    assert (tmp_path / "hall.pin").exists()


@pytest.mark.parametrize("pin", ["", "12", "abcd", "1111"])
def test_what_is_no_pin_is_refused(
    monkeypatch: pytest.MonkeyPatch, own_home: Path, pin: str, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{pin}\n"))
    assert run(["desktop", "--kiosk", "--set-pin"]) == 2
    assert "PIN" in capsys.readouterr().err
    assert not (own_home / "config" / "kiosk.pin").exists()


@pytest.mark.parametrize("arguments", [["--set-pin"], ["--profile", "x.toml"]])
def test_what_belongs_to_the_kiosk_needs_it(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["desktop", *arguments]) == 2
    assert "myna desktop --kiosk" in capsys.readouterr().err


def test_a_bad_profile_is_one_line_in_the_persons_language(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    profile = tmp_path / "hall.toml"
    profile.write_text("greting = {}", encoding="utf-8")
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    monkeypatch.setenv("MYNA_LANGUAGE", "zh")
    assert run(["desktop", "--kiosk", "--profile", str(profile)]) == 6
    said = capsys.readouterr().err
    assert "自助机没有这个设置：greting" in said
    assert "greeting" in said
    assert "Traceback" not in said


def test_without_a_display_there_is_no_kiosk(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    assert run(["desktop", "--kiosk"]) == 3
    assert "no display" in capsys.readouterr().err


def test_what_the_kiosk_says_in_a_terminal_is_translated() -> None:
    known = cli_chinese.KNOWN | {cli_chinese.anonymous(text) for text in CHINESE}
    folder = Path(myna_ui.__file__).parent
    for path in (folder / "command.py", *sorted((folder / "kiosk").glob("*.py"))):
        assert cli_chinese.untranslated(path, known) == [], path
