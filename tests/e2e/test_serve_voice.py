"""Talking to the server over a WebSocket: real models, real sockets, the public client of OpenAI."""

from __future__ import annotations

import asyncio
import base64
import json
import wave
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import httpx
import openai
import pytest

pytestmark = pytest.mark.anyio

PCM = {"response_format": "pcm", "voice": "alloy", "model": "default"}


@pytest.fixture
def url(myna: Any, install: Any) -> Iterator[str]:
    install("whisper-tiny-en", "piper-en-us-joe", "silero-vad", "smart-turn-v3")
    with myna.start("serve", "--port", "0", "--json") as process:
        printed = b""
        while not printed.rstrip().endswith(b"]"):
            line = process.stdout.readline()
            assert line, process.stderr.read().decode()
            printed += line
        yield f"127.0.0.1:{json.loads(printed)[0]['port']}/v1"
        process.terminate()
        process.wait(30)


async def test_a_spoken_question_is_answered_aloud(url):
    async with openai.AsyncOpenAI(base_url=f"http://{url}", api_key="none", websocket_base_url=f"ws://{url}") as client:
        spoken = await client.audio.speech.create(input="What is the capital of France?", **PCM)
        question = bytes(24_000) + spoken.content
        async with client.realtime.connect(model="gpt-realtime") as connection:
            talking = asyncio.create_task(talk(connection, question))
            sound, heard, told = b"", "", ""
            async with asyncio.timeout(90):
                async for event in connection:
                    assert event.type != "error", event
                    if event.type == "conversation.item.input_audio_transcription.completed":
                        heard = event.transcript
                    elif event.type == "response.output_audio.delta":
                        sound += base64.b64decode(event.delta)
                    elif event.type == "response.output_audio_transcript.done":
                        told = event.transcript
                    elif event.type == "response.done":
                        assert event.response.status == "completed"
                        break
            talking.cancel()
        assert "capital of France" in heard
        assert "Paris" in told
        file = BytesIO()
        with wave.open(file, "wb") as opened:
            opened.setparams((1, 2, 24_000, 0, "NONE", ""))
            opened.writeframes(sound)
        again = await client.audio.transcriptions.create(model="whisper-1", file=("answer.wav", file.getvalue()))
    assert "Paris" in again.text
    async with httpx.AsyncClient(trust_env=False) as http:
        assert (
            'endpoint="/v1/realtime",status="101"' in (await http.get(f"http://{url.removesuffix('/v1')}/metrics")).text
        )


async def talk(connection: Any, sound: bytes) -> None:
    """As a microphone does: in its own time, and silence when nobody speaks."""
    step = 24_000 * 2 // 10
    while True:
        piece, sound = sound[:step].ljust(step, b"\0"), sound[step:]
        await connection.input_audio_buffer.append(audio=base64.b64encode(piece).decode())
        await asyncio.sleep(0.1)
