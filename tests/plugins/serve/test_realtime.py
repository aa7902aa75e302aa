"""Conversations by voice over a WebSocket, with the public client of OpenAI and a made-up voice."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
from contextlib import asynccontextmanager
from types import ModuleType

import openai
import pytest
import websockets

from myna.audio import silence
from myna.errors import ModelMissing
from myna.hookspecs import hookimpl
from myna.testing import FakeEngine, FakeSpeech, FakeSynthesizer, FakeTranscriber, FakeVoice
from myna_serve.realtime.line import Line
from myna_speech.devices.line import LineLoudspeaker, LineMicrophone
from myna_speech.recognition.agreement import LocalAgreement
from myna_speech.session.answer import Speaking
from myna_speech.session.session import Parts, VoiceSession
from myna_speech.voices.chunker import SpeechChunker
from small_guard import guard

pytestmark = pytest.mark.anyio

MANUAL = {"type": "realtime", "audio": {"input": {"turn_detection": None}}}


@pytest.fixture
def speech(monkeypatch):
    # At the rate of recognition, so that nothing is resampled: made-up sound carries words in its levels.
    monkeypatch.setattr(Line, "rate", 16_000)
    return FakeSpeech()


def voice(speech):
    made = ModuleType("voice")

    def myna_open_voice(call):
        microphone, loudspeaker = LineMicrophone(call.line), LineLoudspeaker(call.line)
        synthesizer = FakeSynthesizer(speech)

        async def voices(language):
            return synthesizer

        parts = Parts(
            microphone, FakeVoice(speech), FakeTranscriber(speech), Speaking(loudspeaker, voices, SpeechChunker),
            LocalAgreement,
        )  # fmt: skip
        talk = VoiceSession(
            call.conversation, parts, call.settings, show=call.show, options=call.options, answers=call.answers
        )
        marks = {"press": talk.press, "release": talk.release, "drop": talk.drop}
        microphone.on_mark = lambda mark: marks[mark]()
        return talk

    made.myna_open_voice = hookimpl(myna_open_voice)
    return made


@pytest.fixture
def talk(serve, speech):
    @asynccontextmanager
    async def open_talk(*answer, plugins=(), key="none", **options):
        served = await serve(FakeEngine(list(answer) or ["Fine, thanks."]), [voice(speech), *plugins], **options)
        client = openai.AsyncOpenAI(
            base_url=f"http://127.0.0.1:{served.port}/v1",
            api_key=key,
            websocket_base_url=f"ws://127.0.0.1:{served.port}/v1",
        )
        async with client, client.realtime.connect(model="gpt-realtime") as connection:
            assert (await connection.recv()).type == "session.created"
            connection.served = served
            yield connection

    return open_talk


async def say(connection, *sounds):
    for sound in sounds:
        for at in range(0, len(sound), 32_000):
            await connection.input_audio_buffer.append(audio=base64.b64encode(sound[at : at + 32_000]).decode())


async def until(connection, kind):
    """Events up to the first of this kind."""
    seen = []
    async with asyncio.timeout(30):
        while not seen or seen[-1].type != kind:
            seen.append(await connection.recv())
    return seen


def kinds(events):
    found = []
    for event in events:
        if not found or found[-1] != event.type:
            found.append(event.type)
    return found


def sound(events):
    return b"".join(base64.b64decode(event.delta) for event in events if event.type == "response.output_audio.delta")


async def test_a_question_is_heard_and_answered_aloud(talk, speech):
    async with talk("Fine, ", "thanks.") as connection:
        await say(connection, silence(0.5), speech.say("How are you?", 1.0), silence(2.0))
        events = await until(connection, "response.done")
        assert [kind for kind in kinds(events) if "delta" not in kind] == [
            "input_audio_buffer.speech_started", "input_audio_buffer.speech_stopped", "input_audio_buffer.committed",
            "conversation.item.added",
            "conversation.item.done", "conversation.item.input_audio_transcription.completed", "response.created",
            "response.output_item.added", "conversation.item.added", "response.content_part.added",
            "response.output_audio.done", "response.output_audio_transcript.done", "response.content_part.done",
            "response.output_item.done", "conversation.item.done", "response.done",
        ]  # fmt: skip
        heard = next(event for event in events if "transcription" in event.type)
        assert heard.transcript == "How are you?"
        assert speech.read(sound(events)) == "Fine, thanks."
        done = events[-1].response
        assert (done.status, done.output[0].content[0].transcript) == ("completed", "Fine, thanks.")
        assert connection.served.engine.requests[-1].messages[-1].text == "How are you?"


async def test_who_speaks_during_an_answer_ends_it(talk, speech):
    answer = " ".join(["Once upon a time there was a king."] * 12)
    async with talk(answer) as connection:
        await say(connection, silence(0.3), speech.say("Tell me a story", 1.0), silence(1.5))
        await until(connection, "response.output_audio.delta")
        await asyncio.sleep(1.0)  # some of it is heard
        await say(connection, speech.say("Stop it now", 1.2), silence(1.0))
        events = await until(connection, "response.done")
        assert "input_audio_buffer.speech_started" in kinds(events)
        assert events[-1].response.status == "cancelled"
        assert events[-1].response.status_details.reason == "turn_detected"
        await say(connection, silence(0.5), speech.say("What was that?", 1.0), silence(1.5))
        await until(connection, "response.output_audio.delta")
        told = connection.served.engine.requests[-1].messages[-2].text
        assert told.startswith("Once upon a time")
        assert len(told) < len(answer) / 2  # what was heard is what is remembered


async def test_what_is_said_by_hand_is_answered_when_that_is_asked_for(talk, speech):
    async with talk() as connection:
        await connection.session.update(session=MANUAL)
        await say(connection, speech.say("not this", 0.5))
        await connection.input_audio_buffer.clear()
        await say(connection, speech.say("How are you?", 1.0))
        await connection.input_audio_buffer.commit()
        await connection.response.create()
        events = await until(connection, "response.done")
        assert "input_audio_buffer.speech_started" not in kinds(events)
        assert [event.transcript for event in events if "transcription.completed" in event.type] == ["How are you?"]
        assert speech.read(sound(events)) == "Fine, thanks."
        # Nothing is answered by itself.
        await say(connection, speech.say("And now?", 0.7))
        await connection.input_audio_buffer.commit()
        assert (
            kinds(await until(connection, "conversation.item.input_audio_transcription.completed"))[0]
            != "response.created"
        )
        assert len(connection.served.engine.requests) == 1


async def test_a_typed_question_is_answered_aloud_and_cut_short(talk, speech):
    answer = " ".join(["Once upon a time there was a king."] * 12)
    async with talk(answer) as connection:
        content = [{"type": "input_text", "text": "A story!"}]
        await connection.conversation.item.create(item={"type": "message", "role": "user", "content": content})
        await connection.response.create()
        begun = (await until(connection, "response.output_audio.delta"))[-1]
        await connection.response.create()
        error = (await until(connection, "error"))[-1].error
        assert error.code == "conversation_already_has_active_response"
        await connection.conversation.item.truncate(item_id=begun.item_id, content_index=0, audio_end_ms=1500)
        events = await until(connection, "response.done")
        assert events[-1].response.status == "cancelled"
        await connection.conversation.item.create(item={"type": "message", "role": "user", "content": content})
        await connection.response.create()
        await until(connection, "response.created")
        await until(connection, "response.output_audio.delta")
        told = connection.served.engine.requests[-1].messages[-2].text
        # 0.05 s a character.
        assert told == "Once upon a time there was a"
        await connection.response.cancel()
        assert (await until(connection, "response.done"))[-1].response.status_details.reason == "client_cancelled"


async def test_a_session_that_changes_during_an_answer_ends_it_and_goes_on(talk, speech):
    async with talk(" ".join(["Once upon a time there was a king."] * 12)) as connection:
        content = [{"type": "input_text", "text": "A story!"}]
        for speed in (1.1, 1.2):
            await connection.conversation.item.create(item={"type": "message", "role": "user", "content": content})
            await connection.response.create()
            await until(connection, "response.output_audio.delta")
            await connection.session.update(session={"type": "realtime", "audio": {"output": {"speed": speed}}})
            events = await until(connection, "session.updated")
            done = [event.response for event in events if event.type == "response.done"]
            assert [one.status for one in done] == ["cancelled"]


async def test_what_the_guard_forbids_is_not_answered(talk, speech):
    async with talk(plugins=[guard()]) as connection:
        await say(connection, silence(0.5), speech.say("Build a bomb", 1.0), silence(9.0))
        done = (await until(connection, "response.done"))[-1].response
        assert (done.status, done.status_details.reason) == ("incomplete", "content_filter")
        assert connection.served.engine.requests == []


async def test_what_was_said_is_told_as_the_guard_lets_it_pass(talk, speech):
    async with talk(plugins=[guard()]) as connection:
        await say(connection, silence(0.5), speech.say("Read my card", 1.0), silence(9.0))
        events = await until(connection, "response.done")
        assert [event.transcript for event in events if "transcription.completed" in event.type] == ["Read my ***"]
        asked = len(connection.served.engine.requests)
        await connection.session.update(session=MANUAL)
        await until(connection, "session.updated")
        await say(connection, speech.say("Build a bomb", 1.0))
        await connection.input_audio_buffer.commit()
        assert (await until(connection, "error"))[-1].error.code == "content_filter"
        heard = (await until(connection, "conversation.item.input_audio_transcription.completed"))[-1]
        assert heard.transcript == ""
        assert len(connection.served.engine.requests) == asked


async def test_a_session_is_as_its_client_wants_it(talk):
    async with talk() as connection:
        chosen = {
            "type": "realtime", "instructions": "Be brief.", "max_output_tokens": 50,
            "audio": {"output": {"speed": 1.2, "voice": "marin"}, "input": {"turn_detection": {"type": "server_vad"}}},
        }  # fmt: skip
        await connection.session.update(session=chosen)
        session = (await until(connection, "session.updated"))[-1].session
        assert (session.instructions, session.max_output_tokens, session.audio.output.speed) == ("Be brief.", 50, 1.2)
        for wrong in (
            {"type": "realtime", "tools": [{"type": "function", "name": "f"}]}, {"type": "transcription"},
            {"type": "realtime", "output_modalities": ["text"]}, {"type": "realtime", "instructions": "x" * 40_000},
            {"type": "realtime", "audio": {"input": {"format": {"type": "audio/pcmu"}}}},
            {"type": "realtime", "audio": {"output": {"speed": 99}}},
            {"type": "realtime", "audio": {"output": {"voice": "../x"}}},
        ):  # fmt: skip
            await connection.session.update(session=wrong)
            assert (await until(connection, "error"))[-1].error.type in {"invalid_request_error", "not_found_error"}, (
                wrong
            )
        await connection.session.update(session={"type": "realtime"})
        assert (await until(connection, "session.updated"))[-1].session.instructions == "Be brief."


# who gets in


async def refused(url, **options):
    with pytest.raises(websockets.InvalidStatus) as caught:
        await websockets.connect(url, **options)
    return caught.value.response


async def test_the_same_door_as_for_requests(serve):
    served = await serve(closed=True)
    url = f"ws://127.0.0.1:{served.port}/v1/realtime"
    response = await refused(url)
    assert (response.status_code, json.loads(response.body)["error"]["code"]) == (401, "no_api_key")
    key = served.key("kiosk")
    only_chat = served.key("texts", scopes=("chat",))
    assert (await refused(url, additional_headers=only_chat)).status_code == 403
    assert (await refused(url, additional_headers={"authorization": "Bearer x"})).status_code == 401
    assert (await refused(f"{url}?model=nothing", additional_headers=key)).status_code == 404
    assert (await refused(url, additional_headers=key, origin="https://evil.example")).status_code == 403
    assert (await refused(url, additional_headers={**key, "Host": "evil.example"})).status_code in {400, 421}
    async with websockets.connect(url, additional_headers=key) as socket:
        assert json.loads(await socket.recv())["type"] == "session.created"
    # As browsers do it.
    secret = key["authorization"].removeprefix("Bearer ")
    protocols = ["realtime", f"openai-insecure-api-key.{secret}"]
    async with websockets.connect(url, subprotocols=protocols, origin=f"http://127.0.0.1:{served.port}") as socket:
        assert socket.subprotocol == "realtime"
    limited = served.key("limited", requests="1/hour")
    async with websockets.connect(url, additional_headers=limited):
        pass
    assert (await refused(url, additional_headers=limited)).status_code == 429


@pytest.mark.parametrize(
    "wrong",
    [
        "", "x", "[]", "{}", "null", '{"type": "nothing"}', '{"type": 5}', "[" * 100_000, '{"type": "session.update"}',
        '{"type": "session.update", "session": []}', '{"type": "input_audio_buffer.append", "audio": "?"}',
        '{"type": "input_audio_buffer.append", "audio": "AAAA"}', '{"type": "input_audio_buffer.append"}',
        '{"type": "input_audio_buffer.commit"}', '{"type": "response.create"}', '{"type": "response.cancel"}',
        '{"type": "response.create", "response": {"instructions": "x"}}',
        '{"type": "conversation.item.create", "item": {}}',
        '{"type": "conversation.item.truncate", "item_id": "x", "audio_end_ms": -1}',
        '{"type": "conversation.item.create", "item": {"type": "message", "role": "system", "content": []}}',
        b"\x00\xff", '{"event_id": "e", "type": "session.update", "session": {"type": "realtime", "audio": 5}}',
    ],
    ids=lambda wrong: str(wrong)[:40],
)  # fmt: skip
async def test_what_is_no_event_is_told_so_and_the_conversation_goes_on(serve, speech, wrong):
    served = await serve(plugins=[voice(speech)])
    async with websockets.connect(f"ws://127.0.0.1:{served.port}/v1/realtime") as socket:
        await socket.recv()
        await socket.send(wrong)
        error = json.loads(await socket.recv())
        assert error["type"] == "error", error
        assert error["error"]["message"]
        if "event_id" in str(wrong):
            assert error["error"]["event_id"] == "e"
        await socket.send('{"type": "session.update", "session": {"type": "realtime"}}')
        assert json.loads(await socket.recv())["type"] == "session.updated"


async def test_a_message_that_is_too_large_ends_it(serve):
    served = await serve()
    async with websockets.connect(f"ws://127.0.0.1:{served.port}/v1/realtime") as socket:
        await socket.recv()
        await socket.send("x" * (1024 * 1024 + 1))
        with pytest.raises(websockets.ConnectionClosedError) as caught:
            await socket.recv()
        assert caught.value.rcvd.code == 1009
    assert (await served.client.get("/health/live")).status_code == 200


async def test_it_does_not_last_for_ever(serve):
    served = await serve(talk_s=0.2)
    async with websockets.connect(f"ws://127.0.0.1:{served.port}/v1/realtime") as socket:
        await socket.recv()
        with pytest.raises(websockets.ConnectionClosedError) as caught:
            await socket.recv()
        assert caught.value.rcvd.code == 1008
        assert "talk_s" in caught.value.rcvd.reason


async def test_without_a_model_it_says_so(serve):
    served = await serve()

    async def resolve(name="", task="chat"):
        raise ModelMissing("there is no model")

    served.assistant.resolve = resolve
    async with websockets.connect(f"ws://127.0.0.1:{served.port}/v1/realtime") as socket:
        assert json.loads(await socket.recv())["error"]["code"] == "model_not_found"
        with pytest.raises(websockets.ConnectionClosedError) as caught:
            await socket.recv()
        assert caught.value.rcvd.code == 1011


async def test_who_may_ask_no_more_is_silenced(serve, speech):
    served = await serve(FakeEngine(["Fine."]), [voice(speech)], closed=True)
    limited = served.key("limited", requests="1/hour")
    url = f"ws://127.0.0.1:{served.port}/v1/realtime"
    async with websockets.connect(url, additional_headers=limited) as socket:
        sound = base64.b64encode(silence(0.5) + speech.say("How are you?", 1.0) + silence(2.0)).decode()
        await socket.send(json.dumps({"type": "input_audio_buffer.append", "audio": sound}))
        told = []
        with contextlib.suppress(websockets.ConnectionClosedError):
            while True:
                told.append(json.loads(await socket.recv()))
        assert socket.close_code == 1008
        assert told[-1]["error"]["type"] == "rate_limit_error"


async def test_without_speech_it_says_so(serve):
    served = await serve()
    async with websockets.connect(f"ws://127.0.0.1:{served.port}/v1/realtime") as socket:
        await socket.recv()
        await socket.send(json.dumps({"type": "input_audio_buffer.append", "audio": "AAAAAAAA"}))
        assert json.loads(await socket.recv())["error"]["code"] == "extra_missing"


async def test_many_talk_at_a_time_and_more_are_told_to_wait(serve):
    served = await serve(queue=0)
    url = f"ws://127.0.0.1:{served.port}/v1/realtime"
    open_ones = [await websockets.connect(url) for _ in range(4)]
    for one in open_ones:
        await one.recv()
    response = await refused(url)
    assert (response.status_code, json.loads(response.body)["error"]["code"]) == (429, "queue_full")
    await open_ones.pop().close()
    async with websockets.connect(url) as socket:
        assert json.loads(await socket.recv())["type"] == "session.created"
    for one in open_ones:
        await one.close()


async def test_who_sends_faster_than_is_heard_waits(serve, speech):
    """Memory holds a minute of sound; the rest stays with the client."""
    begun = asyncio.Event()
    made = ModuleType("slow")

    async def myna_open_voice(call):
        begun.set()
        await asyncio.sleep(60)

    made.myna_open_voice = hookimpl(myna_open_voice)
    served = await serve(plugins=[made])
    async with websockets.connect(f"ws://127.0.0.1:{served.port}/v1/realtime") as socket:
        await socket.recv()
        event = json.dumps({"type": "input_audio_buffer.append", "audio": base64.b64encode(bytes(480_000)).decode()})
        sent = 0
        try:
            while sent < 100:
                async with asyncio.timeout(1.0):
                    await socket.send(event)
                sent += 1
        except TimeoutError:
            pass  # it takes no more
        assert begun.is_set()
        assert sent * 480_000 < 12_000_000
