"""The configuration that comes with a Piper voice: what of it is used, checked."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import msgspec

from myna.errors import BadInput, BadModelFile

LARGEST = 1_000_000
"""Bytes. Those of Piper's own voices are 4 to 30 kB."""

PHONEMIZERS = ("espeak", "text")
"""Kinds of voices that can be spoken. Piper's others fetch models of their own when they are first used."""

_Id = Annotated[int, msgspec.Meta(ge=0)]


class _Audio(msgspec.Struct, frozen=True):
    sample_rate: Annotated[int, msgspec.Meta(ge=4000, le=192_000)]


class _Espeak(msgspec.Struct, frozen=True):
    voice: str


class _Inference(msgspec.Struct, frozen=True):
    noise_scale: float = 0.667
    length_scale: Annotated[float, msgspec.Meta(gt=0)] = 1.0
    noise_w: float = 0.8


class _Config(msgspec.Struct, frozen=True):
    """What a voice's JSON file must hold."""

    audio: _Audio
    espeak: _Espeak
    phoneme_id_map: dict[str, list[_Id]]
    num_symbols: Annotated[int, msgspec.Meta(ge=1)]
    num_speakers: Annotated[int, msgspec.Meta(ge=1)]
    speaker_id_map: dict[str, _Id] = {}
    default_speaker_id: _Id = 0
    inference: _Inference = _Inference()
    phoneme_type: str = "espeak"


class VoiceFile(msgspec.Struct, frozen=True):
    """A voice, as its configuration tells it."""

    raw: dict[str, Any]
    """The whole document."""
    language: str
    """As espeak-ng calls it, for example `en-us`."""
    rate: int
    """Samples a second (Hz)."""
    length_scale: float
    noise_scale: float
    noise_w: float
    speaker_count: int
    speakers: dict[str, int]
    """Numbers by name, where the speakers have names."""
    default_speaker: int

    def speaker(self, asked: str, voice: str) -> int:
        """The number of a speaker given by name or number; empty is the default one.

        Raises:
            BadInput: `voice` has no such speaker.
        """
        if not asked:
            return self.default_speaker
        if asked in self.speakers:
            return self.speakers[asked]
        if asked.isascii() and asked.isdigit() and len(asked) < 6 and int(asked) < self.speaker_count:
            return int(asked)
        if self.speaker_count == 1:
            raise BadInput(f"the voice {voice} has only one speaker")
        known = ", ".join(sorted(self.speakers)[:10]) or f"0 to {self.speaker_count - 1}"
        raise BadInput(f"the voice {voice} has no speaker {asked}", hint=f"there are {known}")


def read_voice_file(files: Mapping[str, str]) -> VoiceFile:
    """The configuration among `files`, by role, else beside the model.

    Raises:
        BadModelFile: it is not there, or not what Piper writes.
    """
    path = Path(files.get("config") or f"{files['model']}.json")
    try:
        with path.open("rb") as opened:
            data = opened.read(LARGEST + 1)
    except OSError as error:
        raise BadModelFile(
            f"{path.name}, the configuration of the voice, cannot be read: {error.strerror or error}",
            hint="a Piper voice is two files: NAME.onnx and NAME.onnx.json",
        ) from None
    if len(data) > LARGEST:
        raise BadModelFile(f"{path.name} is larger than {LARGEST:,} bytes")
    try:
        config = msgspec.json.decode(data, type=_Config)
        raw = msgspec.json.decode(data, type=dict[str, Any])
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise BadModelFile(f"{path.name} is no configuration of a Piper voice: {error}") from None
    _check(config, path.name)
    return VoiceFile(
        raw=raw,
        language=config.espeak.voice,
        rate=config.audio.sample_rate,
        length_scale=config.inference.length_scale,
        noise_scale=config.inference.noise_scale,
        noise_w=config.inference.noise_w,
        speaker_count=config.num_speakers,
        speakers=config.speaker_id_map,
        default_speaker=config.default_speaker_id,
    )


def _check(config: _Config, name: str) -> None:
    """What types do not say. An id past the end would be an access out of bounds in the model."""
    if config.phoneme_type not in PHONEMIZERS:
        raise BadModelFile(
            f"{name} asks for the phonemizer {config.phoneme_type}; {' and '.join(PHONEMIZERS)} are supported",
            hint="myna models list --task synthesize",
        )
    highest = max((number for ids in config.phoneme_id_map.values() for number in ids), default=0)
    if highest >= config.num_symbols:
        raise BadModelFile(f"{name} numbers a phoneme {highest}, and the voice has {config.num_symbols}")
    speakers = [config.default_speaker_id, *config.speaker_id_map.values()]
    if max(speakers) >= config.num_speakers:
        raise BadModelFile(f"{name} numbers a speaker {max(speakers)}, and the voice has {config.num_speakers}")
    for needed in ("^", "$", "_"):
        if not config.phoneme_id_map.get(needed):
            raise BadModelFile(f"{name} lacks the phoneme {needed}")
