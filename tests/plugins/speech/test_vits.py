"""A voice cut in two sounds as the whole one does, and begins to sound sooner."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest
from onnx import TensorProto, helper, save

from myna.errors import BadModelFile
from myna_speech.voices.worker.loudness import FADE, QUIETEST_PEAK, Loudness
from myna_speech.voices.worker.vits import FIRST_S, LONGEST_S, Vits
from small_voice import FRAMES_A_PHONEME, HOP, write_voice

RATE = 8_000


def session(file: str | bytes) -> onnxruntime.InferenceSession:
    return onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])


def feed(phonemes: int, sid: int | None = None) -> dict[str, np.ndarray]:
    ids = np.random.default_rng(phonemes).integers(1, 60, (1, phonemes))
    found = {
        "input": ids.astype(np.int64),
        "input_lengths": np.array([phonemes], np.int64),
        "scales": np.array([0.5, 1.0, 0.5], np.float32),
    }
    return found if sid is None else found | {"sid": np.array([sid], np.int64)}


def both(path: Path, given: dict[str, np.ndarray]) -> tuple[list[np.ndarray], np.ndarray]:
    """The stretches, and what the uncut file makes of the same input."""
    return list(Vits(str(path), RATE, session).sound(given)), session(str(path)).run(None, given)[0].reshape(-1)


@pytest.mark.parametrize("phonemes", [1, 2, 7, 8, 9, 40, 150, 700])
def test_stretches_joined_are_the_sound_of_the_whole(tmp_path: Path, phonemes: int) -> None:
    stretches, whole = both(write_voice(tmp_path / "v.onnx"), feed(phonemes))
    assert len(whole) == phonemes * FRAMES_A_PHONEME * HOP
    np.testing.assert_allclose(np.concatenate(stretches), whole, atol=1e-5)


def test_the_first_stretch_is_short_and_each_longer_than_the_one_before(tmp_path: Path) -> None:
    stretches, _ = both(write_voice(tmp_path / "v.onnx"), feed(700))
    seconds = [len(stretch) / RATE for stretch in stretches]
    assert seconds[0] == pytest.approx(FIRST_S, abs=HOP / RATE)
    assert all(later >= earlier for earlier, later in pairwise(seconds[:-1]))
    assert max(seconds) <= 1.5 * LONGEST_S


def test_each_speaker_sounds_as_in_the_whole(tmp_path: Path) -> None:
    path = write_voice(tmp_path / "v.onnx", speakers=2)
    made = []
    for sid in (0, 1):
        stretches, whole = both(path, feed(60, sid))
        assert len(stretches) > 1
        np.testing.assert_allclose(np.concatenate(stretches), whole, atol=1e-5)
        made.append(whole)
    assert not np.allclose(*made, atol=0.01)


@pytest.mark.parametrize("built", [{"decoder": "vocoder."}, {"mixing": True}])
def test_a_voice_that_is_built_in_another_way_is_not_cut(tmp_path: Path, built: dict[str, Any]) -> None:
    stretches, whole = both(write_voice(tmp_path / "v.onnx", **built), feed(60))
    assert len(stretches) == 1
    np.testing.assert_allclose(stretches[0], whole, atol=1e-6)


def test_what_is_not_finite_is_silence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = Vits(str(write_voice(tmp_path / "v.onnx", decoder="vocoder.")), RATE, session)

    class Broken:
        def run(self, names: None, given: dict[str, np.ndarray]) -> list[np.ndarray]:
            return [np.array([[[0.5, np.nan, np.inf, -np.inf]]], np.float32)]

    monkeypatch.setattr(broken, "encoder", Broken())
    [samples] = broken.sound(feed(2))
    assert samples.tolist() == [0.5, 0.0, 0.0, 0.0]


@pytest.mark.parametrize("data", [b"", b"x", b"\xff" * 100, b"RIFF----WAVE"], ids=range(4))
def test_a_file_that_is_no_model(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "v.onnx").write_bytes(data)
    with pytest.raises(BadModelFile, match=r"v\.onnx is no "):
        Vits(str(tmp_path / "v.onnx"), RATE, session)


def test_a_model_that_is_no_voice(tmp_path: Path) -> None:
    sound = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1]) for name in ("x", "y")]
    graph = helper.make_graph([helper.make_node("Tanh", ["x"], ["y"])], "g", sound[:1], sound[1:])
    save(helper.make_model(graph), str(tmp_path / "v.onnx"))
    with pytest.raises(BadModelFile, match="is no Piper voice: it takes x"):
        Vits(str(tmp_path / "v.onnx"), RATE, session)


def tone(peak: float, count: int = 1000) -> np.ndarray:
    return (peak * np.sin(np.arange(count) * 0.5)).astype(np.float32)


def test_the_usual_loudness_becomes_full_scale_from_the_first_sample() -> None:
    loudness = Loudness(0.5)
    made = np.concatenate([loudness.scaled(tone(0.5)), loudness.scaled(tone(0.25))])
    np.testing.assert_allclose(made[:1000], 2 * tone(0.5), rtol=1e-3)
    np.testing.assert_allclose(made[1000:], 2 * tone(0.25), rtol=1e-3)


def test_a_louder_moment_lowers_the_level_for_what_follows() -> None:
    loudness = Loudness(0.4)
    loud = loudness.scaled(tone(0.8))
    assert np.abs(loud[FADE:]).max() <= 1.0
    # No step: what is between two samples is not more than the tone itself has.
    assert np.abs(np.diff(loud)).max() < 0.5 * 0.8 / 0.4
    np.testing.assert_allclose(loudness.scaled(tone(0.4)), tone(0.4) / 0.8, rtol=1e-3, atol=1e-4)


def test_silence_stays_silent() -> None:
    made = Loudness(0.0).scaled(np.full(100, 0.001, np.float32))
    assert np.abs(made).max() <= 0.001 / QUIETEST_PEAK * 1.001
    assert len(Loudness(0.5).scaled(np.zeros(0, np.float32))) == 0
