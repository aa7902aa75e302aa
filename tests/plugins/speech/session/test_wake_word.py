"""Wake-word models in ONNX: very small ones, which score how loud the last moments were."""

from __future__ import annotations

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper, save

from myna.audio import pcm
from myna.engine.protocols import EngineSpec
from myna.errors import BadModelFile
from myna.testing.in_process import InProcess
from myna_speech.recognition.worker.wake_word import WakeWordEngine
from myna_speech.session.wake_word import WakeWordClient, WakeWordRequest, WakeWordScore

SAMPLES = 4000


def write(path, shape, out, scale=1.0, kind=TensorProto.FLOAT):
    """ONNX: the mean of what is loud in a tensor of `shape`, times `scale`, everywhere in one of shape `out`."""
    nodes = [
        helper.make_node("Abs", ["given"], ["loud"]),
        helper.make_node("ReduceMean", ["loud"], ["mean"], keepdims=0),
        helper.make_node("Mul", ["mean", "scale"], ["scaled"]),
        helper.make_node("Expand", ["scaled", "shape"], ["made"]),
    ]
    constants = [
        numpy_helper.from_array(np.array(scale, np.float32), "scale"),
        numpy_helper.from_array(np.array(out, np.int64), "shape"),
    ]
    graph = helper.make_graph(
        nodes,
        "wake",
        [helper.make_tensor_value_info("given", kind, shape)],
        [helper.make_tensor_value_info("made", kind, out)],
        constants,
    )
    save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8), str(path))
    return path


def engine(tmp_path, *shape):
    path = write(tmp_path / "wake.onnx", shape, (1, 1))
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


@pytest.mark.parametrize("shape", [(1, 16, 95), (1, 76, 32, 1)])
def test_a_model_for_something_else_is_refused(tmp_path, shape):
    with pytest.raises(BadModelFile, match=r"it takes tensor\(float\) \[1, "):
        engine(tmp_path, *shape)


@pytest.fixture
def features(tmp_path):
    """Files of models that take the shapes of openWakeWord's: everything is as loud as the sound, a hundredth of it."""
    write(tmp_path / "melspectrogram.onnx", (1, "samples"), (1, 1, 8, 32))
    write(tmp_path / "embedding_model.onnx", (1, 76, 32, 1), (1, 1, 1, 96))
    return write(tmp_path / "word.onnx", (1, 16, 96), (1, 1), 0.01)


HOPS = 16 + 76 // 8 + 1
"""Until nothing is left of what was heard before."""


def test_a_model_of_openwakeword_hears_through_the_models_beside_it(features):
    with InProcess(WakeWordEngine(EngineSpec("wake", "", {"model": str(features)}))) as hosted:
        ask(hosted, np.full(HOPS * 1280, 300 / 32768))
        # A row is a tenth of its spectrogram and 2: 300 / 10 + 2.
        assert ask(hosted, np.full(1280, 300 / 32768)) == pytest.approx(0.32, abs=0.001)
        scores = [ask(hosted, np.zeros(1280)) for _ in range(HOPS)]
        assert scores == sorted(scores, reverse=True)
        assert scores[-1] == pytest.approx(0.02, abs=0.001)


def test_the_models_for_features_may_be_given_by_their_roles(features, tmp_path):
    word = features.rename(tmp_path / "elsewhere.onnx")
    files = {
        "model": str(word),
        "melspectrogram": str((tmp_path / "melspectrogram.onnx").rename(tmp_path / "a.onnx")),
        "embedding": str((tmp_path / "embedding_model.onnx").rename(tmp_path / "b.onnx")),
    }
    with InProcess(WakeWordEngine(EngineSpec("wake", "", files))) as hosted:
        assert 0 < ask(hosted, np.full(1280, 0.01)) < 1


def test_the_words_of_a_model_are_known_where_its_manifest_says_them(features):
    engine = WakeWordEngine(EngineSpec("wake", "", {"model": str(features)}, {"phrase": "hey jarvis"}))
    assert engine.info.details["phrase"] == "hey jarvis"


@pytest.mark.parametrize("missing", ["melspectrogram.onnx", "embedding_model.onnx"])
def test_a_model_of_openwakeword_without_the_models_for_its_features(features, missing):
    features.with_name(missing).unlink()
    with pytest.raises(BadModelFile, match=f"{missing} is not beside it"):
        WakeWordEngine(EngineSpec("wake", "", {"model": str(features)}))


class Handle:
    def __init__(self, scores):
        self.scores = iter(scores)

    async def call(self, operation, body, kind):
        assert (operation, kind) == ("wake-word", WakeWordScore)
        return WakeWordScore(next(self.scores))


async def test_a_word_is_heard_once():
    client = WakeWordClient(Handle([0.1, 0.6, *[0.9] * WakeWordClient.QUIET, 0.0, 0.7]))
    heard = [await client.heard(b"") for _ in range(WakeWordClient.QUIET + 4)]
    assert [at for at, found in enumerate(heard) if found] == [1, WakeWordClient.QUIET + 3]
