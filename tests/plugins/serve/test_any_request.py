"""Whatever fits or breaks the OpenAPI document is answered, and never by a fault of the server."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from types import ModuleType

import pytest

from myna.hookspecs import Utterance, hookimpl
from myna.testing import FakeEngine, FakeSpeech, FakeSynthesizer
from small_guard import guard

pytestmark = pytest.mark.anyio

EXAMPLES = int(os.environ.get("MYNA_TEST_EXAMPLES", "0"))
"""For each endpoint; hundreds by hand, and every boundary of every field besides."""

PHASES = "examples,coverage,fuzzing" if EXAMPLES else "fuzzing"


class FakeEncoder:
    async def feed(self, data: bytes, rate: int, *, last: bool = False) -> bytes:
        return data


def reader():
    made = ModuleType("reader")

    def myna_read_aloud(text, language, voice, settings):
        return [Utterance("word", "en", voice)] if text.strip() else []

    made.myna_read_aloud = hookimpl(myna_read_aloud)
    return made


@pytest.mark.timeout(3600)
async def test_no_request_is_a_fault_of_the_server(serve, tmp_path):
    served = await serve(FakeEngine(["Hel", "lo"]), [guard(), reader()])
    synthesizer = FakeSynthesizer(FakeSpeech())

    async def voice(name=""):
        return synthesizer

    async def encoder(form):
        return FakeEncoder()

    served.assistant.synthesizer, served.assistant.encoder = voice, encoder
    arguments = [
        str(Path(sys.executable).with_name("schemathesis")), "run", f"http://127.0.0.1:{served.port}/openapi.json",
        "--checks", "not_a_server_error", "--phases", PHASES, "--seed", "7", "--workers", "2",
        "--max-examples", str(EXAMPLES or 3), "--generation-database", "none", "--suppress-health-check", "all",
        "--request-timeout", "20", "--warnings", "off", "--no-color", "--continue-on-failure",
    ]  # fmt: skip
    process = await asyncio.create_subprocess_exec(
        *arguments, cwd=tmp_path, stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    try:
        output, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
    assert process.returncode == 0, output.decode()
    # It was really asked, and is as well as before.
    metrics = (await served.client.get("/metrics")).text
    for endpoint in ("chat/completions", "completions", "embeddings", "responses", "audio/speech", "moderations"):
        assert f'endpoint="/v1/{endpoint}"' in metrics
    assert 'status="5' not in metrics
    assert (await served.ask()).status_code == 200
