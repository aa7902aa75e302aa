"""The running server, for tests of its clients."""

from __future__ import annotations

import json
import subprocess
from typing import Any

import openai
import psutil

from model_workers import model_workers

MODEL = "smollm2-135m-instruct"


class Running:
    """The program, and where it listens."""

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self.process = process
        self.port = port

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def client(self, key: str = "none", **options: Any) -> openai.OpenAI:
        return openai.OpenAI(base_url=f"{self.url}/v1", api_key=key, **{"max_retries": 0, "timeout": 120, **options})

    def workers(self) -> list[psutil.Process]:
        return model_workers(self.process.pid)


def started(process: subprocess.Popen[bytes]) -> Running:
    assert process.stdout is not None
    printed = b""
    while not printed.rstrip().endswith(b"]"):
        line = process.stdout.readline()
        assert line, process.stderr.read().decode() if process.stderr else ""
        printed += line
    return Running(process, json.loads(printed)[0]["port"])
