"""ONNX Runtime sessions of what looks at pictures: two cores used and not fought over, and one way to fail."""

from __future__ import annotations

import os
import threading
from collections.abc import Generator, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import psutil

from myna.engine.onnx_runtime import failures, in_short
from myna.errors import EngineError, ExtraMissing, ModelLoadFailed, OutOfMemory

Floats = npt.NDArray[np.float32]

_PROVIDERS = ("CUDAExecutionProvider", "ROCMExecutionProvider", "CoreMLExecutionProvider", "DmlExecutionProvider")
"""What is used before the CPU where it is there, the fastest first."""
_BREATH_S = 0.04
"""Between two moments at which a long run can be given up; a cancel is to be seen within 0.1 s."""


class OnnxSession:
    """A model that is open. Its runs take float tensors and give them."""

    def __init__(self, path: str, session: Any, runtime: Any) -> None:
        """Made by `open_session`."""
        self._path = path
        self._session = session
        self._runtime = runtime
        self._outputs = [output.name for output in session.get_outputs()]

    @property
    def inputs(self) -> Mapping[str, tuple[int | str | None, ...]]:
        """The shape of each input by name; a size that may vary is a name or None."""
        return {value.name: tuple(value.shape) for value in self._session.get_inputs()}

    @property
    def outputs(self) -> Sequence[str]:
        """Names, in the order in which `run` gives them."""
        return tuple(self._outputs)

    @property
    def metadata(self) -> Mapping[str, str]:
        """What its makers wrote into the file."""
        found: Mapping[str, str] = self._session.get_modelmeta().custom_metadata_map
        return found

    def only_input(self, *sizes: int | None) -> str:
        """The name of its only input, whose fixed sizes are these; None stands for any.

        Raises:
            ModelLoadFailed: it takes something else, so that it is another kind of model.
        """
        shapes = self.inputs
        name, shape = next(iter(shapes.items()))
        fits = len(shape) == len(sizes) and all(
            wanted is None or not isinstance(size, int) or size == wanted
            for size, wanted in zip(shape, sizes, strict=True)
        )
        if len(shapes) != 1 or not fits:
            taken = ", ".join(f"{name} {list(shape)}" for name, shape in shapes.items())
            raise ModelLoadFailed(f"{self._path} is another kind of model: it takes {taken}")
        return name

    def run(self, inputs: Mapping[str, npt.NDArray[Any]]) -> list[Floats]:
        """All outputs.

        Raises:
            EngineError: ONNX Runtime failed.
            OutOfMemory: it found no memory.
        """
        return self._run(inputs, None)

    def run_with_breaks(self, inputs: Mapping[str, npt.NDArray[Any]]) -> Generator[None, None, list[Floats]]:
        """As `run`, for runs of more than a moment: yields some times a second, and when it is closed at such a
        moment, the run ends with the operation of the graph that is being computed.

        Raises:
            EngineError: ONNX Runtime failed.
            OutOfMemory: it found no memory.
        """
        options = self._runtime.RunOptions()
        found: list[list[Floats]] = []
        failed: list[EngineError | OutOfMemory] = []

        def compute() -> None:
            try:
                found.append(self._run(inputs, options))
            except (EngineError, OutOfMemory) as error:
                failed.append(error)

        thread = threading.Thread(target=compute, name="onnx-run", daemon=True)
        thread.start()
        try:
            thread.join(_BREATH_S)
            while thread.is_alive():
                yield
                thread.join(_BREATH_S)
        finally:
            options.terminate = True
            thread.join()
        if failed:
            raise failed[0]
        if not found:
            raise EngineError(f"{self._path}: the run ended without an answer")
        return found[0]

    def _run(self, inputs: Mapping[str, npt.NDArray[Any]], options: Any) -> list[Floats]:
        try:
            outputs: list[Floats] = self._session.run(self._outputs, dict(inputs), options)
        except failures(self._runtime) as error:
            text = in_short(error)
            if "allocat" in text.lower():
                raise OutOfMemory(f"{self._path}: {text}") from None
            raise EngineError(f"{self._path}: {text}") from None
        return outputs


def open_session(path: str, *, threads: int = 0) -> OnnxSession:
    """Open a model file.

    `threads` compute; 0 stands for the physical cores that this process may use. They sleep between two pieces of
    work: threads that spin take the processor from whatever else runs, a chat model above all.

    Raises:
        ExtraMissing: ONNX Runtime is not installed.
        ModelLoadFailed: the file is no model that ONNX Runtime opens.
    """
    try:
        import onnxruntime
    except ImportError as error:
        raise ExtraMissing(
            "ONNX Runtime, which runs models of pictures, is not installed", hint="pip install 'myna[vision]'"
        ) from error

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads or thread_count()
    options.inter_op_num_threads = 1
    options.log_severity_level = 4
    # A plan of memory for each shape that was met would be kept; pictures and lines have any shape.
    options.enable_mem_pattern = False
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    there = set(onnxruntime.get_available_providers())
    providers = [*(name for name in _PROVIDERS if name in there), "CPUExecutionProvider"]
    try:
        session = onnxruntime.InferenceSession(path, options, providers=providers)
    except failures(onnxruntime) as error:
        raise ModelLoadFailed(f"{path}: {in_short(error)}") from None
    return OnnxSession(path, session, onnxruntime)


def thread_count() -> int:
    """The physical cores among those that this process may use."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(cores, psutil.cpu_count(logical=False) or cores))
