"""What `myna doctor` says of graphics processors, with cards and libraries that only the test has."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from myna.cli.graphics import Card, cards, check_gpu, linux_cards, windows_cards
from myna.engine import survey
from myna.engine.onnx_files import NAMES
from myna.engine.protocols import EngineSpec
from myna.engine.rebuilding import rebuild
from myna.engine.survey import Device, OnnxSurvey, Plan, Survey, ask_llama, ask_onnx
from myna.testing.tiny_gguf import write_tiny_model

GIB = 1024**3
NVIDIA = Card("nvidia", "NVIDIA GeForce RTX 3060, 12288 MiB, 550.54")
CUDA = Device("CUDA0", "NVIDIA GeForce RTX 3060", 11 * GIB, 12 * GIB)
ON_CUDA = OnnxSurvey(("CUDAExecutionProvider", "CPUExecutionProvider"), "CUDAExecutionProvider")
ON_CPU = OnnxSurvey(("AzureExecutionProvider", "CPUExecutionProvider"), "CPUExecutionProvider")


def said(*args: object) -> list[tuple[str, str, str]]:
    return [(one.level, one.text, one.mend) for one in check_gpu(*args)]  # type: ignore[arg-type]


def test_a_card_that_all_engines_use() -> None:
    found = said([NVIDIA], Survey((CUDA,), offloads=True), ON_CUDA)
    assert found == [
        ("ok", NVIDIA.name, ""),
        ("ok", "llama.cpp computes on CUDA0: NVIDIA GeForce RTX 3060, 11.0 GiB free of 12.0 GiB", ""),
        ("ok", "ONNX Runtime computes on CUDA", ""),
    ]


@pytest.mark.parametrize(
    ("vendor", "switch"),
    [("nvidia", "GGML_CUDA"), ("amd", "GGML_HIP"), ("intel", "GGML_VULKAN"), ("apple", "GGML_METAL")],
)
def test_a_card_that_llama_cpp_is_not_built_for(vendor: str, switch: str) -> None:
    found = said([Card(vendor, "A card")], Survey(), None)  # type: ignore[arg-type]
    assert found[1][0] == "note"
    assert found[1][2].startswith(f'CMAKE_ARGS="-D{switch}=on" pip install')


def test_a_card_without_its_driver() -> None:
    found = said([NVIDIA], Survey(offloads=True), ON_CUDA)
    assert "look at the driver" in found[1][1]


def test_without_a_card_nothing_needs_mending() -> None:
    assert said([], Survey(), ON_CPU) == [("note", "none was found; models run on the processor", "")]


def test_onnx_runtime_without_its_library_for_the_card() -> None:
    found = said([NVIDIA], Survey((CUDA,), offloads=True), ON_CPU)
    assert found[2] == (
        "note",
        "ONNX Runtime uses no GPU: ONNX models run on the processor",
        "pip uninstall -y onnxruntime && pip install onnxruntime-gpu",
    )


@pytest.mark.parametrize(
    ("error", "part"),
    [
        ("libcudart.so.12: cannot open shared object file", "-DGGML_CUDA=off"),
        ("libvulkan.so.1: cannot open shared object file", "-DGGML_VULKAN=off"),
        ("libstdc++.so.6: version `GLIBCXX_3.4.32' not found", "pip install --force-reinstall"),
    ],
)
def test_a_library_that_does_not_load_is_a_problem_with_a_way_out(error: str, part: str) -> None:
    found = said([NVIDIA], Survey(error=f"llama.cpp's library cannot be loaded: {error}"), None)
    assert found[1][0] == "problem"
    assert error in found[1][1]
    assert part in found[1][2]
    assert ("CMAKE_ARGS" in rebuild("", error)) == part.startswith("-D")


def test_cards_by_the_files_of_the_kernel(tmp_path: Path) -> None:
    for at, number in enumerate(["0x10de", "0x1002", "0x8086", "0xffff"]):
        folder = tmp_path / f"card{at}" / "device"
        folder.mkdir(parents=True)
        (folder / "vendor").write_text(number + "\n")
    assert [card.vendor for card in linux_cards(tmp_path, without_nvidia=False)] == ["nvidia", "amd", "intel"]
    assert [card.vendor for card in linux_cards(tmp_path, without_nvidia=True)] == ["amd", "intel"]


def test_cards_by_the_list_of_windows() -> None:
    listing = "NVIDIA GeForce GTX 1650\r\nAMD Radeon(TM) Graphics\r\nMicrosoft Basic Display Adapter\r\n"
    assert [card.vendor for card in windows_cards(listing)] == ["nvidia", "amd"]


def test_programs_of_drivers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "nvidia-smi"
    program.write_text("#!/bin/sh\necho 'NVIDIA A2, 15356 MiB, 535.1'\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    assert cards()[0] == Card("nvidia", "NVIDIA A2, 15356 MiB, 535.1")


def test_the_library_says_how_a_model_would_be_loaded(tmp_path: Path) -> None:
    path = write_tiny_model(tmp_path / "tiny.gguf", context=2048)
    plan = ask_llama(EngineSpec("tiny", "", {"model": str(path)}, {"context": 4096})).plan
    assert plan is not None
    assert (plan.context, plan.wanted, plan.offload) == (2048, 2048, "")
    assert plan.size > 0


def test_the_library_says_whether_a_smaller_model_writes_ahead(tmp_path: Path) -> None:
    model, draft, strange = (write_tiny_model(tmp_path / f"{name}.gguf") for name in ("model", "draft", "strange"))
    write_tiny_model(strange, more_control=[f"<|{number}|>" for number in range(200)])

    def planned(**files: Path) -> Plan:
        given = {role: str(path) for role, path in files.items()}
        plan = ask_llama(EngineSpec("tiny", "", given, {"context": 512})).plan
        assert plan is not None
        return plan

    alone, both, neither = planned(model=model), planned(model=model, draft=draft), planned(model=model, draft=strange)
    assert (alone.draft, alone.undrafted) == ("", "")
    assert (both.draft, both.undrafted) == ("draft.gguf", "")
    assert both.size > alone.size
    assert (neither.draft, neither.size) == ("", alone.size)
    assert neither.undrafted == "strange.gguf has other words than model.gguf, so it cannot guess for it"


def test_a_model_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    path = tmp_path / "no.gguf"
    path.write_bytes(b"nothing")
    assert "no.gguf" in ask_llama(EngineSpec("no", "", {"model": str(path)})).error


def test_onnx_runtime_says_what_it_has() -> None:
    pytest.importorskip("onnxruntime")
    found = ask_onnx()
    assert "CPUExecutionProvider" in found.providers
    assert (found.name, found.refused, found.error) == ("CPU", "", "")


def test_a_provider_whose_library_does_not_load_is_no_place_to_compute() -> None:
    broken = OnnxSurvey(ON_CUDA.providers, "CPUExecutionProvider", "cuda: its library cannot be loaded")
    assert said([NVIDIA], Survey((CUDA,), offloads=True), broken)[2] == (
        "note",
        "ONNX Runtime falls back to CPU: cuda: its library cannot be loaded",
        "pip install 'onnxruntime-gpu[cuda,cudnn]'",
    )


def around(folder: Path) -> dict[str, str]:
    """The files of a text model by role."""
    there = {role: folder / name for role, name in {"model": "model.onnx", **NAMES}.items()}
    return {role: str(path) for role, path in there.items() if path.exists()}


def test_how_a_text_model_in_onnx_would_be_loaded(tiny_onnx: Callable[[str], Path]) -> None:
    files = around(tiny_onnx("shared"))
    plan = ask_onnx(EngineSpec("tiny", "", files, {"context": 4096})).plan
    assert plan is not None
    assert (plan.context, plan.wanted) == (512, 512)
    assert plan.size > Path(files["model"]).stat().st_size


@pytest.mark.parametrize("missing", ["tokenizer", ""])
def test_a_text_model_in_onnx_that_cannot_be_loaded_is_told(
    tiny_onnx: Callable[[str], Path], tmp_path: Path, missing: str
) -> None:
    files = {"model": str(tiny_onnx("shared") / "model.onnx"), "tokenizer": str(tmp_path / "tokenizer.json")}
    asked = {} if missing else {"provider": "abacus"}
    found = ask_onnx(EngineSpec("tiny", "", files, asked))
    assert (found.plan, found.error, found.name) == (None, "", "CPU")
    assert missing in found.unfit
    assert found.unfit


def test_a_provider_that_was_asked_for_and_is_not_there_is_told(tiny_onnx: Callable[[str], Path]) -> None:
    files = around(tiny_onnx("shared"))
    found = ask_onnx(EngineSpec("tiny", "", files, {"provider": "coreml"}))
    if "CoreMLExecutionProvider" not in found.providers:
        assert found.name == "CPU"
        assert found.refused == "coreml: this ONNX Runtime has no CoreMLExecutionProvider"


def test_a_library_that_ends_the_process_is_survived(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "python"
    program.write_text("#!/bin/sh\necho 'ImportError: libcublas.so.12: cannot open' >&2\nexit 139\n")
    program.chmod(0o755)
    monkeypatch.setattr(survey.sys, "executable", str(program))
    assert "libcublas" in ask_llama().error
    assert ask_onnx() == OnnxSurvey(error="ImportError: libcublas.so.12: cannot open")
    monkeypatch.setattr(survey.sys, "executable", str(tmp_path / "gone"))
    assert ask_llama().error
