"""The child side of admission: `python -m myna_models.admit FILE ...`, one JSON answer on standard output.

It gives up what it does not need (memory, time, files, network, children) before it opens anything.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from myna.engine.gguf import GgufHeader, read_header
from myna.errors import BadModelFile, MynaError

from .admission import Answer, Facts
from .onnx_header import read_onnx

if TYPE_CHECKING:
    from myna.engine.chat_template import ChatTemplate

MEMORY = 1 << 30
"""Bytes of address space besides the file itself, which may be mapped."""
CPU_S = 15
OPEN_FILES = 64
MAX_JSON = 64 << 20
"""Bytes of a JSON file; the largest tokenizers have about 20 MB."""


def examine(path: Path) -> Facts:
    """Parse the header of a model file by its suffix; a chat template in it is rendered once.

    Raises:
        BadModelFile, BadTemplate: it cannot be used.
    """
    handlers = {".gguf": _gguf, ".onnx": _onnx, ".safetensors": _safetensors, ".json": _json, ".jinja": _jinja}
    handler = handlers.get(path.suffix.lower())
    if handler is not None:
        return handler(path)
    if path.name == "model.bin":
        return _ctranslate2(path)
    if not path.stat().st_size:
        raise BadModelFile(f"{path.name} is empty")
    return Facts(path.name, "data")


def _onnx(path: Path) -> Facts:
    header = read_onnx(path)
    details = {
        "ir": str(header.ir_version),
        "opset": str(header.opsets.get("", 0)),
        "producer": header.producer,
        "nodes": str(header.nodes),
    }
    return Facts(path.name, "onnx", details)


def _gguf(path: Path) -> Facts:
    header = read_header(path)
    if not header.architecture:
        raise BadModelFile(f"{path.name} does not say what architecture it has")
    if header.kind == "model" and not header.tensors:
        raise BadModelFile(f"{path.name} holds no tensors")
    if header.split_count > 1:
        header.shards()
    if header.chat_template:
        _render(header)
    details = {
        "architecture": header.architecture,
        "name": header.name,
        "parameters": str(header.parameters),
        "context": str(header.context),
        "template": "yes" if header.chat_template else "no",
    }
    return Facts(path.name, f"gguf {header.kind}", details)


def _render(header: GgufHeader) -> None:
    from myna.engine.chat_template import ChatTemplate

    ids = {role: header.integer(f"tokenizer.ggml.{role}_token_id", -1) for role in ("bos", "eos")}
    texts = header.tokens(ids.values())
    _try(ChatTemplate(header.chat_template, bos=texts.get(ids["bos"], ""), eos=texts.get(ids["eos"], "")))


def _try(template: ChatTemplate) -> None:
    """Render a short conversation."""
    question = {"role": "user", "content": "Hello?"}
    answer = {"role": "assistant", "content": "Hello!"}
    template.render([question], add_generation_prompt=True)
    template.render([question, answer, question], add_generation_prompt=True)


def _jinja(path: Path) -> Facts:
    """A chat template in a file of its own, beside an ONNX model."""
    from myna.engine.chat_template import ChatTemplate

    if path.stat().st_size > MAX_JSON:
        raise BadModelFile(f"{path.name} has more than {MAX_JSON >> 20} MB")
    _try(ChatTemplate(path.read_bytes().decode("utf-8", "replace"), bos="", eos=""))
    return Facts(path.name, "template")


def _safetensors(path: Path) -> Facts:
    size = path.stat().st_size
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        if not 2 <= length <= min(size - 8, MAX_JSON):
            raise BadModelFile(f"{path.name} is no safetensors file or is truncated")
        raw = file.read(length)
    try:
        header = msgspec.json.decode(raw, type=dict[str, dict[str, object]])
    except msgspec.DecodeError as error:
        raise BadModelFile(f"{path.name} is no safetensors file: {error}") from error
    end = 0
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        offsets = entry.get("data_offsets")
        if not isinstance(offsets, list) or len(offsets) != 2 or not all(isinstance(item, int) for item in offsets):
            raise BadModelFile(f"{path.name} does not say where the tensor {name!r} lies")
        if not 0 <= offsets[0] <= offsets[1]:
            raise BadModelFile(f"{path.name} puts the tensor {name!r} in an impossible place")
        end = max(end, offsets[1])
    if 8 + length + end > size:
        raise BadModelFile(
            f"{path.name} is truncated: its tensors need {8 + length + end:,} bytes, but the file has {size:,}"
        )
    return Facts(path.name, "safetensors", {"tensors": str(len(header))})


def _json(path: Path) -> Facts:
    if path.stat().st_size > MAX_JSON:
        raise BadModelFile(f"{path.name} has more than {MAX_JSON >> 20} MB of JSON")
    try:
        msgspec.json.decode(path.read_bytes())
    except (msgspec.DecodeError, RecursionError) as error:
        raise BadModelFile(f"{path.name} is no JSON: {error}") from error
    return Facts(path.name, "json")


def _ctranslate2(path: Path) -> Facts:
    """The head of a CTranslate2 model: binary version, name of the specification, its revision."""
    with path.open("rb") as file:
        head = file.read(256)
    version, length = int.from_bytes(head[:4], "little"), int.from_bytes(head[4:6], "little")
    raw = head[6 : 6 + length].rstrip(b"\0")
    if not 2 <= version <= 32 or not 3 <= length <= 128 or not raw.isascii() or not raw.decode().isidentifier():
        raise BadModelFile(f"{path.name} is no CTranslate2 model")
    return Facts(path.name, "ctranslate2", {"specification": raw.decode()})


def _confine(paths: Sequence[Path]) -> None:
    """Give up memory, time, files, children and network, as far as the platform allows."""
    largest = max((path.stat().st_size for path in paths if path.is_file()), default=0)
    if sys.platform == "win32":
        return
    import resource

    limits = [
        (resource.RLIMIT_AS, MEMORY + largest),
        (resource.RLIMIT_CPU, CPU_S),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ]
    for which, wanted in limits:
        _, hard = resource.getrlimit(which)
        bound = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        try:
            resource.setrlimit(which, (bound, bound))
        except (OSError, ValueError):
            # macOS refuses some limits; the wall clock of the parent remains.
            continue
    if sys.platform == "linux":
        _leave_network()


def _leave_network() -> None:
    import ctypes

    new_user, new_network = 0x10000000, 0x40000000
    libc = ctypes.CDLL(None, use_errno=True)
    # Root needs no user namespace of its own; others may be refused one, and then the limits above remain.
    if libc.unshare(new_network):
        libc.unshare(new_user | new_network)


def main(arguments: Sequence[str]) -> int:
    """Examine the files named in `arguments`; the exit status is 0 also when one is refused."""
    paths = [Path(argument) for argument in arguments]
    try:
        _confine(paths)
        answer = Answer(tuple(examine(path) for path in paths))
    except MynaError as error:
        answer = Answer(error=error.info())
    except MemoryError:
        answer = Answer(error=BadModelFile("checking the file took too much memory").info())
    except OSError as error:
        answer = Answer(error=BadModelFile(f"a file cannot be read: {error}").info())
    sys.stdout.write(json.dumps(msgspec.to_builtins(answer)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
