"""What llama.cpp can compute on here, as its own library tells."""

from __future__ import annotations

import ctypes
import sys
from pathlib import Path
from typing import Any, Literal

import msgspec

from ...errors import ExtraMissing

Kind = Literal["cpu", "gpu", "igpu", "accelerator", "other"]

_KINDS: dict[int, Kind] = {0: "cpu", 1: "gpu", 2: "igpu", 3: "accelerator"}
"""ggml_backend_dev_type, in ggml-backend.h."""


class Device(msgspec.Struct, frozen=True):
    """One of ggml's devices."""

    name: str
    """For example `CUDA0`."""
    description: str
    """For example `NVIDIA GeForce RTX 3060`."""
    kind: Kind
    free: int
    """Bytes of its memory; of an `igpu`, those of the machine."""
    total: int
    handle: int = 0
    """`ggml_backend_dev_t`, in the process that asked."""


def devices() -> list[Device]:
    """All of them, in the library's order.

    Raises:
        ExtraMissing: llama.cpp is not installed, or its library cannot be loaded.
    """
    library, base = _libraries()
    found = []
    for at in range(library.ggml_backend_dev_count()):
        handle = library.ggml_backend_dev_get(at)
        free, total = ctypes.c_size_t(), ctypes.c_size_t()
        base.ggml_backend_dev_memory(handle, ctypes.byref(free), ctypes.byref(total))
        found.append(
            Device(
                name=base.ggml_backend_dev_name(handle).decode("utf-8", "replace"),
                description=base.ggml_backend_dev_description(handle).decode("utf-8", "replace").strip(),
                kind=_KINDS.get(base.ggml_backend_dev_type(handle), "other"),
                free=free.value,
                total=total.value,
                handle=handle or 0,
            )
        )
    return found


def graphics(found: list[Device]) -> list[Device]:
    """Those that layers of a model are put on: GPUs with memory of their own, else those that share the machine's."""
    return [one for one in found if one.kind == "gpu"] or [one for one in found if one.kind == "igpu"]


def _libraries() -> tuple[Any, Any]:
    from .. import bindings

    bindings.C.llama_backend_init()
    folder = Path(bindings.C.__file__).parent / "lib"
    try:
        library, base = (ctypes.CDLL(str(_file(folder, name))) for name in ("ggml", "ggml-base"))
    except OSError as error:
        raise ExtraMissing(f"llama.cpp's libraries are not where its bindings have them: {error}", hint="") from error
    library.ggml_backend_dev_count.restype = ctypes.c_size_t
    library.ggml_backend_dev_get.argtypes = [ctypes.c_size_t]
    library.ggml_backend_dev_get.restype = ctypes.c_void_p
    for name, kind in (("name", ctypes.c_char_p), ("description", ctypes.c_char_p), ("type", ctypes.c_int)):
        function = getattr(base, f"ggml_backend_dev_{name}")
        function.argtypes = [ctypes.c_void_p]
        function.restype = kind
    size = ctypes.POINTER(ctypes.c_size_t)
    base.ggml_backend_dev_memory.argtypes = [ctypes.c_void_p, size, size]
    base.ggml_backend_dev_memory.restype = None
    return library, base


def _file(folder: Path, name: str) -> Path:
    """The library that the bindings have loaded: opened again, it is the same one."""
    if sys.platform == "win32":
        return folder / f"{name}.dll"
    return folder / f"lib{name}.{'dylib' if sys.platform == 'darwin' else 'so'}"
