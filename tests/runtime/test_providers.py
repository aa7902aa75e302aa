"""What ONNX Runtime computes on: the best that works, and a word about what did not."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from myna.engine import providers
from myna.engine.providers import open_session, wanted
from myna.errors import BadModelFile, ExtraMissing, OutOfMemory


class NoSuchFile(Exception):
    pass


class FakeRuntime:
    """Offers `available`; sessions with one of `broken` fail, and those with one of `silent` are made without it."""

    def __init__(self, *available, broken=(), silent=(), cpu_error=None):
        self.available = (*available, "CPUExecutionProvider")
        self.broken, self.silent, self.cpu_error = broken, silent, cpu_error
        self.capi = SimpleNamespace(onnxruntime_pybind11_state=SimpleNamespace(NoSuchFile=NoSuchFile))
        self.settings = {}

    def get_available_providers(self):
        return list(self.available)

    def SessionOptions(self):  # noqa: N802 - ONNX Runtime's name
        return SimpleNamespace(add_session_config_entry=self.settings.__setitem__)

    def InferenceSession(self, path, options, *, providers):  # noqa: N802
        self.options = options
        if providers[0] in self.broken:
            raise RuntimeError(f"{providers[0]}: no such\n library")
        if providers == ["CPUExecutionProvider"] and self.cpu_error:
            raise self.cpu_error
        return SimpleNamespace(get_providers=lambda: [name for name in providers if name not in self.silent])


@pytest.fixture
def runtime(monkeypatch):
    def use(*available, **what):
        fake = FakeRuntime(*available, **what)
        monkeypatch.setattr(providers, "runtime_module", lambda: fake)
        return fake

    return use


CUDA, TENSORRT, DML, COREML = (
    "CUDAExecutionProvider", "TensorrtExecutionProvider", "DmlExecutionProvider", "CoreMLExecutionProvider",
)  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "available", "tried"),
    [
        ("auto", (), ["cpu"]),
        ("auto", (CUDA, TENSORRT, "CPUExecutionProvider"), ["cuda", "cpu"]),
        ("auto", (DML, "CPUExecutionProvider"), ["directml", "cpu"]),
        ("auto", (COREML, "CPUExecutionProvider"), ["coreml", "cpu"]),
        ("tensorrt", (CUDA, TENSORRT), ["tensorrt", "cpu"]),
        ("cpu", (CUDA,), ["cpu"]),
    ],
)
def test_what_is_tried(asked, available, tried):
    assert wanted(asked, available) == tried


def test_the_best_that_works_is_taken(runtime):
    runtime(CUDA)
    opened = open_session("model.onnx", threads=2)
    assert (opened.provider, opened.refused) == ("cuda", "")


def test_a_library_that_fails_to_load_means_the_processor_and_is_told(runtime):
    runtime(CUDA, broken=[CUDA])
    opened = open_session("model.onnx", threads=2)
    assert opened.provider == "cpu"
    assert opened.refused == "cuda: CUDAExecutionProvider: no such library"


def test_a_library_that_is_left_out_in_silence_is_told_too(runtime):
    runtime(DML, silent=[DML])
    opened = open_session("model.onnx", threads=2)
    assert (opened.provider, opened.refused) == ("cpu", "directml: its library cannot be loaded")


def test_a_provider_that_was_asked_for_and_is_not_there_is_told(runtime):
    runtime()
    opened = open_session("model.onnx", threads=2, provider="tensorrt")
    assert (opened.provider, opened.refused) == ("cpu", "tensorrt: this ONNX Runtime has no TensorrtExecutionProvider")


def test_threads_do_not_spin(runtime):
    fake = runtime()
    open_session("model.onnx", threads=3)
    assert fake.settings == {"session.intra_op.allow_spinning": "0"}
    assert fake.options.intra_op_num_threads == 3


@pytest.mark.parametrize(
    ("raised", "kind"),
    [
        (NoSuchFile("no file"), BadModelFile),
        (RuntimeError("Protobuf parsing failed."), BadModelFile),
        (RuntimeError("std::bad_alloc"), OutOfMemory),
    ],
)
def test_a_model_that_the_processor_does_not_open_is_one_error(runtime, raised, kind):
    runtime(cpu_error=raised)
    with pytest.raises(kind, match=r"model\.onnx"):
        open_session("folder/model.onnx", threads=1)


def test_without_onnx_runtime_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "onnxruntime", None)
    with pytest.raises(ExtraMissing) as caught:
        providers.runtime_module()
    assert "myna[onnx]" in caught.value.hint
