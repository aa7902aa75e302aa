"""ONNX Runtime sessions for classifiers: on the CPU, without threads that spin."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from myna.errors import ModelLoadFailed


def open_session(path: Path) -> Any:
    """An `onnxruntime.InferenceSession`.

    One thread: a judgement runs while the language model writes, which has the other cores.

    Raises:
        ModelLoadFailed: the file is no model that ONNX Runtime opens.
    """
    import onnxruntime

    refused: tuple[type[Exception], ...] = (RuntimeError, ValueError, *_own_errors())
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except refused as error:
        raise ModelLoadFailed(f"{path.name}: {' '.join(str(error).split())[:300]}") from None


def _own_errors() -> tuple[type[Exception], ...]:
    """ONNX Runtime's errors by kind (`InvalidProtobuf`, `NoModel` ...): they have nothing in common but `Exception`."""
    from onnxruntime.capi import onnxruntime_pybind11_state as state

    return tuple(each for each in vars(state).values() if isinstance(each, type) and issubclass(each, Exception))
