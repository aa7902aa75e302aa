"""What goes wrong inside an engine, in Myna's words. Used in the worker, where engines are foreign code."""

from __future__ import annotations

import errno
import sys
from types import TracebackType
from typing import Literal

import msgspec

from ..engine.protocols import EngineSpec
from ..errors import BadInput, EngineCrashed, EngineError, ExtraMissing, ModelLoadFailed, MynaError, OutOfMemory

Phase = Literal["load", "submit", "work"]

_LONGEST = 1000
"""Characters of a foreign message that are passed on."""


class Isolated:
    """A `with` block that ends with `error` set, instead of raising, when the engine in it fails.

    Anything but Myna's own errors leaves a traceback in the worker's log.
    """

    error: MynaError | None = None
    foreign: str = ""
    """The type of the exception, when it was none of Myna's own: a bug, or a library's opinion."""

    def __init__(self, spec: EngineSpec, phase: Phase) -> None:
        self._spec = spec
        self._phase: Phase = phase

    def __enter__(self) -> Isolated:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> bool:
        if not isinstance(error, Exception):
            return False
        self.error = translated(error, self._spec, self._phase)
        if not isinstance(error, MynaError | MemoryError) and not isinstance(self.error, BadInput):
            self.foreign = type(error).__name__
            sys.excepthook(type(error), error, traceback)
        return True


def translated(error: Exception, spec: EngineSpec, phase: Phase) -> MynaError:
    """`error`, raised by the engine of `spec` during `phase`, as an error for people."""
    if isinstance(error, MynaError):
        return error
    if isinstance(error, MemoryError) or (isinstance(error, OSError) and error.errno == errno.ENOMEM):
        doing = "loading" if phase == "load" else "working"
        return OutOfMemory(f"{spec.name} ran out of memory while {doing}")
    if isinstance(error, ModuleNotFoundError) and phase == "load":
        return _missing_module(error, spec)
    text = f"{type(error).__name__}: {error}"[:_LONGEST]
    if phase == "load":
        return ModelLoadFailed(f"{spec.name} cannot be loaded: {text}")
    if phase == "work":
        return EngineCrashed(f"{spec.name} failed while working: {text}")
    kind = BadInput if isinstance(error, msgspec.MsgspecError) else EngineError
    return kind(f"{spec.name} cannot serve the request: {text}")


def _missing_module(error: ModuleNotFoundError, spec: EngineSpec) -> MynaError:
    module = spec.factory.partition(":")[0]
    missing = error.name or ""
    if module == missing or module.startswith(missing + "."):
        return ModelLoadFailed(f"{spec.name}: there is no engine {spec.factory!r}: {error}", hint="myna plugins list")
    if spec.extra:
        return ExtraMissing(
            f"{spec.name} needs {missing!r}, which is not installed", hint=f"pip install 'myna[{spec.extra}]'"
        )
    return ExtraMissing(f"{spec.name} needs {missing!r}, which is not installed", hint=f"pip install {missing}")
