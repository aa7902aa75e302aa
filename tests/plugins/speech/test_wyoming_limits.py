"""The Wyoming server and clients that mean no good: real sockets, no models."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from wyoming.asr import Transcribe
from wyoming.asr import Transcript as TranscriptEvent
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.client import AsyncTcpClient
from wyoming.event import Event
from wyoming.info import Describe, Info
from wyoming.tts import Synthesize, SynthesizeChunk, SynthesizeStart, SynthesizeStop

from myna.audio import pcm
from myna.config import Settings, SpeechSettings
from myna.engine.speech import NoSpeech, Speech, SynthesizeRequest, TranscribeRequest, Transcript
from myna.errors import EngineCrashed, ModelMissing, UsageError
from myna.events import TextDelta, TurnFinished, Usage
from myna_speech.wyoming.handling import MOST_CONVERSATIONS, Conversations
from myna_speech.wyoming.server import WyomingServer
from myna_speech.wyoming.wire import Limits

LIMITS = Limits(line=2000, data=4000, payload=8000, audio_s=2.0, text=100, connections=3)


class Ears:
    """A transcriber that says how much it heard."""

    def __init__(self) -> None:
        self.requests: list[TranscribeRequest] = []
        self.error: Exception | None = None
        self.cancelled = 0
        self.hold: asyncio.Event | None = None

    def preload(self) -> None:
        """There is nothing to load."""

    async def transcribe(self, request: TranscribeRequest) -> Transcript | NoSpeech:
        self.requests.append(request)
        if self.hold is not None:
            try:
                await self.hold.wait()
            except asyncio.CancelledError:
                self.cancelled += 1
                raise
        if self.error is not None:
            raise self.error
        if not np.frombuffer(request.audio, "<i2").any():
            return NoSpeech("silence")
        return Transcript(f"{len(request.audio) // 2} samples", "en")


class Mouth:
    """A voice that makes 100 samples of each text."""

    def __init__(self, rate: int = 16_000) -> None:
        self.rate = rate
        self.texts: list[str] = []

    async def synthesize(self, request: SynthesizeRequest) -> AsyncIterator[Speech]:
        self.texts.append(request.text)
        yield Speech(pcm(np.full(100, 0.5)), self.rate)


class Talk:
    def __init__(self, reason: str = "stop") -> None:
        self.reason = reason
        self.asked: list[str] = []

    async def ask(self, text: str, *, options: Any) -> AsyncIterator[TextDelta | TurnFinished]:
        self.asked.append(text)
        base: dict[str, Any] = {"turn": "1", "epoch": 1}
        if self.reason == "stop":
            yield TextDelta(text="Hel", **base)
            yield TextDelta(text="lo", **base)
        yield TurnFinished(
            reason=self.reason,
            usage=Usage(),
            timings={},
            text="Hello" if self.reason == "stop" else "",
            error=None if self.reason == "stop" else EngineCrashed("the worker died").info(),
            **base,
        )


class Fake:
    """An assistant whose engines are made up."""

    def __init__(self, folder: Path) -> None:
        self.settings = Settings(speech=SpeechSettings(transcriber="ears", voice="mouth"))
        self.paths = SimpleNamespace(models=folder)
        self.ears = Ears()
        self.mouth = Mouth()
        self.reason = "stop"
        self.conversations: list[Talk] = []

    async def transcriber(self, name: str) -> Ears:
        if name not in {"", "ears"}:
            raise ModelMissing(f"there is no {name}")
        return self.ears

    async def synthesizer(self, name: str) -> Mouth:
        if name != "mouth":
            raise ModelMissing(f"there is no {name}")
        return self.mouth

    async def conversation(self) -> Talk:
        self.conversations.append(Talk(self.reason))
        return self.conversations[-1]

    def default_options(self) -> None:
        return None


@pytest.fixture
def fake(tmp_path: Path) -> Fake:
    return Fake(tmp_path)


@pytest.fixture
async def port(fake: Fake) -> AsyncIterator[int]:
    async with WyomingServer(fake, "127.0.0.1", 0, LIMITS) as server:  # type: ignore[arg-type]
        yield server.addresses[0][1]


@pytest.fixture
async def client(port: int) -> AsyncIterator[AsyncTcpClient]:
    async with AsyncTcpClient("127.0.0.1", port, read_timeout=10) as connected:
        yield connected


async def received(client: AsyncTcpClient) -> Event:
    event = await client.read_event()
    assert event is not None
    return event


async def until(client: AsyncTcpClient, last: str) -> list[Event]:
    events = [await received(client)]
    while events[-1].type != last:
        events.append(await received(client))
    return events


async def sent_raw(port: int, *pieces: bytes, end: bool = False) -> list[dict[str, Any]]:
    """What the server says to `pieces` until it closes the connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for piece in pieces:
            writer.write(piece)
        if end:
            writer.write_eof()
        async with asyncio.timeout(10):
            answer = await reader.read()
    except ConnectionError:
        return []
    finally:
        writer.close()
    lines = answer.split(b"\n")
    return [json.loads(part[part.index(b"{") :]) for part in lines if b"{" in part]


