"""espeak-ng, for languages without a voice: a program, started for each piece of text, its sound read as it comes."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from typing import ClassVar

import msgspec
import numpy as np

from myna.audio import SAMPLE_BYTES, pcm
from myna.engine.protocols import EngineSpec, ModelInfo
from myna.engine.serial import SerialEngine
from myna.engine.speech import Speech, SynthesizeRequest
from myna.errors import BadInput, EngineError, ModelLoadFailed

from ..manner import ITEM_S, check_manner
from ..script import primary
from .pieces import cleaned, pieces

WORDS_A_MINUTE = 165
"""espeak-ng's own 175 is hurried beside Piper's voices."""

VOICES = {"zh": "cmn", "en": "en-us"}
"""What espeak-ng calls a language, where that is not its code."""

_HEADER = 44
"""Bytes of a WAV header as espeak-ng writes it; sizes in it are not known yet and mean nothing."""

_RATE_AT = slice(24, 28)
"""Where the sampling rate stands in it, little endian."""


class EspeakOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`EngineSpec.options`."""

    program: str


class EspeakEngine(SerialEngine):
    """Speaks every language that espeak-ng knows."""

    operations: ClassVar = {"synthesize": SynthesizeRequest}

    def __init__(self, spec: EngineSpec) -> None:
        """Raises `ModelLoadFailed` when the program does not run."""
        self._name = spec.name
        self._program = msgspec.convert(spec.options, EspeakOptions).program
        try:
            listed = subprocess.run([self._program, "--voices"], capture_output=True, check=False, timeout=10)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise ModelLoadFailed(f"{self._program} does not run: {error}") from None
        # Pty Language Age/Gender VoiceName File Other Languages
        rows = [line.split() for line in listed.stdout.decode(errors="replace").splitlines()[1:]]
        self._languages = {row[1].lower() for row in rows if len(row) > 1}
        if not self._languages:
            raise ModelLoadFailed(f"{self._program} has no voices", hint="apt-get install espeak-ng-data")
        super().__init__(ModelInfo("espeak-ng", details={"languages": str(len(self._languages))}))

    def run(self, operation: str, body: SynthesizeRequest) -> Iterator[Speech | None]:
        del operation
        check_manner(body)
        language = self._language(body.language or "en")
        for piece in pieces(cleaned(body.text, self._name, language)):
            yield None
            yield from self._speak(piece, language, body)

    def _language(self, asked: str) -> str:
        tag = asked.lower().replace("_", "-")
        for name in (tag, VOICES.get(primary(tag), ""), primary(tag)):
            if name in self._languages:
                return name
        raise BadInput(f"espeak-ng has no voice for the language {asked}", hint="espeak-ng --voices")

    def _speak(self, text: str, language: str, body: SynthesizeRequest) -> Iterator[Speech]:
        command = [self._program, "--stdin", "--stdout", "-b", "1", "-v", language]
        command += ["-s", str(round(WORDS_A_MINUTE * body.speed))]
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        ) as process:
            try:
                if process.stdin is None or process.stdout is None:
                    raise EngineError("espeak-ng has no pipes")
                # A piece is far smaller than a pipe holds, so that this never waits for the other one to be read.
                process.stdin.write(text.encode())
                process.stdin.close()
                head = process.stdout.read(_HEADER)
                rate = int.from_bytes(head[_RATE_AT], "little")
                if len(head) < _HEADER or not 4000 <= rate <= 192_000:
                    raise EngineError("espeak-ng made no sound")
                while data := process.stdout.read(SAMPLE_BYTES * int(ITEM_S * rate)):
                    yield Speech(_louder(data, body.volume), rate)
            finally:
                process.kill()


def _louder(data: bytes, volume: float) -> bytes:
    """`data` with its loudness changed; half a sample at the end is dropped."""
    whole = data[: len(data) - len(data) % SAMPLE_BYTES]
    if volume == 1.0:
        return whole
    return pcm(np.frombuffer(whole, dtype="<i2").astype(np.float32) * np.float32(volume / 32768))
