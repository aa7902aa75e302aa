from __future__ import annotations

import numpy as np
import pytest

from myna.audio import SPEECH_RATE
from myna_speech.recognition.worker.mel import log_mel
from myna_speech.recognition.worker.smart_turn import turn_features

CHANCE = np.random.default_rng(1)


@pytest.mark.parametrize("bands", [80, 128])
@pytest.mark.parametrize("samples", [1600, 16_000, 33_333])
def test_features_are_those_that_whisper_was_trained_on(bands: int, samples: int) -> None:
    peer = pytest.importorskip("faster_whisper.feature_extractor").FeatureExtractor(feature_size=bands)
    sound = CHANCE.normal(0, 0.1, samples).astype(np.float32)
    ours = log_mel(sound, bands)
    assert ours.shape == (bands, samples // 160)
    assert ours == pytest.approx(peer(sound, padding=0)[:, : ours.shape[1]], abs=1e-5)


def test_silence_and_next_to_nothing_have_features() -> None:
    assert np.isfinite(log_mel(np.zeros(16_000, np.float32))).all()
    assert log_mel(np.zeros(10, np.float32)).shape == (80, 0)
    assert log_mel(np.zeros(170, np.float32)).shape == (80, 1)


def test_turn_features_are_of_the_last_eight_seconds() -> None:
    sound = CHANCE.normal(0, 0.1, 10 * SPEECH_RATE).astype(np.float32)
    assert turn_features(sound).shape == (80, 800)
    assert turn_features(sound) == pytest.approx(turn_features(sound[-8 * SPEECH_RATE :]))
    short = turn_features(sound[:SPEECH_RATE])
    assert short[:, :600].max() < short[:, 720:].max()


def test_turn_features_do_not_depend_on_the_level() -> None:
    sound = CHANCE.normal(0, 0.1, 3 * SPEECH_RATE).astype(np.float32)
    assert turn_features(sound) == pytest.approx(turn_features(sound * np.float32(0.3)), abs=1e-3)


def test_turn_features_of_nothing() -> None:
    assert np.isfinite(turn_features(np.zeros(0, np.float32))).all()
