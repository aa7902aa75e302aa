"""ONNX Runtime sessions for small models: one thread, no spinning, on the CPU."""

from __future__ import annotations

from typing import Any

from myna.errors import ModelLoadFailed


def open_session(path: str) -> Any:
    """An `onnxruntime.InferenceSession`.

    These models take 0.1 to 20 ms: more threads or a GPU cost more than they save, and threads that spin
    between runs take the processor from the large models.

    Raises:
        ModelLoadFailed: the file is no model that ONNX Runtime opens.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    except (RuntimeError, ValueError) as error:  # ONNX Runtime's own errors are RuntimeErrors
        raise ModelLoadFailed(f"{path}: {' '.join(str(error).split())[:300]}") from None
