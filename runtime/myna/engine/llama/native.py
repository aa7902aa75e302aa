"""What llama.cpp's C functions say and how they fail."""

from __future__ import annotations

import ctypes
import importlib
import sys
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ...errors import BadModelFile, ExtraMissing, ModelLoadFailed, MynaError, OutOfMemory
from ..bindings import C
from .options import LlamaOptions


def picture_bindings() -> Any:
    """llama.cpp's functions for pictures (`libmtmd`).

    Raises:
        ExtraMissing: this build of llama.cpp has none.
    """
    try:
        return importlib.import_module("llama_cpp.mtmd_cpp")
    except (ImportError, OSError, RuntimeError) as error:
        raise ExtraMissing(
            f"llama.cpp's library for pictures cannot be loaded: {error}",
            hint="pip install --force-reinstall llama-cpp-python",
        ) from error


NO_LOG = C.llama_log_callback(lambda *_: None)


def uses_gpu(options: LlamaOptions) -> bool:
    """Whether layers of the model go to a GPU."""
    return bool(options.gpu_layers and C.llama_supports_gpu_offload())


class NativeLog:
    """Keeps llama.cpp's last messages and passes them to standard error, which the worker records."""

    def __init__(self) -> None:
        self.errors: deque[str] = deque(maxlen=8)
        self._line = ""
        self.callback = C.llama_log_callback(self._write)
        C.llama_log_set(self.callback, None)

    def _write(self, level: int, text: bytes, _: object) -> None:
        # Levels are ggml's: 2 information, 3 warning, 4 error, 5 continuation of the line before.
        line = text.decode("utf-8", "replace").rstrip()
        if level in {3, 4} and line:
            sys.stderr.write(line + "\n")
        if level == 4 and line:
            self.errors.append(line)

    def close(self) -> None:
        """Keep nothing more; llama.cpp must not call what is gone."""
        C.llama_log_set(NO_LOG, None)

    def last_error(self) -> str:
        """The newest error, without the name of the C function in front of it."""
        for line in reversed(self.errors):
            text = line.split(": ", 1)[-1].strip()
            if text and not text.startswith(("failed to load model", "error loading model")):
                return text
        return next((line.split(": ", 1)[-1] for line in self.errors), "no reason was given")


@contextmanager
def llama_errors(path: str) -> Iterator[None]:
    """Translate what the bindings raise into Myna's errors, in this one place."""
    try:
        yield
    except MynaError:
        raise
    except MemoryError as error:
        raise OutOfMemory(f"there is not enough memory for {path}") from error
    except (ValueError, RuntimeError, OSError, ctypes.ArgumentError, AssertionError) as error:
        raise ModelLoadFailed(f"llama.cpp cannot use {path}: {error}") from error


def refused(path: str, log: NativeLog, reason: str = "") -> MynaError:
    """The error for a file that llama.cpp declined to load; `reason` is found in the log when it is not given."""
    reason = reason or log.last_error()
    if "alloc" in reason or "memory" in reason:
        return OutOfMemory(f"there is not enough memory for {path}: {reason}")
    return BadModelFile(f"llama.cpp cannot load {path}: {reason}")