async def is_alive(port: int) -> bool:
    async with AsyncTcpClient("127.0.0.1", port, read_timeout=10) as client:
        await client.write_event(Describe().event())
        return Info.is_type((await received(client)).type)


# what is no event


@pytest.mark.parametrize(
    "sent",
    [
        b"hello\n",
        b"{}\n",
        b"[1, 2]\n",
        b'{"type": 5}\n',
        b'{"type": "describe", "data": []}\n',
        b'{"type": "describe", "data_length": -1}\n',
        b'{"type": "describe", "payload_length": 1e99}\n',
        b'{"type": "describe", "data_length": "9"}\n',
        b'{"type": "' + b"x" * 500 + b'"}\n',
        b"\xff\xfe\n",
        b"[" * 1900 + b"\n",
        b'{"type": "x", "data_length": 4}\nabcd',
        b'{"type": "x", "data_length": 2}\n[]',
        b'{"type": "audio-start", "data": {"rate": 0, "width": 2, "channels": 1}}\n',
        b'{"type": "audio-chunk", "data": {"rate": 16000, "width": 9, "channels": 1}}\n',
        b'{"type": "audio-chunk", "data": {"rate": 16000, "width": 2, "channels": 100000}}\n',
        b'{"type": "audio-chunk"}\n',
        b'{"type": "synthesize", "data": {"text": null}}\n',
        b'{"type": "synthesize", "data": {"text": "a", "text_format": "ssml"}}\n',
        b'{"type": "transcript", "data": {}}\n',
        b'{"type": "ping", "data": {"text": [1]}}\n',
    ],
)
async def test_what_is_no_event_closes_that_connection_alone(port, client, sent):
    answers = await sent_raw(port, sent)
    assert [answer["type"] for answer in answers[:1]] == ["error"]
    await client.write_event(Describe().event())
    assert (await received(client)).type == "info"


@pytest.mark.parametrize(
    "sent",
    [b'{"type": "describe", ' + b" " * 5000, b'{"type": "describe", "data_length": 4001}\n', b"x" * 100_000],
)
async def test_what_is_too_long_is_refused_before_it_has_come(port, sent):
    """The rest is never sent, and the answer comes all the same."""
    answers = await sent_raw(port, sent)
    assert not answers or answers[0]["type"] == "error"
    assert await is_alive(port)


async def test_a_payload_that_is_too_long_is_refused_before_it_has_come(port):
    head = {"type": "audio-chunk", "data": {"rate": 16000, "width": 2, "channels": 1}, "payload_length": 10**12}
    answers = await sent_raw(port, json.dumps(head).encode() + b"\n")
    assert answers[0]["type"] == "error"
    assert await is_alive(port)


@pytest.mark.parametrize(
    "sent",
    [b'{"type": "desc', b'{"type": "x", "data_length": 10}\n{"a"', b'{"type": "x", "payload_length": 10}\nabc'],
)
async def test_a_connection_may_end_in_the_middle(port, sent):
    await sent_raw(port, sent, end=True)
    assert await is_alive(port)


async def test_what_is_not_known_is_dropped(client):
    await client.write_event(Event("select-program", {"name": "myna"}))
    await client.write_event(Event("no-such-event", {"a": [1, {"b": 2}]}, b"12345"))
    await client.write_event(AudioStop().event())
    await client.write_event(SynthesizeStop().event())
    await client.write_event(SynthesizeChunk("lost").event())
    await client.write_event(Describe().event())
    assert (await received(client)).type == "info"


