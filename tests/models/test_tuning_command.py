"""`myna models optimize`: the whole way on a small real model, and what it refuses."""

from __future__ import annotations

import errno
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from fitted import install, keep, record
from myna.cli.main import run
from myna.config import Settings
from myna.locking import hold
from myna.paths import Paths
from myna_models.installed import Store
from myna_models.resolve import resolve
from myna_models.tuning import optimizing
from myna_models.tuning.record import folder, load, lock, work_folder


@pytest.fixture(autouse=True)
def usual_priority(monkeypatch: pytest.MonkeyPatch) -> None:
    """The process of the tests keeps it."""
    monkeypatch.setattr(optimizing, "be_modest", lambda: None)


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, str]]:
    status = run(["models", "optimize", *arguments, "--json"])
    return status, json.loads(capsys.readouterr().err.splitlines()[-1])["error"]


def asked(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    assert run(["models", *arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_a_model_is_measured_and_the_answer_path_follows(paths: Paths, capsys: pytest.CaptureFixture[str]) -> None:
    model = install(paths)
    store = Store(paths.models)
    # What a run that was killed in the middle of a line and of a file has left.
    work = work_folder(store, "tiny")
    work.mkdir(parents=True)
    (work / "journal.jsonl").write_bytes(b"\x00" * 64)
    (work / "part-model.Q8_0.gguf").write_bytes(b"GGUF")
    found = asked(capsys, "optimize", "tiny", "--time", "0.1", "--budget", "50")
    figures = {one["name"]: one for one in found["found"]["figures"]}
    assert figures["original"]["speed"]["prefill_ratio"] == 1.0
    assert figures["Q8_0"]["size"] < model.size
    kept = load(store, "tiny")
    assert kept is not None
    assert kept.better == found["better"]
    assert Path(found["report"]).read_text(encoding="utf-8").count("<tr") == len(figures) + 1
    expected = folder(store, "tiny") / kept.file if kept.file else paths.models / "tiny" / "tiny.gguf"
    assert resolve("tiny", "chat", Settings(), paths).files["model"] == str(expected)
    # Nothing but the journal is left, and that only where there is something left to do.
    assert not list(work.glob("*.gguf"))
    assert work.exists() == bool(found["untried"])
    row = next(row for row in asked(capsys, "list", "--installed") if row["id"] == "tiny")
    assert row["optimized"] == ("optimized" if kept.better else "best as it is")


def test_undoing_it_uses_the_original_again(paths: Paths, capsys: pytest.CaptureFixture[str]) -> None:
    model = install(paths)
    original = paths.models / "tiny" / "tiny.gguf"
    keep(paths, record(model), file=original)
    assert asked(capsys, "show", "tiny")["optimized"]["setup"] == "Q8_0"
    assert asked(capsys, "optimize", "tiny", "--undo")["freed"] > 0
    assert asked(capsys, "show", "tiny")["optimized"]["state"] == "never"
    assert resolve("tiny", "chat", Settings(), paths).files["model"] == str(original)
    assert original.stat().st_size == model.size


def test_there_is_nothing_to_undo_of_a_model_that_is_not_here(paths: Paths, capsys: pytest.CaptureFixture[str]) -> None:
    assert refused(capsys, "nobody", "--reset")[0] == 2


def test_what_is_used_is_told_in_words(paths: Paths, capsys: pytest.CaptureFixture[str]) -> None:
    keep(paths, record(install(paths)))
    assert run(["models", "show", "tiny"]) == 0
    assert "Q8_0: reads 2.00 times and writes 1.10 times as fast" in capsys.readouterr().out
    install(paths, seed=2)
    assert run(["models", "show", "tiny"]) == 0
    assert "the model was fetched anew" in capsys.readouterr().out


def test_a_model_that_is_not_installed(paths: Paths, capsys: pytest.CaptureFixture[str]) -> None:
    status, error = refused(capsys, "smollm2-135m-instruct")
    assert (status, error["hint"]) == (3, "myna models pull smollm2-135m-instruct")
    status, error = refused(capsys, "smollm2-135m-instruckt")
    assert status == 3
    assert "did you mean" in error["message"]


def test_a_model_of_another_kind(paths: Paths, capsys: pytest.CaptureFixture[str]) -> None:
    install(paths, task="classify", format=".onnx")
    status, error = refused(capsys, "tiny")
    assert status == 2
    assert "only GGUF models for chat" in error["message"]


def test_a_model_of_another_size_than_it_should_have(paths: Paths, capsys: pytest.CaptureFixture[str]) -> None:
    install(paths)
    with (paths.models / "tiny" / "tiny.gguf").open("ab") as file:
        file.write(b"more")
    assert refused(capsys, "tiny")[0] == 6


def test_a_model_that_llama_cpp_does_not_know(paths: Paths, capsys: pytest.CaptureFixture[str]) -> None:
    install(paths)
    file = paths.models / "tiny" / "tiny.gguf"
    file.write_bytes(file.read_bytes().replace(b"llama", b"lhama"))
    status, error = refused(capsys, "tiny")
    assert status == 6
    assert "tiny.gguf" in error["message"]
    assert load(Store(paths.models), "tiny") is None


@pytest.mark.parametrize(
    "option",
    [
        ("--budget", "-1"), ("--budget", "51"), ("--budget", "nan"), ("--budget", "some"), ("--budget", ""),
        ("--time", "0"), ("--time", "-5"), ("--time", "inf"), ("--time", "1h"), ("--time", "1e9"),
    ],
)  # fmt: skip
def test_nonsense_is_refused(paths: Paths, capsys: pytest.CaptureFixture[str], option: tuple[str, str]) -> None:
    install(paths)
    assert refused(capsys, "tiny", *option)[0] == 2


def test_two_at_once_are_one_too_many(paths: Paths, capsys: pytest.CaptureFixture[str]) -> None:
    install(paths)
    work_folder(Store(paths.models), "tiny").mkdir(parents=True)
    with hold(lock(Store(paths.models), "tiny")):
        assert refused(capsys, "tiny", "--reset")[0] == 2
        status, error = refused(capsys, "tiny")
    assert status == 2
    assert "another process is optimizing tiny" in error["message"]


def test_a_folder_that_may_not_be_written(
    paths: Paths, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    install(paths)

    def refuse(self: Path, *_: object, **__: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system", str(self))

    monkeypatch.setattr(Path, "mkdir", refuse)
    status, error = refused(capsys, "tiny")
    assert status == 3
    assert "Read-only file system" in error["message"]


def test_the_program_for_the_desktop_says_why_it_failed(paths: Paths) -> None:
    command = [sys.executable, "-P", "-m", "myna_models.tuning.background", "nobody"]
    ended = subprocess.run(command, capture_output=True, check=False, timeout=60)
    assert ended.returncode == 3
    error = json.loads(ended.stderr.splitlines()[-1])["error"]
    assert "nobody" in error["message"]


def test_the_benchmark_compares_with_the_file_as_it_was_fetched(
    paths: Paths, capsys: pytest.CaptureFixture[str]
) -> None:
    model = install(paths)
    bench = ["bench", "optimize", "--runs", "1", "--model", "tiny", "--json"]
    assert run(bench) == 5
    error = json.loads(capsys.readouterr().err.splitlines()[-1])["error"]
    assert error["hint"] == "myna models optimize tiny"
    keep(paths, record(model), file=paths.models / "tiny" / "tiny.gguf")
    assert run(bench) == 0
    found = json.loads(capsys.readouterr().out)
    assert [(one["name"], one["better"]) for one in found] == [
        ("optimized prefill", "higher"),
        ("optimized decode", "higher"),
    ]
    assert all(one["peer_value"] > 0 and one["ratio"] > 0 for one in found)


@pytest.mark.skipif(sys.platform == "win32", reason="priorities are other ones there")
def test_it_gives_way_to_other_programs() -> None:
    code = "from myna_models.tuning.optimizing import be_modest; be_modest(); import os; print(os.nice(0))"
    ended = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, check=True, timeout=60)
    assert int(ended.stdout) >= 10
