"""Sound as it goes out, and transcripts as subtitles."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest

from myna.engine.speech import Segment
from myna_serve.sound.flac import BLOCK, FlacStream
from myna_serve.sound.forms import PCM_RATE, Written, resampled, wav_head
from myna_serve.sound.subtitles import srt, vtt

av = pytest.importorskip("av")
CHANCE = np.random.default_rng(3)


def tone(rate: int, seconds: float, hertz: float = 440.0) -> bytes:
    at = np.arange(round(rate * seconds)) / rate
    return (np.sin(2 * np.pi * hertz * at) * 12_000).astype("<i2").tobytes()


def decoded(data: bytes) -> tuple[int, bytes]:
    with av.open(BytesIO(data)) as container:
        frames = [frame.to_ndarray() for frame in container.decode(audio=0)]
        rate = container.streams.audio[0].rate
    return rate, np.concatenate(frames, axis=1).astype("<i2").tobytes()


SOUNDS = {
    "tone": tone(22_050, 1.3),
    "silence": bytes(2 * 5000),
    "noise": CHANCE.integers(-32768, 32767, 3 * BLOCK).astype("<i2").tobytes(),
    "extremes": np.array([32767, -32768] * 3000, "<i2").tobytes(),
    "one block": tone(16_000, BLOCK / 16_000),
    "many blocks": tone(48_000, 13.0),
    **{f"{count} samples": tone(16_000, count / 16_000) for count in (1, 2, 3, 17)},
}


@pytest.mark.parametrize("name", SOUNDS)
@pytest.mark.parametrize("size", [999, 100_000_000])
def test_flac_is_what_went_in(name, size):
    sound, stream = SOUNDS[name], FlacStream(22_050)
    size -= size % 2
    pieces = [stream.feed(sound[at : at + size]) for at in range(0, len(sound), size)]
    written = stream.head() + b"".join(pieces) + stream.finish()
    assert decoded(written) == (22_050, sound)


def test_flac_is_smaller_for_what_can_be_foretold():
    stream, sound = FlacStream(22_050), SOUNDS["tone"]
    assert len(stream.feed(sound) + stream.finish()) < 0.7 * len(sound)


def test_nothing_makes_no_frame():
    assert FlacStream(16_000).finish() == b""


@pytest.mark.parametrize(("source", "target"), [(22_050, 24_000), (16_000, 24_000), (48_000, 22_050)])
def test_resampling_keeps_the_tone_and_the_time(source, target):
    sound = np.frombuffer(resampled(tone(source, 1.0), source, target), "<i2").astype(float)
    assert len(sound) == target
    expected = np.frombuffer(tone(target, 1.0), "<i2").astype(float)
    middle = slice(target // 10, -target // 10)
    assert np.abs(sound[middle] - expected[middle]).max() < 200
    assert resampled(b"", source, target) == b""


def test_a_file_has_one_rate_and_plain_samples_have_the_one_that_clients_know():
    wav = Written("wav")
    first, second = wav.utterance(tone(22_050, 0.5), 22_050), wav.utterance(tone(16_000, 0.5), 16_000)
    assert first.startswith(wav_head(22_050))
    assert len(second) == len(first) - len(wav_head(22_050)) == 22_050
    assert wav.finish() == b""
    assert len(Written("pcm").utterance(tone(16_000, 0.5), 16_000)) == PCM_RATE
    flac = Written("flac")
    rate, sound = decoded(flac.utterance(tone(16_000, 0.5), 16_000) + flac.finish())
    assert (rate, len(sound)) == (16_000, 16_000)


def test_wav_can_be_read_although_its_length_is_not_known():
    rate, sound = decoded(wav_head(16_000) + tone(16_000, 0.5))
    assert (rate, len(sound)) == (16_000, 16_000)


def test_subtitles():
    segments = [Segment("One\n\ntwo <b> & --> 三", 0.0, 1.5), Segment("End", 3725.5, 3725.5)]
    assert srt(segments) == (
        "1\n00:00:00,000 --> 00:00:01,500\nOne two <b> & --> 三\n\n2\n01:02:05,500 --> 01:02:05,501\nEnd\n\n"
    )
    assert vtt(segments) == (
        "WEBVTT\n\n00:00:00.000 --> 00:00:01.500\nOne two &lt;b&gt; &amp; --&gt; 三\n\n"
        "01:02:05.500 --> 01:02:05.501\nEnd\n\n"
    )
