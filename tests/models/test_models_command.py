from __future__ import annotations

import errno
import json
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from myna.cli.main import run
from myna.paths import Paths
from myna_models.catalog import SHIPPED, Catalog
from myna_models.machine import Machine, Speed

Make = Callable[..., Path]


@pytest.fixture
def catalogued(paths: Paths, make_gguf: Make, manifest_text: Any) -> Path:
    """A model `tiny` in the owner's catalog; the path of its file."""
    file = make_gguf()
    folder = paths.data / "catalog"
    folder.mkdir(parents=True)
    (folder / "tiny.toml").write_text(manifest_text(f"file:{file}"))
    return file


def asked(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    """The JSON answer of a command that ends well."""
    assert run(["models", *arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, str]]:
    status = run(["models", *arguments, "--json"])
    return status, json.loads(capsys.readouterr().err.splitlines()[-1])["error"]


def test_pull_list_show_check_remove(catalogued: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert [model["id"] for model in asked(capsys, "pull", "tiny")] == ["tiny"]
    assert [row["id"] for row in asked(capsys, "list", "--installed")] == ["tiny"]
    shown = asked(capsys, "show", "tiny")
    assert shown["files"][0]["sources"] == [f"file:{catalogued}"]
    assert Path(shown["files"][0]["path"]).is_file()
    assert [check["result"] for check in asked(capsys, "check")] == ["ok"]
    assert asked(capsys, "remove", "tiny")[0]["freed"] > 0
    assert asked(capsys, "list", "--installed") == []


def test_a_model_that_may_not_be_removed_is_status_3(
    catalogued: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked(capsys, "pull", "tiny")

    def refuse(self: Path, target: object) -> Path:
        raise OSError(errno.EROFS, "Read-only file system", str(self))

    with monkeypatch.context() as patched:
        patched.setattr(Path, "rename", refuse)
        status, error = refused(capsys, "remove", "tiny")
    assert (status, error["code"]) == (3, "missing")
    assert error["message"].startswith("tiny cannot be written: ")
    assert "--home" in error["hint"]
    assert [check["result"] for check in asked(capsys, "check")] == ["ok"]


def test_the_catalog_is_listed_by_task(paths: Paths, capsys: pytest.CaptureFixture[str]) -> None:
    listed = asked(capsys, "list")
    assert {row["id"] for row in listed} == set(Catalog([SHIPPED]).names())
    voices = asked(capsys, "list", "--task", "synthesize")
    assert {row["task"] for row in voices} == {"synthesize"}
    assert {"en", "zh", "de", "fr", "es"} <= {language for row in voices for language in row["languages"]}


def test_an_unknown_model_is_status_3_with_a_guess(paths: Paths, capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("pull", "show", "remove", "fit"):
        status, error = refused(capsys, command, "smolm3-3b")
        assert (status, error["code"]) == (3, "model-missing")
        assert "did you mean smollm3-3b?" in error["message"]


def test_a_damaged_model_is_status_6(catalogued: Path, paths: Paths, capsys: pytest.CaptureFixture[str]) -> None:
    asked(capsys, "pull", "tiny")
    path = paths.models / "tiny" / "tiny.gguf"
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    status, error = refused(capsys, "check")
    assert (status, error["code"]) == (6, "hash-mismatch")
    assert "tiny" in error["message"]


def test_a_bad_file_is_status_6(catalogued: Path, capsys: pytest.CaptureFixture[str]) -> None:
    catalogued.write_text("no model, only a text that is long enough")
    assert refused(capsys, "pull", "tiny")[0] == 6
    assert refused(capsys, "fit", str(catalogued))[0] == 6


def test_a_folder_can_stand_in_for_all_sources(
    catalogued: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stick = tmp_path / "stick" / "tiny"
    stick.mkdir(parents=True)
    catalogued.rename(stick / "tiny.gguf")
    assert [model["id"] for model in asked(capsys, "pull", "tiny", "--from", str(tmp_path / "stick"))] == ["tiny"]


def test_fit_tells_for_a_file_and_for_a_name(
    catalogued: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("myna_models.machine.look", lambda *_: Machine(Speed(4e10, 4e11), 8 * 10**9))
    fits = asked(capsys, "fit", str(catalogued), "qwen3-14b", "llama-3.2-1b-instruct")
    assert [(fit["verdict"], fit["basis"]) for fit in fits] == [
        ("runs well", "file"),
        ("too large", "manifest"),
        ("runs well", "manifest"),
    ]


def test_what_is_printed_when_piped_has_one_line_for_each_model(
    paths: Paths, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["models", "list", "--task", "turn-end"]) == 0
    out = capsys.readouterr().out
    assert [line.split("\t")[0] for line in out.splitlines()] == ["smart-turn-v3"]
    assert "\x1b" not in out


def test_a_broken_manifest_is_noted_beside_the_list(
    catalogued: Path, paths: Paths, capsys: pytest.CaptureFixture[str]
) -> None:
    (paths.data / "catalog" / "broken.toml").write_text("id = ")
    assert run(["models", "list"]) == 0
    captured = capsys.readouterr()
    assert "broken.toml is no model manifest" in captured.err
    assert "tiny\t" in captured.out


def test_help_speaks_chinese(paths: Paths, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MYNA_LANGUAGE", "zh")
    assert run(["models", "pull", "--help"]) == 0
    assert "最适合这台机器" in capsys.readouterr().out


def test_ctrl_c_ends_a_pull_that_waits_and_keeps_what_came(paths: Paths, web: Any, manifest_text: Any) -> None:
    web.files["/model"] = bytes(100_000)
    web.stall.set()
    folder = paths.data / "catalog"
    folder.mkdir(parents=True)
    (folder / "tiny.toml").write_text(manifest_text(f"url:{web.url}/model"))
    partial = paths.cache / "downloads" / "tiny"
    command = [sys.executable, "-m", "myna.cli", "models", "pull", "tiny"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as pull:
        assert pull.stderr
        assert pull.stderr.readline() == "fetching tiny.gguf\n"
        pull.send_signal(signal.SIGINT)
        rest = pull.communicate(timeout=60)
    assert pull.returncode == 130
    assert "Traceback" not in rest[1]
    assert any(entry.is_file() for entry in partial.iterdir())
    assert not (paths.models / "tiny").exists()
