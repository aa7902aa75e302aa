"""A model hub of this machine's own."""

from __future__ import annotations

import contextlib
import hashlib
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


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
        self.half: threading.Event | None = None
        """Where there is one, bodies stop in the middle until it is set."""
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
        elif self.half is not None and len(content) > 1:
            handler.wfile.write(content[: len(content) // 2])
            handler.wfile.flush()
            while not self.half.wait(0.02):
                if self.closing.is_set():
                    handler.close_connection = True
                    return
            handler.wfile.write(content[len(content) // 2 :])
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
