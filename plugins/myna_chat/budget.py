"""How many tokens the prompt may have, and how many it has."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from myna.hookspecs import TurnDraft
from myna.messages import Message, Text, user

from .history import digest
from .recent import Recent

MESSAGE_TOKENS = 8
"""What a chat template adds to a message at most: role markers take 3 to 8 tokens in those of today."""

_TEMPLATE_TOKENS = 256
"""What a template adds to a prompt at most; the longest default system prompts have about 200."""

_LONGEST_ANSWER = 2048
"""Kept free for an answer of no set length; longer answers still get what the prompt leaves."""

_SHORTEST_ANSWER = 64
"""A prompt that leaves less is refused: the answer would be cut off in its first sentence."""

_SAMPLE = 8
"""Characters for each token of context that are counted of a huge text; the rest is scaled up."""


class Budget(msgspec.Struct, frozen=True):
    """All in tokens."""

    context: int
    prompt: int
    """What the prompt may have so that the answer gets the room that it should have."""
    most: int
    """What a single message may have when all else was left out."""

    @classmethod
    def of(cls, context: int, max_tokens: int) -> Budget:
        """`max_tokens` 0: a quarter of the context is kept for the answer. Never more than half."""
        answer = min(max_tokens, context // 2) if max_tokens else min(context // 4, _LONGEST_ANSWER)
        return cls(context, context - answer, context - min(answer, _SHORTEST_ANSWER))


def certainly_fits(messages: Sequence[Message], tokens: int) -> bool:
    """Whether no tokenizer could make more than `tokens` of `messages`: a token has at least one byte.

    Saves short conversations the way to the worker.
    """
    size = _TEMPLATE_TOKENS
    for message in messages:
        size += 2 * MESSAGE_TOKENS
        for part in message.parts:
            if not isinstance(part, Text):
                return False
            size += len(part.text.encode("utf-8", "surrogatepass"))
    return size <= tokens


class Counter:
    """Counts for one turn. Each call of `draft.count` goes to the worker, so single messages are remembered."""

    def __init__(self, draft: TurnDraft, memo: Recent[tuple[str, bytes], int]) -> None:
        self._draft = draft
        self._memo = memo
        self._characters = _SAMPLE * max(draft.context, 1)

    def is_huge(self, messages: Sequence[Message]) -> bool:
        """Whether `whole` estimates: twice the text that could fit, even at 8 characters a token."""
        return sum(len(message.text) for message in messages) > 2 * self._characters

    async def whole(self, messages: Sequence[Message]) -> int:
        """Tokens of a prompt, as the template makes it. Of a huge one, about."""
        if self.is_huge(messages):
            return sum([await self.alone(message) for message in messages])
        return await self._draft.count(messages)

    async def alone(self, message: Message) -> int:
        """About what `message` adds to a prompt, rather more than less."""
        key = (self._draft.model, digest(message))
        known = self._memo.get(key)
        if known is None:
            known = await self._count(message)
            self._memo.put(key, known)
        return known

    async def together(self, messages: Sequence[Message]) -> int:
        """About what `messages` add to a prompt, in one call."""
        joined = Message("user", tuple(part for message in messages for part in message.parts))
        return await self._count(joined) + MESSAGE_TOKENS * (len(messages) - 1)

    async def _count(self, message: Message) -> int:
        # Always as a user's message, and less what the template makes of a bare one: many templates
        # refuse a prompt that begins with an answer, and some add a system prompt of their own.
        text = message.text
        shown, scale = Message("user", message.parts), 1.0
        if len(text) > self._characters:
            shown, scale = user(text[: self._characters]), len(text) / self._characters
        bare = await self._bare()
        return int(max(1, await self._draft.count([shown]) - bare) * scale) + MESSAGE_TOKENS

    async def _bare(self) -> int:
        key = (self._draft.model, b"")
        known = self._memo.get(key)
        if known is None:
            known = await self._draft.count([user("x")]) - 1
            self._memo.put(key, known)
        return known