# bounds


async def test_too_many_clients_are_turned_away(port):
    clients = [AsyncTcpClient("127.0.0.1", port, read_timeout=10) for _ in range(LIMITS.connections)]
    for client in clients:
        await client.connect()
        await client.write_event(Describe().event())
        await received(client)
    async with AsyncTcpClient("127.0.0.1", port, read_timeout=10) as late:
        refused = await received(late)
        assert (refused.type, refused.data["code"]) == ("error", "busy")
        assert await late.read_event() is None
    for client in clients:
        await client.disconnect()
    for _ in range(100):
        async with AsyncTcpClient("127.0.0.1", port, read_timeout=10) as client:
            await client.write_event(Describe().event())
            if (await received(client)).type == "info":
                return
    pytest.fail("the places of clients that have gone are not given to others")


async def test_an_idle_client_is_let_go(fake):
    limits = Limits(idle_s=0.01)
    async with (
        WyomingServer(fake, "127.0.0.1", 0, limits) as server,
        AsyncTcpClient("127.0.0.1", server.addresses[0][1], read_timeout=10) as client,
    ):
        assert await client.read_event() is None


async def test_a_client_that_waits_for_an_answer_is_not_idle(fake):
    fake.ears.hold = asyncio.Event()
    async with (
        WyomingServer(fake, "127.0.0.1", 0, Limits(idle_s=0.3)) as server,
        AsyncTcpClient("127.0.0.1", server.addresses[0][1], read_timeout=10) as client,
    ):
        await client.write_event(AudioStart(16_000, 2, 1).event())
        await client.write_event(AudioStop().event())
        asyncio.get_running_loop().call_later(0.8, fake.ears.hold.set)
        assert (await until(client, "transcript-stop"))[-2].data["text"] == ""


async def test_an_event_that_never_ends_is_given_up(fake):
    async with WyomingServer(fake, "127.0.0.1", 0, Limits(stall_s=0.01)) as server:
        answers = await sent_raw(server.addresses[0][1], b'{"type": "x", "payload_length": 10}\n')
        assert "did not come" in answers[-1].get("text", json.dumps(answers))


async def test_sound_without_end_is_refused(client, fake):
    chunk = AudioChunk(16_000, 2, 1, pcm(np.full(4000, 0.5))).event()
    await client.write_event(AudioStart(16_000, 2, 1).event())
    for _ in range(9):
        await client.write_event(chunk)
    events = await until(client, "error")
    assert "more than 2 seconds" in events[-1].data["text"]
    assert await client.read_event() is None


@pytest.mark.parametrize("streamed", [False, True])
async def test_text_without_end_is_refused(client, fake, streamed):
    if streamed:
        await client.write_event(SynthesizeStart().event())
        for _ in range(12):
            await client.write_event(SynthesizeChunk("ten chars ").event())
    else:
        await client.write_event(Synthesize("ten chars " * 11).event())
    assert "more than 100 characters" in (await until(client, "error"))[-1].data["text"]


async def test_a_client_that_goes_away_takes_its_work_with_it(port, fake):
    fake.ears.hold = asyncio.Event()
    async with asyncio.timeout(10):
        async with AsyncTcpClient("127.0.0.1", port) as client:
            await client.write_event(AudioStart(16_000, 2, 1).event())
            await client.write_event(AudioStop().event())
            while not fake.ears.requests:  # noqa: ASYNC110 - the server's work
                await asyncio.sleep(0.001)
        while not fake.ears.cancelled:  # noqa: ASYNC110 - the server's work
            await asyncio.sleep(0.001)


# what it is for


async def transcribed(client: AsyncTcpClient, *events: Any) -> str:
    for event in events:
        await client.write_event(event.event())
    await client.write_event(AudioStop().event())
    return next(e.data["text"] for e in await until(client, "transcript-stop") if e.type == "transcript")


async def test_sound_may_be_cut_anywhere(client, fake):
    data = np.tile([8000, -8000], 1600).astype("<i2").tobytes()
    chunks = [AudioChunk(16_000, 2, 2, data[at : at + 777]) for at in range(0, len(data), 777)]
    await transcribed(client, Transcribe(language="de"), AudioStart(16_000, 2, 2), *chunks)
    (request,) = fake.ears.requests
    assert (request.language, request.languages) == ("de", ())
    assert len(request.audio) == 2 * 1600


