"""What ONNX Runtime computes on: the execution providers that are there, tried in order, with a word about a fall-back.

Used where a worker opens a session of a large model; small ones stay on the processor (`small_session`).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from ..errors import BadModelFile, ExtraMissing, ModelLoadFailed, OutOfMemory
from .onnx_runtime import failures, in_short

CPU = "CPUExecutionProvider"
NAMES = {
    "cuda": "CUDAExecutionProvider",
    "tensorrt": "TensorrtExecutionProvider",
    "directml": "DmlExecutionProvider",
    "coreml": "CoreMLExecutionProvider",
    "cpu": CPU,
}
"""By Myna's name, best first. TensorRT stands behind CUDA: it builds an engine for minutes at the first load of each
model and each length, so that it is only taken when asked for."""

BUILT_IN_MINUTES = frozenset({"tensorrt"})


class Opened(msgspec.Struct, frozen=True):
    """A session, and where it computes."""

    session: Any
    provider: str
    """Myna's name."""
    refused: str = ""
    """Why a better one that is installed, or one that was asked for, could not be used; empty when there was none."""


def wanted(provider: str, available: Sequence[str]) -> list[str]:
    """Which to try, in order; the processor is always the last. `available` as ONNX Runtime lists them."""
    if provider != "auto":
        return [provider] if provider == "cpu" else [provider, "cpu"]
    return [name for name, theirs in NAMES.items() if theirs in available and name not in BUILT_IN_MINUTES] or ["cpu"]


def open_session(path: str | Path, *, threads: int, provider: str = "auto") -> Opened:
    """A session of the model at `path`, on the best provider that works.

    Threads do not spin between the operators: they would take the processor from everything else that runs.

    Raises:
        ExtraMissing: ONNX Runtime is not installed, or cannot be loaded.
        BadModelFile: it is no model that ONNX Runtime opens.
        OutOfMemory: it does not fit.
    """
    runtime = runtime_module()
    options = runtime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    available = list(runtime.get_available_providers())
    refused: list[str] = []
    for name in wanted(provider, available):
        if NAMES[name] not in available:
            refused.append(f"{name}: this ONNX Runtime has no {NAMES[name]}")
            continue
        chain = [NAMES[name], *([CPU] if name != "cpu" else [])]
        try:
            session = runtime.InferenceSession(str(path), options, providers=chain)
        except failures(runtime) as error:
            if name == "cpu":
                raise _refused(Path(path), in_short(error)) from None
            refused.append(f"{name}: {in_short(error)}")
            continue
        # A provider whose library does not load is left out with a warning, and no error.
        if NAMES[name] not in session.get_providers():
            refused.append(f"{name}: its library cannot be loaded")
            if name != "cpu":
                continue
        return Opened(session, name, "; ".join(refused))
    raise ModelLoadFailed(f"{Path(path).name}: {'; '.join(refused)}")


def runtime_module() -> Any:
    """ONNX Runtime.

    Raises:
        ExtraMissing: it is not installed, or its library cannot be loaded.
    """
    try:
        import onnxruntime
    except ImportError as error:
        raise ExtraMissing(f"ONNX Runtime cannot be loaded: {error}", hint="pip install 'myna[onnx]'") from error
    return onnxruntime


def _refused(path: Path, why: str) -> BadModelFile | OutOfMemory:
    if "bad_alloc" in why or "Failed to allocate memory" in why:
        return OutOfMemory(f"there is not enough memory for {path.name}: {why}")
    return BadModelFile(f"ONNX Runtime cannot load {path.name}: {why}")


def quiet_run_options(runtime: Any) -> Any:
    """For a run that may fail, and whose failure says something."""
    options = runtime.RunOptions()
    options.log_severity_level = 4
    return options
