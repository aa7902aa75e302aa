"""What happened to a question or an answer on its way, as notes beside it; the page has the words.

kind        said of                what there is
masked      question, answer       `count`
replaced    question, answer       `count`
blocked     question, answer       `label`
asked-again answer
unjudged    question, answer       `closed`: the turn ended for it
dropped     answer                 `count` earlier messages that the model did not see, `summarised`
shrunk      answer                 `wanted` and `given`, tokens
reduced     answer                 `cause`: memory, temperature or failure; `model`, which answered
notice      answer                 `text`, of a plugin
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from myna.events import ContextShrunk, Event, GuardFailed, GuardFinding, HistoryDropped, Notice, Reduced, Routed

Notes = list[dict[str, Any]]

_KINDS = {"mask": "masked", "replace": "replaced", "block": "blocked", "ask-again": "asked-again"}


def note_of(event: Event) -> dict[str, Any] | None:
    """The note that `event` is told by, with `question` True where it is about the question; None for none."""
    note: dict[str, Any] | None = None
    if isinstance(event, GuardFinding):
        if (kind := _KINDS.get(event.action)) is not None:
            note = {"kind": kind, "question": event.origin != "answer", "label": event.label or event.rule}
    elif isinstance(event, GuardFailed):
        note = {"kind": "unjudged", "question": event.origin != "answer", "closed": event.closed}
    elif isinstance(event, HistoryDropped):
        note = {"kind": "dropped", "count": event.messages, "summarised": event.summarised}
    elif isinstance(event, ContextShrunk):
        note = {"kind": "shrunk", "wanted": event.wanted, "given": event.given}
    elif isinstance(event, Reduced):
        note = {"kind": "reduced", "cause": event.cause, "model": event.model}
    elif isinstance(event, Routed) and event.instead_of:
        text = f"{event.instead_of} cannot answer now: {event.model} answers instead."
        note = {"kind": "notice", "text": text}
    elif isinstance(event, Notice):
        note = {"kind": "notice", "text": event.text}
    return None if note is None else {"question": False, "count": 1, **note}


def notes_of(remarks: Iterable[Event], said: Callable[[str], str]) -> Notes:
    """The notes of what is kept with a message; `said` is what plugins say, in the person's language."""
    notes: Notes = []
    for remark in remarks:
        if (note := note_of(remark)) is not None:
            notes = with_note(notes, note if "text" not in note else {**note, "text": said(note["text"])})
    return notes


def with_note(notes: Notes, note: dict[str, Any]) -> Notes:
    """`notes` and `note`; what guards found several times is counted."""
    if note["kind"] in {"masked", "replaced", "blocked", "asked-again", "unjudged"}:
        for at, known in enumerate(notes):
            if known["kind"] == note["kind"]:
                return [*notes[:at], {**known, "count": known["count"] + 1}, *notes[at + 1 :]]
    elif note in notes:
        return notes
    return [*notes, note]