async def test_sound_may_begin_without_a_start(client, fake):
    await transcribed(client, AudioChunk(8000, 1, 1, bytes(range(100, 156)) * 20))
    (request,) = fake.ears.requests
    assert request.languages == ("en", "zh")
    assert len(request.audio) / 2 == pytest.approx(2 * 56 * 20, abs=2)


async def test_one_question_after_the_other(client, fake):
    for count in (160, 320, 480):
        chunk = AudioChunk(16_000, 2, 1, pcm(np.full(count, 0.5)))
        assert await transcribed(client, AudioStart(16_000, 2, 1), chunk) == f"{count} samples"


async def test_a_failure_is_told_and_the_next_question_answered(client, fake):
    fake.ears.error = EngineCrashed("the worker died")
    chunk = AudioChunk(16_000, 2, 1, pcm(np.full(160, 0.5)))
    for event in (AudioStart(16_000, 2, 1), chunk, AudioStop()):
        await client.write_event(event.event())
    failed = await received(client)
    assert (failed.type, failed.data) == ("error", {"text": "the worker died", "code": "engine-crashed"})
    fake.ears.error = None
    assert await transcribed(client, AudioStart(16_000, 2, 1), chunk) == "160 samples"


async def test_a_text_is_spoken_clause_by_clause(client, fake):
    await client.write_event(Synthesize("Here is one. `code` Here are two more words.").event())
    start, *chunks, _ = await until(client, "audio-stop")
    assert start.data == {"rate": 16_000, "width": 2, "channels": 1, "timestamp": 0}
    assert sum(len(chunk.payload or b"") for chunk in chunks) == 200 * len(fake.mouth.texts)


async def test_a_text_with_nothing_to_say_is_silence(client):
    await client.write_event(Synthesize("").event())
    assert [event.type for event in await until(client, "audio-stop")] == ["audio-start", "audio-stop"]


async def test_a_stream_that_fails_ends_all_the_same(client, fake):
    await client.write_event(Event("synthesize-start", {"voice": {"name": "nobody"}}))
    await client.write_event(SynthesizeChunk("Hello there.").event())
    await client.write_event(SynthesizeStop().event())
    assert [event.type for event in await until(client, "synthesize-stopped")] == ["error", "synthesize-stopped"]


async def test_a_new_stream_gives_up_the_one_before(client, fake):
    await client.write_event(SynthesizeStart().event())
    await client.write_event(SynthesizeStart().event())
    await client.write_event(SynthesizeChunk("Hello there.").event())
    await client.write_event(SynthesizeStop().event())
    assert [event.type for event in await until(client, "synthesize-stopped")].count("audio-stop") == 1


async def test_a_text_is_answered_in_its_conversation(client, fake):
    for key in ("a", "b", "a"):
        await client.write_event(TranscriptEvent("Hi", context={"conversation_id": key}).event())
        events = await until(client, "handled-stop")
        assert [event.type for event in events] == [
            *("handled-start", "handled-chunk", "handled-chunk", "handled", "handled-stop"),
        ]
        assert events[3].data == {"text": "Hello", "context": {"conversation_id": key}}
    assert [talk.asked for talk in fake.conversations] == [["Hi", "Hi"], ["Hi"]]


async def test_an_answer_that_fails_is_not_handled(client, fake):
    fake.reason = "error"
    await client.write_event(TranscriptEvent("Hi").event())
    event = await received(client)
    assert (event.type, event.data["text"]) == ("not-handled", "the worker died")


async def test_conversations_are_forgotten_in_the_end(fake):
    conversations = Conversations(fake)
    first = await conversations.get("0")
    for number in range(MOST_CONVERSATIONS):
        await conversations.get(str(number))
    assert await conversations.get("0") is first
    await conversations.get("one more")
    await conversations.get("1")
    assert len(fake.conversations) == MOST_CONVERSATIONS + 2


async def test_a_port_in_use_and_a_host_that_is_not_there(fake, port):
    with pytest.raises(UsageError, match="is in use"):
        async with WyomingServer(fake, "127.0.0.1", port):
            pass
    with pytest.raises(UsageError, match="no host called"):
        async with WyomingServer(fake, "no-such-host.invalid", 0):
            pass
