"""A wake-word model in ONNX: a very small one, which scores how loud the last quarter of a second was."""

from __future__ import annotations

import numpy as np
import pytest

from myna.audio import pcm
from myna.engine.protocols import EngineSpec
from myna.errors import BadModelFile
from myna.testing.in_process import InProcess
from myna_speech.recognition.worker.wake_word import WakeWordEngine
from myna_speech.session.wake_word import WakeWordClient, WakeWordRequest, WakeWordScore

SAMPLES = 4000


def varint(value):
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes([*out, value])


def field(number, value):
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    value = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(value)) + value


def tensor(name, kind, *shape):
    dimensions = b"".join(field(1, field(1, size)) for size in shape)
    return field(1, name) + field(2, field(1, field(1, kind) + field(2, dimensions)))


def model(*shape, kind=1):
    """ONNX: Abs, then the mean over all of it."""
    axis = field(1, "axes") + field(8, len(shape) - 1) + field(20, 7)
    keep = field(1, "keepdims") + field(3, 1) + field(20, 2)
    nodes = field(1, field(1, "sound") + field(2, "loud") + field(4, "Abs")) + field(
        1, field(1, "loud") + field(2, "score") + field(4, "ReduceMean") + field(5, axis) + field(5, keep)
    )
    ones = (1,) * len(shape)
    graph = (
        nodes + field(2, "wake") + field(11, tensor("sound", kind, *shape)) + field(12, tensor("score", kind, *ones))
    )
    return field(1, 8) + field(7, graph) + field(8, field(1, "") + field(2, 13))


def engine(tmp_path, *shape, **more):
    path = tmp_path / "wake.onnx"
    path.write_bytes(model(*shape, **more))
    return InProcess(WakeWordEngine(EngineSpec("wake", "", {"model": str(path)})))


def ask(hosted, sound):
    [item] = hosted.ask(WakeWordRequest(pcm(sound)), "wake-word").items
    return item.score


@pytest.mark.parametrize("shape", [(1, SAMPLES), (SAMPLES,)])
def test_it_is_scored_window_by_window(tmp_path, shape):
    with engine(tmp_path, *shape) as hosted:
        assert ask(hosted, np.full(1000, 0.5)) == 0.0
        # 1280 samples are a hop: 1280 loud ones of 4000.
        assert ask(hosted, np.full(300, 0.5)) == pytest.approx(0.5 * 1280 / SAMPLES, abs=0.001)
        assert ask(hosted, np.full(2 * SAMPLES, 0.5)) == pytest.approx(0.5, abs=0.001)
        # 9300 samples so far, 340 of them after the last hop: the next one ends after 940 silent ones.
        assert ask(hosted, np.zeros(2 * SAMPLES)) == pytest.approx(0.5 * (SAMPLES - 940) / SAMPLES, abs=0.001)
        assert ask(hosted, np.zeros(1)) == 0.0


def test_a_model_for_something_else_is_refused(tmp_path):
    with pytest.raises(BadModelFile, match=r"it takes tensor\(float\) \[1, 16, 96\]"):
        engine(tmp_path, 1, 16, 96)


class Handle:
    def __init__(self, scores):
        self.scores = iter(scores)

    async def call(self, operation, body, kind):
        assert (operation, kind) == ("wake-word", WakeWordScore)
        return WakeWordScore(next(self.scores))


async def test_a_word_is_heard_once():
    client = WakeWordClient(Handle([0.1, 0.6, 0.9, 0.9, *[0.0] * 30, 0.7]))
    heard = [await client.heard(b"") for _ in range(35)]
    assert [at for at, found in enumerate(heard) if found] == [1, 34]
