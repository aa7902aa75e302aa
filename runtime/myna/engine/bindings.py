"""llama.cpp's C functions, through the low-level half of llama-cpp-python.

The package's own `__init__` imports its high-level API: chat formats, a server's types, a disk cache,
together about 0.3 s. Only the C bindings are used here, so they are imported without it.
"""

from __future__ import annotations

import importlib.util
import sys
import types
from typing import Any

from ..errors import ExtraMissing
from .rebuilding import rebuild


def _bindings() -> Any:
    if "llama_cpp" not in sys.modules:
        spec = importlib.util.find_spec("llama_cpp")
        if spec is None or spec.submodule_search_locations is None:
            raise ExtraMissing("llama-cpp-python is not installed", hint="pip install llama-cpp-python")
        package = types.ModuleType("llama_cpp")
        package.__path__ = list(spec.submodule_search_locations)
        package.__spec__ = spec
        sys.modules["llama_cpp"] = package
    try:
        return importlib.import_module("llama_cpp.llama_cpp")
    except (ImportError, OSError, RuntimeError) as error:
        raise ExtraMissing(f"llama.cpp's library cannot be loaded: {error}", hint=rebuild("", str(error))) from error


C = _bindings()
