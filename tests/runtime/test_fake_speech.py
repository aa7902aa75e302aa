"""Fakes for speech: sound that carries its words, engines that read it, devices in audio time."""

import asyncio
from contextlib import aclosing

import pytest

from myna.audio import SAMPLE_BYTES, SPEECH_RATE, AudioChunk, silence
from myna.devices import QUEUE_S, DeviceChange, Loudspeaker, Microphone
from myna.engine.speech import (
    NoSpeech,
    Synthesizer,
    SynthesizeRequest,
    TranscribeFileRequest,
    Transcriber,
    TranscribeRequest,
    TurnEnd,
    VoiceActivity,
)
from myna.errors import EngineCrashed, UsageError
from myna.testing import FakeLoudspeaker, FakeMicrophone, FakeSpeech, FakeSynthesizer, FakeTranscriber, FakeVoice


@pytest.fixture
def speech():
    return FakeSpeech()


async def heard_in(microphone):
    return [item async for item in microphone.listen()]


def part(sound, begin, end):
    return sound[round(begin * SPEECH_RATE) * SAMPLE_BYTES : round(end * SPEECH_RATE) * SAMPLE_BYTES]


@pytest.mark.parametrize("text", ["Stop", "What is this?", "ha ha ha", "今天星期几？", "他说 hello 了。"])
async def test_what_is_said_is_read(speech, text):
    sound = speech.say(text, 1.0)
    assert len(sound) == SPEECH_RATE * SAMPLE_BYTES
    found = await FakeTranscriber(speech).transcribe(TranscribeRequest(silence(0.3) + sound + silence(0.2)))
    assert found.text == text
    assert found.duration == 1.5


async def test_a_part_of_the_sound_holds_a_part_of_the_words(speech):
    sound = speech.say("one two three four", 2.0)
    assert speech.read(part(sound, 0, 1.1)) == "one two"
    assert speech.read(part(sound, 0.3, 1.4)) == "two three"
    assert speech.read(part(sound, 0, 1.1) + part(sound, 1.1, 2.0)) == "one two three four"


async def test_noise_and_silence_hold_no_words(speech):
    transcriber = FakeTranscriber(speech)
    assert await transcriber.transcribe(TranscribeRequest(b"")) == NoSpeech("empty", 0.0)
    for sound in (silence(1), speech.cough(1.0)):
        assert await transcriber.transcribe(TranscribeRequest(sound)) == NoSpeech("no-voice", 1.0)
    with pytest.raises(UsageError):
        speech.say("", 1.0)
    with pytest.raises(UsageError):
        await anext(transcriber.transcribe_file(TranscribeFileRequest("a.wav")))


async def test_a_voice_is_found_however_the_sound_is_cut(speech):
    sound = silence(0.32) + speech.cough(0.32) + silence(0.32)
    for size in (320, 512, 1000):
        voice = FakeVoice(speech)
        found = []
        for at in range(0, len(sound), size * 2):
            found += await voice.voice(sound[at : at + size * 2])
        assert [value > 0.5 for value in found] == [False] * 10 + [True] * 10 + [False] * 10


async def test_a_comma_is_no_end(speech):
    voice = FakeVoice(speech)
    assert await voice.turn_end(speech.say("Well, I", 0.5)) > 0.5
    assert await voice.turn_end(speech.say("Well,", 0.5)) < 0.5
    assert await voice.turn_end(speech.say("我想，", 0.5)) < 0.5
    voice.error = EngineCrashed("gone")
    with pytest.raises(EngineCrashed):
        await voice.voice(b"")


async def test_what_is_synthesized_can_be_read(speech):
    synthesizer = FakeSynthesizer(speech, seconds=0.1, piece=0.25)
    pieces = [piece async for piece in synthesizer.synthesize(SynthesizeRequest("Good day"))]
    assert speech.read(b"".join(piece.data for piece in pieces)) == "Good day"
    assert [len(piece.chunk()) for piece in pieces] == [4000, 4000, 4000, 800]
    async with aclosing(synthesizer.synthesize(SynthesizeRequest("Good day"))) as broken:
        await anext(broken)
    assert synthesizer.cancelled == 1
    failing = FakeSynthesizer(speech, error=EngineCrashed("gone"), error_after=1)
    pieces = failing.synthesize(SynthesizeRequest("Good day"))
    await anext(pieces)
    with pytest.raises(EngineCrashed):
        await anext(pieces)


