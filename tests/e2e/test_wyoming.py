"""The Wyoming server as its clients see it: the public client, real sockets, real models."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from wyoming.asr import Transcribe, Transcript
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.client import AsyncTcpClient
from wyoming.event import Event
from wyoming.handle import Handled
from wyoming.info import Describe, Info
from wyoming.ping import Ping
from wyoming.tts import Synthesize, SynthesizeChunk, SynthesizeStart, SynthesizeStop, SynthesizeVoice

from model_workers import model_workers

MODELS = ("whisper-tiny-en", "piper-en-us-joe", "silero-vad", "smart-turn-v3")
QUESTION = "What is the capital of France?"


@pytest.fixture
def served(myna: Any, install: Callable[..., Path]) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """The running server, and its port."""
    install(*MODELS)
    with myna.start("wyoming", "--port", "0", "--json", env={"MYNA_CHAT_TEMPERATURE": "0"}) as process:
        assert process.stdout is not None
        printed = b""
        while not printed.rstrip().endswith(b"]"):
            line = process.stdout.readline()
            assert line, process.stderr.read().decode() if process.stderr else ""
            printed += line
        yield process, json.loads(printed)[0]["port"]
        if process.poll() is None:
            process.terminate()
            process.wait(20)


@pytest.fixture
async def client(served: tuple[subprocess.Popen[bytes], int]) -> AsyncIterator[AsyncTcpClient]:
    async with AsyncTcpClient("127.0.0.1", served[1], read_timeout=60) as connected:
        yield connected


async def until(client: AsyncTcpClient, last: str) -> list[Event]:
    """Events up to one of the type `last`."""
    events: list[Event] = []
    while not events or events[-1].type != last:
        event = await client.read_event()
        assert event is not None, [event.type for event in events]
        assert event.type != "error", event.data
        events.append(event)
    return events


async def spoken(client: AsyncTcpClient, text: str) -> tuple[int, bytes]:
    """The rate and the sound of a text."""
    await client.write_event(Synthesize(text).event())
    start, *chunks, _ = await until(client, "audio-stop")
    assert start.type == "audio-start"
    assert {chunk.type for chunk in chunks} == {"audio-chunk"}
    assert {chunk.data["rate"] for chunk in chunks} == {start.data["rate"]}
    return start.data["rate"], b"".join(chunk.payload or b"" for chunk in chunks)


async def transcribed(client: AsyncTcpClient, rate: int, width: int, channels: int, sound: bytes) -> list[Event]:
    await client.write_event(Transcribe(language="en").event())
    await client.write_event(AudioStart(rate, width, channels).event())
    for at in range(0, len(sound), 8190):
        await client.write_event(AudioChunk(rate, width, channels, sound[at : at + 8190]).event())
    await client.write_event(AudioStop().event())
    return await until(client, "transcript-stop")


async def test_describe_answers_at_once_and_loads_nothing(served, client, myna):
    await client.write_event(Describe().event())
    event = await client.read_event()
    assert event is not None
    info = Info.from_event(event)
    assert [model.name for model in info.asr[0].models] == ["whisper-tiny-en"]
    assert info.asr[0].models[0].languages == ["en"]
    assert info.asr[0].supports_transcript_streaming
    assert "piper-en-us-joe" in [voice.name for voice in info.tts[0].voices]
    assert info.tts[0].supports_synthesize_streaming
    assert info.handle[0].models[0].languages == ["en", "zh"]
    assert not model_workers(served[0].pid)
    await client.write_event(Ping("here").event())
    pong = await client.read_event()
    assert pong is not None
    assert pong.data == {"text": "here"}


async def test_a_spoken_sentence_is_understood_at_any_rate_and_width(client):
    import soxr

    rate, sound = await spoken(client, QUESTION)
    samples = np.frombuffer(sound, "<i2")
    stereo = np.repeat(soxr.resample(samples, rate, 48_000), 2)
    forms = [
        (rate, 2, 1, sound),
        (48_000, 2, 2, stereo.astype("<i2").tobytes()),
        (16_000, 4, 1, (soxr.resample(samples.astype(np.float64), rate, 16_000) * 65_536).astype("<i4").tobytes()),
        (48_000, 3, 1, b"".join(b"\0" + value.tobytes() for value in stereo[::2].astype("<i2"))),
    ]
    for form in forms:
        events = await transcribed(client, *form)
        transcript = next(Transcript.from_event(event) for event in events if Transcript.is_type(event.type))
        assert transcript.text.strip() == QUESTION
        assert transcript.language == "en"
        assert [event.type for event in events if event.type != "transcript-chunk"] == [
            "transcript-start",
            "transcript",
            "transcript-stop",
        ]
        chunks = "".join(event.data["text"] for event in events if event.type == "transcript-chunk")
        assert chunks.strip() == QUESTION


async def test_text_is_sent_while_somebody_speaks(client):
    """Sound comes in its own time; what is stable of the text arrives before the end of it."""
    rate, sound = await spoken(
        client, "My dog likes to run in the park, and my cat likes to sleep on the sofa all day."
    )
    await client.write_event(Transcribe(language="en").event())
    await client.write_event(AudioStart(rate, 2, 1).event())

    async def speak() -> None:
        begun = time.monotonic()
        for at in range(0, len(sound), rate // 5):
            await client.write_event(AudioChunk(rate, 2, 1, sound[at : at + rate // 5]).event())
            await asyncio.sleep(max(0, begun + at / 2 / rate - time.monotonic()))

    speaking = asyncio.create_task(speak())
    first = await until(client, "transcript-chunk")
    assert not speaking.done()
    await speaking
    await client.write_event(AudioStop().event())
    rest = await until(client, "transcript-stop")
    text = next(event.data["text"] for event in rest if event.type == "transcript")
    assert "dog" in first[-1].data["text"]
    assert "sofa" in text


async def test_silence_is_no_speech(client):
    events = await transcribed(client, 16_000, 2, 1, bytes(64_000))
    assert next(event.data["text"] for event in events if event.type == "transcript") == ""


async def test_speech_begins_before_the_text_has_ended(client):
    await client.write_event(SynthesizeStart(voice=SynthesizeVoice(name="piper-en-us-joe")).event())
    await client.write_event(SynthesizeChunk("The first sentence is here. And the second one ").event())
    await until(client, "audio-chunk")
    await client.write_event(SynthesizeChunk("comes later.").event())
    # For servers that do not stream; it must not be spoken twice.
    await client.write_event(Synthesize("The first sentence is here. And the second one comes later.").event())
    await client.write_event(SynthesizeStop().event())
    events = await until(client, "synthesize-stopped")
    assert [event.type for event in events].count("audio-stop") == 1
    seconds = sum(len(event.payload or b"") for event in events) / 2 / 22_050
    assert 1 < seconds < 8


async def test_a_question_is_answered_and_the_conversation_goes_on(client, myna):
    context = {"conversation_id": "kitchen"}
    await client.write_event(Transcript(QUESTION, context=context, language="en").event())
    events = await until(client, "handled-stop")
    handled = next(Handled.from_event(event) for event in events if Handled.is_type(event.type))
    assert handled.text is not None
    assert "Paris" in handled.text
    assert handled.context == context
    assert events[0].type == "handled-start"
    assert "".join(event.data["text"] for event in events if event.type == "handled-chunk") == handled.text
    await client.write_event(Transcript("And of Italy?", context=context).event())
    await until(client, "handled-stop")
    (kept,) = json.loads(myna("conversations", "list", "--json").out)
    shown = json.loads(myna("conversations", "show", kept["id"], "--json").out)
    assert len(shown["messages"]) == 4


async def test_what_cannot_be_done_is_told_and_the_connection_goes_on(client):
    await client.write_event(Synthesize("Hello", voice=SynthesizeVoice(name="no-such-voice")).event())
    event = await client.read_event()
    assert event is not None
    assert (event.type, event.data["code"]) == ("error", "model-missing")
    assert (await spoken(client, "Hello"))[1]


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
async def test_it_ends_cleanly_with_clients_connected(served, client, how):
    process, _ = served
    await client.write_event(Describe().event())
    await client.read_event()
    await client.write_event(AudioStart(16_000, 2, 1).event())
    process.send_signal(how)
    status = await asyncio.to_thread(process.wait, 20)
    assert status == (0 if how == signal.SIGTERM else 130)
    assert process.stderr is not None
    assert b"Traceback" not in process.stderr.read()
    assert await client.read_event() is None


def test_a_port_in_use_is_a_clear_error(served, myna):
    ended = myna("wyoming", "--port", str(served[1]))
    assert ended.status == 2
    assert "is in use" in ended.err


def test_other_machines_are_let_in_only_on_request_and_said_so(myna):
    with myna.start("wyoming", "--host", "0.0.0.0", "--port", "0") as process:
        assert process.stderr is not None
        said = process.stderr.readline() + process.stderr.readline()
        process.terminate()
        assert process.wait(20) == 0
    assert b"tcp://0.0.0.0:" in said
    assert b"no passwords" in said
