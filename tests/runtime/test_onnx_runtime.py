"""Sessions of ONNX Runtime: whatever it raises for a file is one error of Myna."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from myna.engine.onnx_runtime import failures, in_short, small_session
from myna.errors import ModelLoadFailed

pytest.importorskip("onnxruntime", reason="the extra speech is not installed")


@pytest.mark.parametrize("content", [b"", b"not a model", b"\x08\x07" + bytes(64)], ids=["empty", "text", "cut"])
def test_a_file_that_is_no_model_is_one_line(tmp_path, content):
    path = tmp_path / "model.onnx"
    path.write_bytes(content)
    with pytest.raises(ModelLoadFailed, match=r"model\.onnx: ") as caught:
        small_session(path)
    assert "\n" not in caught.value.message


def test_a_file_that_is_not_there_is_the_same(tmp_path):
    with pytest.raises(ModelLoadFailed):
        small_session(tmp_path / "nothing.onnx")


def test_failures_are_its_own_classes_and_pythons():
    class Fail(Exception):
        pass

    native = SimpleNamespace(Fail=Fail, version="1", session=object)
    assert failures(SimpleNamespace(capi=SimpleNamespace(onnxruntime_pybind11_state=native))) == (
        Fail, RuntimeError, ValueError,
    )  # fmt: skip


def test_what_it_says_is_made_short():
    assert in_short(ValueError("a\n  b" + "c" * 400)) == "a b" + "c" * 297
