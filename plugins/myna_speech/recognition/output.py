"""What `myna transcribe` prints, segment by segment."""

from __future__ import annotations

from typing import Any, Literal

from myna.cli.context import Context
from myna.engine.speech import NoSpeech, Segment, Transcript

from .subtitles import VTT_HEAD, srt_cue, vtt_cue

Form = Literal["text", "json", "srt", "vtt"]
FORMATS: tuple[Form, ...] = ("text", "json", "srt", "vtt")

_REASONS = {
    "empty": "there is no sound in it",
    "silence": "it is silent",
    "no-voice": "nobody speaks in it",
    "unlikely": "what is in it is hardly speech",
    "repetition": "nothing in it can be understood",
}


class Printer:
    """Prints one transcript in one form. JSON comes at the end, everything else as it is heard."""

    def __init__(self, ctx: Context, form: Form) -> None:
        self._ctx = ctx
        self._form = form
        self._count = 0

    def segment(self, segment: Segment) -> None:
        self._count += 1
        match self._form:
            case "text":
                self._ctx.print(segment.text)
            case "srt":
                self._ctx.write(srt_cue(self._count, segment))
            case "vtt":
                # The head waits for the first cue: where nobody speaks nothing is printed.
                self._ctx.write((VTT_HEAD if self._count == 1 else "") + vtt_cue(segment))
            case "json":
                pass

    def end(self, result: Transcript | NoSpeech) -> None:
        if self._form == "json":
            self._ctx.print_json(as_data(result))
        if isinstance(result, NoSpeech):
            reason = self._ctx.text(_REASONS[result.reason])
            self._ctx.note(self._ctx.text("no speech: {reason}", reason=reason))


def as_data(result: Transcript | NoSpeech) -> dict[str, Any]:
    """What `--json` prints; `no_speech` says why there is no text, and is null where there is some."""
    if isinstance(result, NoSpeech):
        return {"text": "", "language": None, "duration": result.duration, "segments": [], "no_speech": result.reason}
    return {
        "text": result.text,
        "language": result.language,
        "language_probability": result.language_probability,
        "duration": result.duration,
        "segments": [_segment(segment) for segment in result.segments],
        "timings": result.timings,
        "no_speech": None,
    }


def _segment(segment: Segment) -> dict[str, Any]:
    data: dict[str, Any] = {
        "text": segment.text,
        "start": segment.start,
        "end": segment.end,
        "logprob": segment.logprob,
        "no_speech": segment.no_speech,
        "compression": segment.compression,
    }
    if segment.words:
        data["words"] = segment.words
    return data
