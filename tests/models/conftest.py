from __future__ import annotations

import contextlib
import hashlib
import threading
import zipfile
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import gguf
import numpy as np
import pytest

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


class LoopbackServer:
    """A small web server: files by path, with ranges; a hub's headers for paths with `/resolve/` in them."""

    commit = "0123456789abcdef0123456789abcdef01234567"

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.requests: list[tuple[str, str, str]] = []
        """Method, path and the Range header of each request."""
        self.cut_after: list[int] = []
        """For each of the next answers: bytes after which the connection ends."""
        self.stall = threading.Event()
        """While set, bodies stop after their first byte until the server closes."""
        self.closing = threading.Event()
        self.ranges = True
        self.etag: Callable[[bytes], str] = lambda body: hashlib.sha256(body).hexdigest()
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_HEAD(self) -> None:
                server.answer(self, body=False)

            def do_GET(self) -> None:
                server.answer(self, body=True)

            def log_message(self, *arguments: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def answer(self, handler: BaseHTTPRequestHandler, *, body: bool) -> None:
        wanted = handler.headers.get("Range", "")
        self.requests.append((handler.command, handler.path, wanted))
        path = handler.path
        for revision in ("/resolve/main/", f"/resolve/{self.commit}/"):
            path = path.replace(revision, "/")
        content = self.files.get(path)
        if content is None:
            handler.send_response(404)
            if "/resolve/" in handler.path:
                handler.send_header("X-Error-Code", "EntryNotFound")
            handler.send_header("Content-Length", "0")
            handler.end_headers()
            return
        start = 0
        if wanted and self.ranges and handler.headers.get("If-Range") == f'"{self.etag(content)}"':
            start = int(wanted.removeprefix("bytes=").rstrip("-"))
        handler.send_response(206 if start else 200)
        if start:
            handler.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        handler.send_header("Content-Length", str(len(content) - start))
        handler.send_header("ETag", f'"{self.etag(content)}"')
        if "/resolve/" in handler.path:
            handler.send_header("X-Repo-Commit", self.commit)
        handler.end_headers()
        if body:
            # Whoever asked may have gone away on purpose.
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                self._send(handler, content[start:])

    def _send(self, handler: BaseHTTPRequestHandler, content: bytes) -> None:
        if self.stall.is_set():
            handler.wfile.write(content[:1])
            handler.wfile.flush()
            self.closing.wait()
            handler.close_connection = True
        elif self.cut_after:
            handler.wfile.write(content[: self.cut_after.pop(0)])
            handler.close_connection = True
        else:
            handler.wfile.write(content)

    def close(self) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


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
