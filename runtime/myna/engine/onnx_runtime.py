"""ONNX Runtime in workers: sessions of small models, and what its failures are. The host never imports it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..errors import ModelLoadFailed


def small_session(path: str | Path, *, threads: int = 1, unfused: Sequence[str] = ()) -> Any:
    """An `onnxruntime.InferenceSession` on the CPU, for models that take milliseconds.

    One thread, for more of them or a GPU cost more than they save; 0 stands for all cores. They never spin: threads
    that do, between runs, take the processor from the large models. `unfused`: ONNX Runtime's names of optimizers that
    make this model slower.

    Raises:
        ModelLoadFailed: the file is no model that ONNX Runtime opens.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        return onnxruntime.InferenceSession(
            str(path), options, providers=["CPUExecutionProvider"], disabled_optimizers=[*unfused]
        )
    except failures(onnxruntime) as error:
        raise ModelLoadFailed(f"{path}: {in_short(error)}") from None


def failures(runtime: Any) -> tuple[type[Exception], ...]:
    """What the module `runtime` (onnxruntime) raises: classes of its own, which have no base of their own, beside
    Python's."""
    native = vars(runtime.capi.onnxruntime_pybind11_state).values()
    own = (kind for kind in native if isinstance(kind, type) and issubclass(kind, Exception))
    return (*own, RuntimeError, ValueError)


def in_short(error: Exception) -> str:
    """What it says, in one line."""
    return " ".join(str(error).split())[:300]
