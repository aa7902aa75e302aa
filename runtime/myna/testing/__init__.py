"""What the tests of a plugin need: an engine, an embedder, a clock and a turn, all without a model.

from myna.testing import draft, stream

async def test_persona():
    turn = draft("Hello")
    await myna_hello.plugin.myna_prepare_turn(turn)
    assert "pirate" in turn.messages[0].text
"""

from .clock import FakeClock
from .draft import FakeDraft, draft, stream
from .embedder import FakeEmbedder
from .engine import FakeEngine
from .tokens import count_messages, split_tokens

__all__ = [
    "FakeClock",
    "FakeDraft",
    "FakeEmbedder",
    "FakeEngine",
    "count_messages",
    "draft",
    "split_tokens",
    "stream",
]
