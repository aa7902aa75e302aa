from __future__ import annotations

import json
from pathlib import Path

import pytest

from myna.cli import machine
from myna.cli.main import run
from myna.cli.root import default_command


def test_doctor_reports_every_area_and_mends_each_problem(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MYNA_PLUGINS_ONLY", "nothing")
    assert run(["doctor", "--json"]) == 0
    report = json.loads(capfd.readouterr().out)
    areas = {finding["area"] for finding in report["findings"]}
    assert areas >= {"processor", "memory", "disk", "gpu", "python", "engines", "settings", "models"}
    problems = [finding for finding in report["findings"] if finding["level"] == "problem"]
    assert report["healthy"] is not bool(problems)
    assert "models" in {finding["area"] for finding in problems}
    assert all(finding["mend"] for finding in problems)


def test_doctor_works_with_broken_settings(capfd: pytest.CaptureFixture[str], own_home: Path) -> None:
    (own_home / "config").mkdir(parents=True)
    (own_home / "config" / "config.toml").write_text("[chat]\ntemperature = 99\n", encoding="utf-8")
    assert run(["doctor"]) == 0
    captured = capfd.readouterr()
    assert "✗" in captured.out
    assert "chat.temperature" in captured.out


def findings(capfd: pytest.CaptureFixture[str], area: str) -> list[dict[str, str]]:
    run(["doctor", "--json"])
    return [one for one in json.loads(capfd.readouterr().out)["findings"] if one["area"] == area]


def test_doctor_looks_into_the_database(capfd: pytest.CaptureFixture[str], own_home: Path) -> None:
    database = own_home / "data" / "conversations.db"
    assert findings(capfd, "conversations") == []
    assert not database.exists()
    run(["conversations", "list"])
    capfd.readouterr()
    assert [one["level"] for one in findings(capfd, "conversations")] == ["ok"]
    database.write_bytes(b"no database at all" * 100)
    (broken,) = findings(capfd, "conversations")
    assert broken["level"] == "problem"
    assert "damaged" in broken["text"]
    assert "recover" in broken["mend"]


def test_doctor_says_what_a_broken_plugin_is_about(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MYNA_PLUGINS_DISABLED", "no-such-plugin")
    run(["doctor"])
    assert "no-such-plugin" in capfd.readouterr().out


def test_the_two_runtimes_of_onnx_exclude_one_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.metadata.version", lambda name: "1.0")
    problems = [finding for finding in machine.check_libraries() if finding.level == "problem"]
    assert [finding.mend for finding in problems] == [
        "pip uninstall -y onnxruntime onnxruntime-gpu && pip install onnxruntime-gpu"
    ]


def test_a_folder_that_cannot_be_written_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    from myna.paths import Paths

    monkeypatch.setattr("os.access", lambda path, mode: False)
    problems = [finding for finding in machine.check_disk(Paths.find()) if finding.level == "problem"]
    assert len(problems) == 5
    assert all(finding.mend.startswith("chown ") for finding in problems)


def test_a_program_that_fails_or_is_missing_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")


def test_the_machine_in_one_line() -> None:
    line = machine.description()
    assert "\n" not in line
    assert "GiB" in line


class Stream:
    def __init__(self, terminal: bool) -> None:
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal


@pytest.mark.parametrize(
    ("display", "desktop", "terminal", "name"),
    [
        (True, True, True, "desktop"),
        (True, False, True, "chat"),
        (False, True, True, "chat"),
        (False, True, False, "demo"),
        (True, False, False, "demo"),
    ],
)
def test_what_runs_without_a_command(
    monkeypatch: pytest.MonkeyPatch, display: bool, desktop: bool, terminal: bool, name: str
) -> None:
    monkeypatch.setattr("myna.cli.root.has_display", lambda: display)
    monkeypatch.setattr("importlib.util.find_spec", lambda module: object() if desktop else None)
    monkeypatch.setattr("sys.stdin", Stream(terminal))
    monkeypatch.setattr("sys.stdout", Stream(terminal))
    assert default_command() == name
