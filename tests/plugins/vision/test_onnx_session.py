"""Sessions of ONNX Runtime: how they fail, and how long runs are given up."""

from __future__ import annotations

import os
import sys
import threading
import time
from types import SimpleNamespace

import numpy as np
import pytest

from myna.errors import EngineError, ExtraMissing, ModelLoadFailed, OutOfMemory
from myna_vision.onnx_session import OnnxSession, open_session, thread_count

onnx = pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")


class NativeError(Exception):
    """As ONNX Runtime's own: derived from nothing but Exception."""


@pytest.fixture
def adder(tmp_path):
    """A model file: x and y are added, (N, 3)."""
    kind = onnx.TensorProto.FLOAT
    x, y, total = (onnx.helper.make_tensor_value_info(name, kind, ["N", 3]) for name in ("x", "y", "sum"))
    graph = onnx.helper.make_graph([onnx.helper.make_node("Add", ["x", "y"], ["sum"])], "adder", [x, y], [total])
    model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 13)], ir_version=8)
    model.metadata_props.add(key="made by", value="a test")
    path = tmp_path / "adder.onnx"
    path.write_bytes(model.SerializeToString())
    return str(path)


def test_a_run(adder):
    session = open_session(adder, threads=1)
    given = np.ones((2, 3), np.float32)
    (total,) = session.run({"x": given, "y": given})
    assert total.tolist() == [[2, 2, 2], [2, 2, 2]]
    assert session.metadata["made by"] == "a test"


def test_a_run_with_breaks_gives_the_same(adder):
    session = open_session(adder)
    given = np.ones((2, 3), np.float32)
    found = []

    def collect():
        found.extend((yield from session.run_with_breaks({"x": given, "y": given})))

    assert all(item is None for item in collect())
    assert found[0].tolist() == [[2, 2, 2], [2, 2, 2]]


def test_tensors_that_do_not_fit_are_an_error_of_the_engine(adder):
    session = open_session(adder)
    with pytest.raises(EngineError, match=r"adder\.onnx: "):
        session.run({"x": np.ones((2, 4), np.float32), "y": np.ones((2, 3), np.float32)})
    with pytest.raises(EngineError, match=r"adder\.onnx: "):
        list(session.run_with_breaks({"x": np.ones((2, 4), np.float32)}))


@pytest.mark.parametrize("content", [b"", b"not a model", b"\x08\x08" * 1000])
def test_what_is_no_model_is_not_opened(tmp_path, content):
    path = tmp_path / "broken.onnx"
    path.write_bytes(content)
    with pytest.raises(ModelLoadFailed, match="broken"):
        open_session(str(path))


def test_a_file_that_is_not_there():
    with pytest.raises(ModelLoadFailed):
        open_session("nowhere.onnx")


def test_without_the_library_the_extra_is_named(adder, monkeypatch):
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(ExtraMissing, match="ONNX Runtime") as raised:
        open_session(adder)
    assert "myna[vision]" in raised.value.hint


def test_another_kind_of_model_is_refused(adder):
    with pytest.raises(ModelLoadFailed, match=r"another kind of model: it takes x \['N', 3\], y"):
        open_session(adder).only_input(None, 3)


class Patient:
    """A session whose run goes on until it is told to end."""

    def __init__(self) -> None:
        self.begun = threading.Event()
        self.ended = threading.Event()

    def get_outputs(self):
        return [SimpleNamespace(name="y")]

    def run(self, outputs, inputs, options):
        self.begun.set()
        while not options.terminate:
            time.sleep(0.001)
        self.ended.set()
        raise NativeError("terminate flag")


RUNTIME = SimpleNamespace(
    RunOptions=lambda: SimpleNamespace(terminate=False),
    capi=SimpleNamespace(onnxruntime_pybind11_state=SimpleNamespace(Fail=NativeError, version="1")),
)


def test_a_run_that_nobody_waits_for_any_more_ends():
    patient = Patient()
    running = OnnxSession("p", patient, RUNTIME).run_with_breaks({})
    next(running)
    assert patient.begun.is_set()
    assert not patient.ended.is_set()
    running.close()
    assert patient.ended.is_set()


def test_want_of_memory_is_said_to_be_that():
    def run(outputs, inputs, options):
        raise NativeError("Failed to allocate memory for requested buffer of size 1")

    session = OnnxSession("p", SimpleNamespace(get_outputs=list, run=run), RUNTIME)
    with pytest.raises(OutOfMemory):
        session.run({})


def test_threads_are_at_least_one_and_at_most_what_may_be_used():
    assert 1 <= thread_count() <= (os.cpu_count() or 1)
