"""From the end of a spoken question to the first sound of its answer, in real time, beside the plain sequence.

The questions are spoken by the installed English voice at several speeds, without noise and with white noise at 20 and
10 dB, silence before and after. They reach a session as they would from a microphone: 20 ms of sound every 20 ms. The
end of speech is known, since the sound was made here. The loudspeaker has no latency of its own.

The peer does one thing after the other on the same engines: it waits for 0.7 s of silence (what Home Assistant and
others wait by default), transcribes all, generates all, synthesizes all.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from myna.assistant import Assistant
from myna.audio import SAMPLE_BYTES, SPEECH_RATE, AudioChunk, pcm
from myna.bench import Measurement
from myna.config import ChatSettings, StoreSettings
from myna.devices import DeviceChange
from myna.draft import AskOptions
from myna.engine.protocols import Sampling
from myna.engine.speech import SynthesizeRequest, TranscribeRequest, Transcript
from myna.errors import EngineError
from myna.voice_events import Final, Told, TurnDone
from myna_speech.session.endpointing import WINDOW, EndRules
from myna_speech.session.opening import open_session
from myna_speech.session.timings import STAGES, percentile

if TYPE_CHECKING:
    import numpy as np

    from myna.cli.bench import BenchContext

QUESTIONS = (
    "What is water?",
    "Who are you?",
    "How old is the moon?",
    "What is a myna bird?",
    "Why is the sky blue?",
    "Tell me a short joke.",
    "How many days has a week?",
    "What is the capital of France?",
    "Name three colours of the rainbow.",
    "What do bees make out of nectar?",
    "Which planet is the closest to the sun?",
    "How do I boil an egg so that it stays soft?",
    "Can you tell me what the largest ocean on earth is?",
    "What should I wear when it is raining and cold outside?",
    "Who wrote the play about Romeo and Juliet, and when was that?",
    "Please explain in one sentence how a bicycle stays upright.",
    "I would like to know how long it takes to fly from London to New York.",
    "What is the difference between weather and climate, in very simple words?",
    "If I have twelve apples and I give five of them to my sister, how many are left?",
    "Could you give me a good name for a small grey cat that likes to sleep all day?",
    "My train leaves at nine and the way to the station takes half an hour, so when do I have to go?",
    "I am planning a garden with tomatoes and beans, and I wonder which of them needs more water in summer.",
    "Tell me which three things I should pack first when I go on a long walk in the mountains with my family.",
    "There is a strange noise in the kitchen when the fridge starts at night, do you have an idea what it could be?",
)
SPEEDS = (1.0, 1.15, 0.9)
NOISES_DB = (None, 20.0, 10.0)
"""Signal to noise; None: no noise."""
BEFORE_S, AFTER_S = 1.0, 8.0
"""Silence around a question; what follows ends as soon as the answer was heard to begin."""
PLAIN_SILENCE_S = 0.7
TOKENS = 60
"""Of an answer."""
OPTIONS = AskOptions(sampling=Sampling(temperature=0), max_tokens=TOKENS)

MEDIAN_MS, P95_MS, RATIO = 600.0, 900.0, 0.4
"""What is asked for on 2 cores with the default models."""


class Clip(msgspec.Struct, frozen=True):
    text: str
    sound: bytes
    """The question with the silence before it, at `SPEECH_RATE`."""
    after: bytes
    """What follows."""

    @property
    def end(self) -> int:
        """True end of speech (samples)."""
        return len(self.sound) // SAMPLE_BYTES


async def run(context: BenchContext) -> list[Measurement]:
    """Median and 95th percentile over all questions, and the median beside the plain sequence."""
    async with _assistant(context) as assistant:
        clips = await make_clips(assistant, QUESTIONS)
        context.note(f"  {len(clips)} questions of {_span(clips)}")
        ours, whole = await _session(assistant, context, clips)
        plain = await _plain_sequence(assistant, context, clips)
    middle, slow = percentile(ours, 50), percentile(ours, 95)
    peer = percentile(plain, 50)
    return [
        Measurement(
            "voice to voice, median",
            middle,
            "ms",
            "lower",
            peer="one after the other",
            peer_value=peer,
            ratio=middle / peer,
            runs=len(ours),
            target=RATIO,
        ),
        Measurement("voice to voice, 95th percentile", slow, "ms", "lower", runs=len(ours)),
        Measurement("voice to voice, turns cut short", len(clips) - whole, "questions", "lower"),
    ]


async def make_clips(assistant: Assistant, questions: Sequence[str]) -> list[Clip]:
    """Each question once; speed and noise change from one to the next."""
    import numpy as np

    from myna_speech.voices.voice import Voices

    voice = await Voices(assistant).voice("en")
    random = np.random.default_rng(5)
    clips = []
    for number, text in enumerate(questions):
        request = SynthesizeRequest(text, "en", speed=SPEEDS[number % len(SPEEDS)])
        pieces = [piece async for piece in voice.synthesize(request)]
        spoken = _trimmed(_resampled(b"".join(piece.data for piece in pieces), pieces[0].rate))
        level = float(np.sqrt(np.mean(np.square(spoken[np.abs(spoken) > 0.01]))))
        noise_db = NOISES_DB[number // len(SPEEDS) % len(NOISES_DB)]
        noise = 0.0 if noise_db is None else level * 10 ** (-noise_db / 20)
        before, after = round(BEFORE_S * SPEECH_RATE), round(AFTER_S * SPEECH_RATE)
        sound = np.concatenate([np.zeros(before, np.float32), spoken, np.zeros(after, np.float32)])
        sound = sound + random.normal(0, 1, len(sound)).astype(np.float32) * np.float32(noise)
        end = before + len(spoken)
        clips.append(Clip(text, pcm(sound[:end]), pcm(sound[end:])))
    return clips


def _resampled(data: bytes, rate: int) -> np.ndarray[Any, Any]:
    import numpy as np

    from myna_speech.devices.resample import Resampler

    resampler = Resampler(rate, SPEECH_RATE)
    return np.concatenate([resampler.feed(AudioChunk(data, rate).floats()), resampler.finish()])


def _trimmed(samples: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Without what is 40 dB below the loudest at both ends: where speech truly begins and ends."""
    import numpy as np

    loud = np.flatnonzero(np.abs(samples) > 0.01 * np.abs(samples).max())
    return samples[loud[0] : loud[-1] + 1]