async def test_a_microphone_counts_samples_and_moves_the_clock(speech):
    microphone = FakeMicrophone([silence(0.05), silence(0.02)])
    chunks = await heard_in(microphone)
    assert [(len(chunk), chunk.position) for chunk in chunks] == [(320, 0), (320, 320), (320, 640), (320, 960)]
    assert microphone.clock() == pytest.approx(0.08)
    assert microphone.ended


async def test_a_microphone_that_is_lost_is_silent(speech):
    microphone = FakeMicrophone([speech.cough(0.2)])
    microphone.at(0.04, microphone.lose)
    microphone.at(0.1, microphone.find)
    heard = await heard_in(microphone)
    assert [(at, item.kind) for at, item in enumerate(heard) if isinstance(item, DeviceChange)] == [
        (2, "lost"),
        (6, "found"),
    ]
    assert [any(item.data) for item in heard if isinstance(item, AudioChunk)] == [True] * 2 + [False] * 3 + [True] * 5


async def test_a_loudspeaker_plays_in_the_time_of_the_microphone(speech):
    microphone = FakeMicrophone([silence(1.0)])
    loudspeaker = FakeLoudspeaker(microphone)
    sound = speech.say("one two three", 0.6)
    await loudspeaker.play(AudioChunk(sound))
    seen = []
    microphone.at(0.2, lambda: seen.append(loudspeaker.heard))
    microphone.at(0.2, loudspeaker.pause)
    microphone.at(0.3, lambda: seen.append(loudspeaker.heard))
    microphone.at(0.3, loudspeaker.resume)
    microphone.at(0.5, lambda: seen.append((loudspeaker.heard, loudspeaker.queued)))
    microphone.at(0.5, loudspeaker.flush)
    microphone.at(0.6, lambda: seen.append((loudspeaker.heard, loudspeaker.queued)))
    await heard_in(microphone)
    assert seen == [
        pytest.approx(0.2),
        pytest.approx(0.2),
        (pytest.approx(0.4), pytest.approx(0.2)),
        (pytest.approx(0.4), 0),
    ]
    assert speech.read(bytes(loudspeaker.sound)) == "one two"
    await loudspeaker.drained()


async def test_a_loudspeaker_queues_only_so_much():
    microphone = FakeMicrophone([silence(2.0)])
    loudspeaker = FakeLoudspeaker(microphone)

    async def play():
        for _ in range(12):
            await loudspeaker.play(AudioChunk(silence(0.5)))

    playing = asyncio.create_task(play())
    most = []
    microphone.on_tick(lambda: most.append(loudspeaker.queued))
    await heard_in(microphone)
    await playing
    assert max(most) <= QUEUE_S + 0.5
    # The microphone has ended: nothing is waited for.
    await loudspeaker.drained()
    assert loudspeaker.heard == pytest.approx(6.0)


async def test_flushing_lets_a_waiting_chunk_go():
    microphone = FakeMicrophone([silence(0.1)])
    loudspeaker = FakeLoudspeaker(microphone)
    await loudspeaker.play(AudioChunk(silence(5)))
    waiting = asyncio.create_task(loudspeaker.play(AudioChunk(silence(1))))
    await asyncio.sleep(0)
    loudspeaker.flush()
    await waiting
    assert loudspeaker.queued == 0


def test_they_are_what_they_stand_for(speech):
    """Checked by mypy too, by the annotations."""
    microphone: Microphone = FakeMicrophone([])
    loudspeaker: Loudspeaker = FakeLoudspeaker(FakeMicrophone([]))
    transcriber: Transcriber = FakeTranscriber(speech)
    synthesizer: Synthesizer = FakeSynthesizer(speech)
    activity: VoiceActivity = FakeVoice(speech)
    end: TurnEnd = FakeVoice(speech)
    for fake, protocol in (
        (microphone, Microphone),
        (loudspeaker, Loudspeaker),
        (transcriber, Transcriber),
        (synthesizer, Synthesizer),
        (activity, VoiceActivity),
        (end, TurnEnd),
    ):
        for name in (name for name in vars(protocol) if not name.startswith("_")):
            assert hasattr(fake, name), (fake, name)
