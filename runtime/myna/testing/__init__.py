"""What the tests of a plugin need: engines, devices, speech, a clock and a turn, all without a model.

from myna.testing import draft, stream

async def test_persona():
    turn = draft("Hello")
    await myna_hello.plugin.myna_prepare_turn(turn)
    assert "pirate" in turn.messages[0].text
"""

from .answered import answered_by
from .classifier import FakeClassifier
from .clock import FakeClock
from .desk import FakeDesk
from .devices import FakeLoudspeaker, FakeMicrophone
from .draft import FakeDraft, draft, stream, stream_async
from .embedder import FakeEmbedder
from .engine import FakeEngine
from .reduction import FakeReduction
from .speech import FakeSpeech, FakeSynthesizer, FakeTranscriber, FakeVoice
from .tokens import count_messages, split_tokens

__all__ = [
    "FakeClassifier",
    "FakeClock",
    "FakeDesk",
    "FakeDraft",
    "FakeEmbedder",
    "FakeEngine",
    "FakeLoudspeaker",
    "FakeMicrophone",
    "FakeReduction",
    "FakeSpeech",
    "FakeSynthesizer",
    "FakeTranscriber",
    "FakeVoice",
    "answered_by",
    "count_messages",
    "draft",
    "split_tokens",
    "stream",
    "stream_async",
]
