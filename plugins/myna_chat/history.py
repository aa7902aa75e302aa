"""A conversation as turns, which are kept or dropped whole."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import msgspec

from myna.messages import Message, Text

Turn = tuple[Message, ...]
"""A message of the user with all that answers it. Only the first turn may begin otherwise."""


def digest(message: Message) -> bytes:
    """Equal for equal messages."""
    state = hashlib.blake2b(message.role.encode(), digest_size=16)
    for part in message.parts:
        # Text goes in as it is: it may hold lone surrogates, which JSON cannot.
        content = part.text.encode("utf-8", "surrogatepass") if isinstance(part, Text) else msgspec.json.encode(part)
        state.update(b"%d:" % len(content) + content)
    return state.digest()


class History:
    """`messages` must hold at least one message that is not a system message."""

    def __init__(self, messages: Sequence[Message]) -> None:
        first = next((at for at, message in enumerate(messages) if message.role != "system"), len(messages))
        self.system = tuple(messages[:first])
        self.turns = _turns(messages[first:])

    def prefixes(self) -> list[bytes]:
        """For each number of turns, what names the conversation up to there: `prefixes()[n]` is of n turns."""
        names = [b""]
        for turn in self.turns:
            state = hashlib.blake2b(names[-1], digest_size=16)
            for message in turn:
                state.update(digest(message))
            names.append(state.digest())
        return names

    def dropped(self, turns: int, *, since: int = 0) -> list[Message]:
        return [message for turn in self.turns[since:turns] for message in turn]

    def without(self, turns: int, note: str = "") -> list[Message]:
        """The prompt without the oldest `turns`, and with `note` at the end of the system message."""
        rest = [message for turn in self.turns[turns:] for message in turn]
        if not note:
            return [*self.system, *rest]
        if not self.system:
            return [Message("system", (Text(note),)), *rest]
        last = self.system[-1]
        return [*self.system[:-1], Message("system", (*last.parts, Text("\n\n" + note))), *rest]


def _turns(messages: Sequence[Message]) -> list[Turn]:
    turns: list[list[Message]] = []
    for message in messages:
        if message.role == "user" or not turns:
            turns.append([])
        turns[-1].append(message)
    return [tuple(turn) for turn in turns]
