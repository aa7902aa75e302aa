"""The speech-to-text engine: Whisper on CTranslate2, for utterances and for files of any length."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, ClassVar

import msgspec

from myna.audio import SAMPLE_BYTES, SPEECH_RATE
from myna.engine.protocols import EngineSpec, ModelInfo
from myna.engine.serial import SerialEngine
from myna.engine.speech import (
    NoSpeech,
    Progress,
    Segment,
    TranscribeFileRequest,
    TranscribeRequest,
    Transcript,
)
from myna.errors import BadInput, ModelLoadFailed, ModelMissing

from ..agreement import join_units
from ..tags import chinese_opening, whisper_language, whisper_languages
from .judgement import Trouble
from .reading import Reader, Wanted
from .silero import Silero, VoiceStream
from .sound_file import SoundFile
from .speech_chunks import SpeechChunks
from .voice_level import LevelVoice, Voice
from .whisper_model import WhisperModel, WhisperOptions


class WhisperEngine(SerialEngine):
    """Files: `model` (the others are looked for beside it), `tokenizer`. Options: `WhisperOptions`."""

    operations: ClassVar = {"transcribe": TranscribeRequest, "transcribe-file": TranscribeFileRequest}

    def __init__(self, spec: EngineSpec) -> None:
        try:
            options = msgspec.convert(spec.options, WhisperOptions)
        except msgspec.ValidationError as error:
            raise ModelLoadFailed(f"{spec.name}: {error}") from None
        self._name = spec.name
        self._model = WhisperModel(spec.files, options)
        self._silero = Silero(options.voice_model) if options.voice_model else None
        details = {
            "folder": str(Path(spec.files["model"]).parent),
            "compute_type": self._model.compute_type,
            "languages": " ".join(sorted(self._model.vocabulary.languages)),
            "voice_activity": "silero" if self._silero else "level",
        }
        super().__init__(ModelInfo("Whisper on CTranslate2", device=self._model.device, details=details))

    def run(self, operation: str, body: Any) -> Iterator[msgspec.Struct | None]:
        self._model.reset_chance()
        if isinstance(body, TranscribeFileRequest):
            return self._file(body)
        if len(body.audio) % SAMPLE_BYTES:
            raise BadInput(f"{len(body.audio)} bytes are no whole number of 16-bit samples")
        return self._utterance(body)

    def _utterance(self, request: TranscribeRequest) -> Iterator[msgspec.Struct | None]:
        wanted = self._wanted(request, partial=request.partial)
        hearing = _Hearing(self._voice())
        for found in hearing.hear([request.audio], Reader(self._model, hearing.timings), wanted):
            yield None if isinstance(found, Segment) else found
        yield hearing.result()

    def _file(self, request: TranscribeFileRequest) -> Iterator[msgspec.Struct | None]:
        wanted = self._wanted(request)
        with SoundFile(request.path) as file:
            hearing = _Hearing(self._voice())
            yield Progress(0.0, file.duration)
            for found in hearing.hear(file.blocks(), Reader(self._model, hearing.timings), wanted):
                yield found
                if found is not None or hearing.seconds - hearing.told >= 1.0:
                    hearing.told = hearing.seconds
                    yield Progress(hearing.seconds, max(file.duration, hearing.seconds))
            yield Progress(hearing.seconds, hearing.seconds)
            yield hearing.result()

    def _voice(self) -> Voice:
        if self._silero is None:
            return LevelVoice()
        silero, stream = self._silero, VoiceStream()
        return lambda audio: silero.feed(stream, audio)

    def _wanted(self, request: TranscribeRequest | TranscribeFileRequest, *, partial: bool = False) -> Wanted:
        """Raises `ModelMissing`: the model knows none of the languages."""
        known = self._model.vocabulary.languages
        asked = (
            frozenset({whisper_language(request.language)})
            if request.language
            else whisper_languages(request.languages)
        )
        languages = asked & known if asked else known
        if not languages:
            names = request.language or ", ".join(request.languages)
            raise ModelMissing(
                f"the model {self._name} does not know the language {names}", hint="myna models pull whisper-base"
            )
        return Wanted(
            languages,
            words=request.words,
            partial=partial,
            chinese=chinese_opening([request.language, *request.languages]),
            heard_voice=self._silero is not None,
        )


class _Hearing:
    """One request under way: the stream cut into pieces, and what was read of them."""

    def __init__(self, voice: Voice) -> None:
        self.timings: dict[str, float] = {}
        self.seconds = 0.0
        """Heard so far."""
        self.told = 0.0
        self._chunks = SpeechChunks(voice)
        self._segments: list[Segment] = []
        self._language = ""
        self._probability = 1.0
        self._trouble: Trouble = ""

    def hear(self, blocks: Iterable[bytes], reader: Reader, wanted: Wanted) -> Iterator[Segment | None]:
        """Segments as they are read; None between steps."""
        for block in blocks:
            self.seconds += len(block) / SAMPLE_BYTES / SPEECH_RATE
            for piece in self._chunks.feed(block):
                yield None
                if piece is not None:
                    yield from self._read(piece, reader, wanted)
        for piece in self._chunks.finish():
            if piece is not None:
                yield from self._read(piece, reader, wanted)

    def _read(self, piece: Any, reader: Reader, wanted: Wanted) -> Iterator[Segment | None]:
        if self._language:
            wanted = msgspec.structs.replace(wanted, languages=frozenset({self._language}))
        reading = yield from reader.read(piece, wanted)
        if reading.segments and not self._language:
            # Once for all: the language of a single short piece is often mistaken.
            self._language, self._probability = reading.language, reading.language_probability
        self._trouble = reading.trouble or self._trouble
        self._segments += reading.segments
        yield from reading.segments

    def result(self) -> Transcript | NoSpeech:
        duration = round(self.seconds, 3)
        if self._segments:
            return Transcript(
                join_units(segment.text for segment in self._segments),
                self._language,
                tuple(self._segments),
                language_probability=round(self._probability, 4),
                duration=duration,
                timings={stage: round(spent, 3) for stage, spent in self.timings.items()},
            )
        if not self._chunks.windows:
            return NoSpeech("empty", duration)
        if not self._chunks.loud:
            return NoSpeech("silence", duration)
        if not self._trouble:
            return NoSpeech("no-voice", duration)
        return NoSpeech("repetition" if self._trouble == "repetition" else "unlikely", duration)
