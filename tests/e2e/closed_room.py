"""Run inside a network namespace of its own: a server under strace, and a hostile client of it on loopback.

python closed_room.py LOG CANARY MYNA ARGUMENT...    prints {"statuses": {attack: status}}
"""

from __future__ import annotations

import base64
import fcntl
import json
import socket
import struct
import subprocess
import sys
import time
from typing import Any

import httpx
import psutil

_SIOCSIFFLAGS, _UP = 0x8914, 0x1 | 0x40
MODEL = "smollm2-135m-instruct"


def loopback_up() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        fcntl.ioctl(one, _SIOCSIFFLAGS, struct.pack("16sh", b"lo", _UP) + bytes(16))


def attacks(canary: str) -> dict[str, tuple[str, dict[str, Any]]]:
    """Requests by name: a path, and arguments of httpx."""
    addresses = [
        f"file://{canary}", canary, f"../../../../../..{canary}", "http://127.0.0.1:9/x.png", "http://198.51.100.1/x.png",
        "ftp://198.51.100.1/x", f"data:text/plain,{canary}", f"data:image/png;base64,{canary}", f"FILE:{canary}",
        "data:image/svg+xml;base64," + base64.b64encode(
            f'<svg xmlns="http://www.w3.org/2000/svg"><image href="file://{canary}"/></svg>'.encode()
        ).decode(),
    ]  # fmt: skip
    found: dict[str, tuple[str, dict[str, Any]]] = {}

    def chat(name: str, *parts: Any, **fields: Any) -> None:
        messages = [{"role": "user", "content": list(parts) or "Hi"}]
        found[name] = "/v1/chat/completions", {"json": {"messages": messages, "max_tokens": 4, **fields}}

    for at, address in enumerate(addresses):
        chat(f"picture {at}", {"type": "image_url", "image_url": {"url": address}})
        chat(f"model {at}", model=address)
        found[f"voice {at}"] = "/v1/audio/speech", {"json": {"input": "Hi", "voice": address, "model": address}}
        found[f"embed {at}"] = "/v1/embeddings", {"json": {"input": address, "model": address}}
    for name, content in {
        "m3u8": f"#EXTM3U\n#EXTINF:1,\nfile://{canary}\n", "concat": f"ffconcat version 1.0\nfile {canary}\n",
        "sdp": "v=0\no=- 0 0 IN IP4 198.51.100.1\nc=IN IP4 198.51.100.1\nm=audio 5004 RTP/AVP 0\n", "noise": "x" * 999,
    }.items():  # fmt: skip
        upload = {"file": (f"../../..{canary}", content.encode())}
        found[f"upload {name}"] = "/v1/audio/transcriptions", {"files": upload}
        data = base64.b64encode(content.encode()).decode()
        chat(f"sound {name}", {"type": "input_audio", "input_audio": {"data": data, "format": "wav"}})
    schema = {"type": "json_schema", "json_schema": {"name": "x", "schema": {"$ref": f"file://{canary}"}}}
    chat("schema", response_format=schema)
    chat("template", {"type": "text", "text": "{% include '" + canary + "' %}{{ cycler.__init__.__globals__ }}"})
    found["response"] = "/v1/responses", {"json": {"input": "Hi", "previous_response_id": canary, "store": True}}
    found["good"] = "/v1/chat/completions", {"json": {"messages": [{"role": "user", "content": "Hi"}], "max_tokens": 4}}
    return found


def main(log: str, canary: str, *command: str) -> None:
    loopback_up()
    traced = ["strace", "-f", "--seccomp-bpf", "-qq", "-y", "-s", "4096", "-e", "trace=%file,%network", "-o", log]
    statuses: dict[str, int] = {}
    with subprocess.Popen([*traced, *command], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        printed = b""
        while not printed.rstrip().endswith(b"]"):
            line = process.stdout.readline()
            assert line, "the server has ended"
            printed += line
        url = f"http://127.0.0.1:{json.loads(printed)[0]['port']}"
        with httpx.Client(base_url=url, timeout=100, trust_env=False) as client:
            for name, (path, arguments) in attacks(canary).items():
                began = time.monotonic()
                statuses[name] = client.post(path, **arguments).status_code
                print(f"{name}: {statuses[name]}, {time.monotonic() - began:.1f} s", file=sys.stderr, flush=True)
            for path in (
                f"/v1/models/..%2f..%2f{canary}",
                f"/{canary}",
                "/docs/../../etc/passwd",
                "/v1/responses/%2e%2e",
            ):
                statuses[path] = client.get(path).status_code
        # strace itself would leave the server behind.
        psutil.Process(process.pid).children()[0].terminate()
        process.wait(60)
    print(json.dumps({"statuses": statuses}))


if __name__ == "__main__":
    main(*sys.argv[1:])
