"""`myna models convert` on small models, in real processes: what comes of it, and what stays when it ends badly."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gguf_files import write_tiny
from myna.cli.main import run
from myna.paths import Paths
from myna_models.converting import environments
from myna_models.converting.source import Source
from myna_models.installed import Store

pytest.importorskip("onnx", reason="the extra embed is not installed")
pytest.importorskip("onnxruntime", reason="the extra embed is not installed")
pytest.importorskip("tokenizers", reason="the extra embed is not installed")

from tiny_bert import CONFIG, write_bert


@pytest.fixture
def bert(tmp_path: Path) -> Path:
    return write_bert(tmp_path / "small-bert")


def error(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, str]:
    assert run(["models", "convert", *arguments, "--json"]) != 0
    return dict(json.loads(capsys.readouterr().err.splitlines()[-1])["error"])


def test_a_sentence_encoder_is_installed_with_what_was_measured(
    paths: Paths, bert: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["models", "convert", str(bert), "--quantize", "none", "--json"]) == 0
    made = json.loads(capsys.readouterr().out)
    assert made["id"] == "small-bert-onnx"
    assert made["conversion"]["report"]["quality"]["cosine"] > 0.9999
    installed = Store(paths.models).get("small-bert-onnx")
    assert installed is not None
    assert installed.conversion is not None
    assert installed.conversion.source == "small-bert"
    assert len(installed.conversion.source_sha256) == 64
    assert "onnxruntime" in installed.conversion.tools
    assert {file.role for file in installed.files} == {"model", "config", "tokenizer"}
    assert not list((paths.models / ".staging").glob("convert-*/"))
    assert run(["models", "check"]) == 0
    assert run(["models", "show", "small-bert-onnx"]) == 0
    shown = capsys.readouterr().out
    assert "Made from: small-bert" in shown
    assert "cosine" in shown


@pytest.mark.parametrize(
    ("config", "kind"),
    [
        ({"architectures": ["LlamaForCausalLM"]}, "chat"),
        ({"architectures": ["Gemma3ForConditionalGeneration"], "text_config": {}}, "chat"),
        ({"architectures": ["WhisperForConditionalGeneration"]}, "transcribe"),
        ({"architectures": ["CLIPModel"], "text_config": {}, "model_type": "clip"}, "match"),
    ],
)
def test_a_folder_says_what_its_model_is_for(config: dict[str, Any], kind: str, tmp_path: Path) -> None:
    assert Source(tmp_path, "model", None, config).task() == kind


def test_the_files_can_go_elsewhere(paths: Paths, bert: Path, tmp_path: Path) -> None:
    output = tmp_path / "made"
    assert run(["models", "convert", str(bert), "--quantize", "none", "--output", str(output)]) == 0
    assert {file.name for file in output.iterdir()} == {"model.onnx", "config.json", "tokenizer.json"}
    assert Store(paths.models).names() == []


def test_what_is_made_is_found_as_an_embedder(paths: Paths, bert: Path) -> None:
    from myna.config import Settings
    from myna_models.resolve import resolve

    assert run(["models", "convert", str(bert), "--quantize", "none", "--name", "mine"]) == 0
    found = resolve("mine", "embed", Settings(), paths)
    assert found.format == ".onnx"
    assert set(found.files) == {"model", "config", "tokenizer"}


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["--quantize", "int4"], "--quantize int4 is not for this conversion"),
        (["--to", "gguf"], "only models that write are converted to GGUF"),
        (["--quantize", "int8-static"], "--calibration belongs to"),
        (["--name", "Not A Name"], "is none that a model may have"),
    ],
)
def test_what_does_not_go_together_is_said(
    paths: Paths, bert: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], problem: str
) -> None:
    assert problem in error(capsys, str(bert), *arguments)["message"]
    assert not paths.models.exists() or Store(paths.models).names() == []


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("few.txt", b"one\ntwo\n", "at least 16 are needed"),
        ("latin.txt", b"caf\xe9\n" * 20, "no text in UTF-8"),
        ("binary.txt", b"\x00" * 400, "is no text"),
        ("rows.jsonl", b'{"text": "a"}\n{"words": "b"}\n' * 20, "line 2 of rows.jsonl is no JSON object with text"),
    ],
)
def test_a_calibration_file_of_another_kind_is_refused(
    paths: Paths,
    bert: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    name: str,
    content: bytes,
    problem: str,
) -> None:
    del paths
    (tmp_path / name).write_bytes(content)
    found = error(capsys, str(bert), "--quantize", "int8-static", "--calibration", str(tmp_path / name))
    assert problem in found["message"]


@pytest.mark.parametrize(
    ("spoil", "problem"),
    [
        (lambda folder: (folder / "tokenizer.json").unlink(), "holds no tokenizer.json"),
        (lambda folder: (folder / "config.json").write_bytes(b"{"), "is no JSON"),
        (lambda folder: (folder / "config.json").unlink(), "holds no config.json"),
        (lambda folder: (folder / "model.safetensors").unlink(), "holds no weights as safetensors"),
        (
            lambda folder: (folder / "model.safetensors").write_bytes(b"\xff" * 64),
            "no safetensors file or is truncated",
        ),
        (
            lambda folder: (folder / "config.json").write_text(json.dumps({**CONFIG, "num_hidden_layers": 9})),
            "has no tensor encoder.layer.2",
        ),
    ],
)
def test_a_broken_folder_is_told_and_leaves_nothing(
    paths: Paths, bert: Path, capsys: pytest.CaptureFixture[str], spoil: Callable[[Path], Any], problem: str
) -> None:
    spoil(bert)
    assert problem in error(capsys, str(bert), "--task", "embed")["message"]
    assert Store(paths.models).names() == []
    assert not list((paths.models / ".staging").glob("convert-*/"))


def test_an_architecture_that_cannot_be_converted_is_refused_before_anything_is_made(
    paths: Paths, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    strange = tmp_path / "strange.gguf"
    content = write_tiny(tmp_path / "tiny.gguf").read_bytes()
    # The name of the architecture is one of the same length.
    strange.write_bytes(content.replace(b"llama", b"mamba"))
    found = error(capsys, str(strange))
    assert "'mamba', which cannot be converted" in found["message"]
    assert found["code"] == "bad-model-file"
    assert not (paths.cache / "environments").exists()


def test_no_such_source(paths: Paths, capsys: pytest.CaptureFixture[str]) -> None:
    del paths
    assert error(capsys, "nothing-like-it")["code"] == "model-missing"
    assert error(capsys, "./nothing.gguf")["code"] == "model-missing"


def test_a_full_disk_is_seen_before_it_begins(
    paths: Paths, bert: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(bert)
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: usage._replace(free=1 << 20))
    assert error(capsys, str(bert))["code"] == "disk-full"
    assert Store(paths.models).names() == []


def test_too_little_memory_is_seen_before_it_begins(
    paths: Paths, bert: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    del paths
    monkeypatch.setattr("myna_models.converting.convert.available_memory", lambda: 1 << 20)
    assert error(capsys, str(bert))["code"] == "out-of-memory"


def test_an_environment_that_is_damaged_is_deleted_so_that_the_next_run_makes_it_anew(
    paths: Paths, bert: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (bert / "config.json").write_text(json.dumps({**CONFIG, "model_type": "distilbert"}), encoding="utf-8")
    folder = paths.cache / "environments" / environments.EXPORT.folder
    python = folder / "bin" / "python"
    python.parent.mkdir(parents=True)
    # An interpreter without any of the packages.
    python.symlink_to(sys.executable)
    (folder / environments.READY).touch()
    found = error(capsys, str(bert), "--task", "embed")
    assert "the environment export was damaged" in found["message"]
    assert not folder.exists()


def started(bert: Path) -> subprocess.Popen[bytes]:
    """A conversion that is under way: its workshop is there."""
    process = subprocess.Popen(
        [sys.executable, "-m", "myna.cli", "models", "convert", str(bert), "--quantize", "none"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    staging = Path(os.environ["MYNA_HOME"]) / "models" / ".staging"
    while not list(staging.glob("convert-*/job.json")):
        assert process.poll() is None, process.stderr and process.stderr.read()
        time.sleep(0.005)
    return process


def children() -> list[int]:
    """Processes that conversions started, by their command lines."""
    import psutil

    staging = str(Path(os.environ["MYNA_HOME"]) / "models" / ".staging")
    running = psutil.process_iter(["cmdline"])
    return [one.pid for one in running if any(staging in word for word in one.info["cmdline"] or ())]


def gone() -> bool:
    """Whether all of them end; the deadline only ends a test that fails."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if not children():
            return True
        time.sleep(0.02)
    return False


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_killed_in_the_middle_it_leaves_no_model_and_the_next_one_cleans_up(paths: Paths, bert: Path) -> None:
    with started(bert) as process:
        process.kill()
    assert gone(), "what it started ends with it"
    assert Store(paths.models).names() == []
    assert list((paths.models / ".staging").glob("convert-*/"))
    assert run(["models", "convert", str(bert), "--quantize", "none", "--name", "next"]) == 0
    assert Store(paths.models).names() == ["next"]
    assert not list((paths.models / ".staging").glob("convert-*/"))


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_ctrl_c_leaves_nothing(paths: Paths, bert: Path) -> None:
    with started(bert) as process:
        process.send_signal(signal.SIGINT)
        status = process.wait(timeout=30)
    assert status == 130
    assert gone()
    assert Store(paths.models).names() == []
    assert not list((paths.models / ".staging").glob("convert-*/"))