def _span(clips: Sequence[Clip]) -> str:
    seconds = sorted(clip.end / SPEECH_RATE - BEFORE_S for clip in clips)
    return f"{seconds[0]:.1f} to {seconds[-1]:.1f} s"


@asynccontextmanager
async def _assistant(context: BenchContext) -> AsyncIterator[Assistant]:
    """With default settings, in a folder of its own."""
    settings = msgspec.structs.replace(context.settings, chat=ChatSettings(), store=StoreSettings())
    with tempfile.TemporaryDirectory(prefix="myna-bench-", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        paths = msgspec.structs.replace(context.paths, data=home / "data", cache=home / "cache", logs=home / "logs")
        async with await Assistant.open(paths, settings, host=context.host) as assistant:
            yield assistant


# the session


class _Stream:
    """A microphone in real time. It knows when the last sample of each question was delivered."""

    name = "questions"

    def __init__(self, clips: Sequence[Clip]) -> None:
        self._clips = clips
        self.answered = asyncio.Event()
        self.ends: list[float] = []
        """Moments (seconds of `time.perf_counter`)."""

    async def listen(self) -> AsyncIterator[AudioChunk | DeviceChange]:
        begun, position = time.perf_counter(), 0
        size = 320 * SAMPLE_BYTES
        for clip in self._clips:
            self.answered.clear()
            # The last chunk of a question holds its last sample, and is there 20 ms after the chunk before.
            sound = clip.sound.rjust(-(-len(clip.sound) // size) * size, b"\0")
            self.ends.append(begun + (position + len(sound) // SAMPLE_BYTES) / SPEECH_RATE)
            for part in (sound, clip.after):
                for at in range(0, len(part), size):
                    if part is clip.after and self.answered.is_set():
                        break
                    data = part[at : at + size].ljust(size, b"\0")
                    position += 320
                    await asyncio.sleep(max(begun + position / SPEECH_RATE - time.perf_counter(), 0))
                    yield AudioChunk(data, SPEECH_RATE, position - 320)


class _Speaker:
    """A loudspeaker without latency or device that remembers when each answer was heard to begin."""

    name = "no loudspeaker"

    def __init__(self) -> None:
        self.began: list[float] = []
        self._until = 0.0
        self._heard = 0.0

    async def open(self) -> None:
        return

    async def play(self, chunk: AudioChunk) -> None:
        now = time.perf_counter()
        if self._until < now:
            self.began.append(now)
        self._until = max(self._until, now) + chunk.seconds
        self._heard += chunk.seconds

    def pause(self) -> None:
        return

    def resume(self) -> None:
        return

    def flush(self) -> None:
        self._until = 0.0

    @property
    def heard(self) -> float:
        return self._heard - self.queued

    @property
    def queued(self) -> float:
        return max(self._until - time.perf_counter(), 0.0)

    async def drained(self) -> None:
        await asyncio.sleep(self.queued)

    async def close(self) -> None:
        return


async def _session(assistant: Assistant, context: BenchContext, clips: Sequence[Clip]) -> tuple[list[float], int]:
    """Milliseconds of each question, and how many were taken as one turn."""
    found: list[float] = []
    whole = 0
    for clip in clips:
        # Each question in a conversation and a session of its own: none depends on what was said before.
        stream, speaker = _Stream([clip]), _Speaker()
        told: list[Told] = []

        def show(event: Told, stream: _Stream = stream, told: list[Told] = told) -> None:
            told.append(event)
            if isinstance(event, TurnDone) and len(stream.ends) > 0:
                stream.answered.set()

        conversation = await assistant.conversation(model=context.model, record=False)
        session = await open_session(
            assistant, conversation, assistant.settings.speech, stream, speaker, show=show, options=OPTIONS
        )
        await session.run()
        finals = [event for event in told if isinstance(event, Final)]
        done = [event for event in told if isinstance(event, TurnDone)]
        after = [moment for moment in speaker.began if moment > stream.ends[0]]
        if not after or not done:
            context.note(f"  no answer: {clip.text}")
            continue
        took = (after[0] - stream.ends[0]) * 1e3
        whole += len(finals) == 1
        found.append(took)
        stages = ", ".join(
            f"{name.removeprefix('voice_')} {done[-1].timings[name]:.0f}"
            for name in STAGES[:-1]
            if name in done[-1].timings
        )
        context.note(f"  {took:5.0f} ms  {clip.end / SPEECH_RATE - BEFORE_S:.1f} s  ({stages})  {finals[-1].text}")
    if not found:
        raise EngineError("none of the spoken questions was answered")
    return found, whole


# one after the other


async def _plain_sequence(assistant: Assistant, context: BenchContext, clips: Sequence[Clip]) -> list[float]:
    """Milliseconds of each question: silence until the end is certain, then every stage whole."""
    from myna_speech.recognition.ears import ears_client
    from myna_speech.voices.voice import Voices

    ears = await ears_client(assistant, "plain")
    transcriber = await assistant.transcriber(assistant.settings.speech.transcriber)
    voice = await Voices(assistant).voice("en")
    found = []
    for clip in clips:
        probabilities = await ears.voice(clip.sound + clip.after, reset=True)
        waited = _plain_endpoint(probabilities, clip.end)
        audio = clip.sound + clip.after[: round(waited * SPEECH_RATE) * SAMPLE_BYTES]
        conversation = await assistant.conversation(model=context.model, record=False)
        start = time.perf_counter()
        transcript = await transcriber.transcribe(
            TranscribeRequest(audio, languages=assistant.settings.speech.languages)
        )
        if not isinstance(transcript, Transcript):
            context.note(f"  not understood: {clip.text}")
            continue
        finished = await conversation.ask(transcript.text, options=OPTIONS).finish()
        async for _ in voice.synthesize(SynthesizeRequest(finished.text or ".", "en")):
            pass
        found.append((waited + time.perf_counter() - start) * 1e3)
    context.note(f"  one after the other: {percentile(found, 50):.0f} ms")
    return found


def _plain_endpoint(probabilities: Sequence[float], end: int) -> float:
    """Seconds from the true end of speech until there were `PLAIN_SILENCE_S` of silence."""
    rules = EndRules()
    last = max(
        (at for at, probability in enumerate(probabilities) if probability >= rules.silence and at * WINDOW < end),
        default=end // WINDOW,
    )
    return max((last + 1) * WINDOW / SPEECH_RATE + PLAIN_SILENCE_S - end / SPEECH_RATE, 0.0)
