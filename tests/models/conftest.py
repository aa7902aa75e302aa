from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import gguf
import numpy as np
import pytest

from loopback import LoopbackServer
from myna.paths import Paths

CHATML = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>\n' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)


@pytest.fixture
def paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Paths:
    monkeypatch.setenv("MYNA_HOME", str(tmp_path / "home"))
    return Paths.find()


@pytest.fixture
def make_gguf(tmp_path: Path) -> Callable[..., Path]:
    """Writes a small GGUF file that looks like a chat model of two layers."""

    def make(name: str = "tiny.gguf", *, template: str = CHATML, **fields: Any) -> Path:
        path = tmp_path / name
        writer = gguf.GGUFWriter(path, "llama")
        writer.add_name("Tiny")
        writer.add_context_length(4096)
        writer.add_block_count(2)
        writer.add_embedding_length(64)
        writer.add_feed_forward_length(128)
        writer.add_head_count(4)
        writer.add_head_count_kv(2)
        writer.add_tokenizer_model("gpt2")
        writer.add_token_list([f"token{index}" for index in range(300)])
        writer.add_bos_token_id(1)
        writer.add_eos_token_id(2)
        if template:
            writer.add_chat_template(template)
        for key, value in fields.items():
            writer.add_uint32(key.replace("__", "."), value)
        writer.add_tensor("token_embd.weight", np.zeros((300, 64), np.float16))
        writer.add_tensor("blk.0.attn_q.weight", np.zeros((64, 64), np.float32))
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()
        return path

    return make


@pytest.fixture
def wheelhouse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Makes wheels that pip finds without a network."""
    folder = tmp_path / "wheelhouse"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")

    def make(package: str, files: dict[str, bytes], version: str = "1.0") -> Path:
        module = package.replace("-", "_")
        info = f"{module}-{version}.dist-info"
        path = folder / f"{module}-{version}-py3-none-any.whl"
        with zipfile.ZipFile(path, "w") as wheel:
            for name, content in files.items():
                wheel.writestr(name, content)
            wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {package}\nVersion: {version}\n")
            wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
            wheel.writestr(f"{info}/RECORD", "")
        return path

    return make


@pytest.fixture
def web() -> Iterator[LoopbackServer]:
    server = LoopbackServer()
    yield server
    server.close()


@pytest.fixture
def manifest_text() -> Callable[..., str]:
    """The text of a manifest for one GGUF file."""

    def make(*sources: str, name: str = "tiny", sha256: str = "", size: int = 0, extra: str = "") -> str:
        lines = [f'id = "{name}"', 'name = "Tiny"', 'task = "chat"', 'format = ".gguf"', extra, "[licence]"]
        lines += [
            'id = "Apache-2.0"',
            "[[files]]",
            'role = "model"',
            'name = "tiny.gguf"',
            f"sources = {list(sources)!r}",
        ]
        if sha256:
            lines.append(f'sha256 = "{sha256}"')
        if size:
            lines.append(f"size = {size}")
        return "\n".join(lines)

    return make


@pytest.fixture
def onnx_bytes() -> bytes:
    """The smallest ONNX model: version 9, one graph with one output and no node."""
    output = b"\x62\x03\x0a\x01y"
    return b"\x08\x09" + b"\x3a" + bytes([len(output)]) + output
