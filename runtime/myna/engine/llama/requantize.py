"""Writes the weights of a GGUF file in another format, in a process of its own:

    python -m myna.engine.llama.requantize SOURCE TARGET FORMAT EMBEDDING THREADS

FORMAT is llama.cpp's number of a file type (`llama_ftype`), EMBEDDING the number of ggml's type that the embedding and
the output matrix get, or -1 for what the format wants. It ends with the process that started it, when its standard
input is closed. When it fails, the reason is its last line on standard error.
"""

from __future__ import annotations

import ctypes
import os
import sys
import threading

from ..bindings import C
from .native import NativeLog


def _end_with_parent() -> None:
    """What is half written is of no use to anybody."""
    sys.stdin.buffer.read()
    os._exit(1)


def main(source: str, target: str, kind: int, embedding: int, threads: int) -> int:
    """Exit status: 0 when the file is there, whole."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    log = NativeLog()
    params = C.llama_model_quantize_default_params()
    params.ftype = kind
    params.nthread = threads
    # The weights that people have are quantized already.
    params.allow_requantize = True
    if embedding >= 0:
        params.token_embedding_type = params.output_tensor_type = embedding
    C.llama_backend_init()
    status = int(C.llama_model_quantize(os.fsencode(source), os.fsencode(target), ctypes.byref(params)))
    if status:
        sys.stderr.write(f"{log.last_error()}\n")
        return 1
    # On the disk before its name says that it is whole.
    with open(target, "rb+") as file:  # noqa: PTH123 - the path as it was given
        os.fsync(file.fileno())
    return 0


if __name__ == "__main__":
    sys.stdout.flush()
    os._exit(main(sys.argv[1], sys.argv[2], *map(int, sys.argv[3:6])))
