"""Calls of tools in one answer: read while they are written, and their arguments held to their schemas."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

from ...calls.styles import Style
from ...calls.written import Rewriting
from ...errors import BadGrammar
from ...tools import ToolUse
from ..protocols import TextRequest
from .call_grammar import arguments_to_gbnf, calls_to_gbnf
from .constraint import Constraint
from .sampler import TokenSampler
from .vocabulary import Vocabulary


class Calling:
    """Of one request that has tools."""

    def __init__(
        self,
        style: Style,
        use: ToolUse,
        vocabulary: Vocabulary,
        constrain: Callable[[TextRequest], Constraint | None],
    ) -> None:
        """`constrain` makes the engine's constraint of a grammar.

        Raises:
            BadGrammar: a schema that must be kept cannot be enforced.
        """
        self._constrain = constrain
        self._style = style
        self._use = use
        self._tools = {tool.name: tool for tool in use.tools}
        self._vocabulary = vocabulary
        self._markers = vocabulary.special_tokens(style.markers)
        self._rewriting = Rewriting(style, use.names)
        self._steered = False
        for tool in use.tools:
            if tool.strict and not use.required:
                arguments_to_gbnf(tool)

    @cached_property
    def grammar(self) -> str:
        """Of an answer that must be calls. Raises `BadGrammar`: as `calls_to_gbnf`."""
        return calls_to_gbnf(self._style, self._use)

    @property
    def inside(self) -> bool:
        """Whether the last token belongs to what may be a call."""
        return self._rewriting.reader.inside

    @property
    def done(self) -> bool:
        """Whether there are as many calls as there may be."""
        return 0 < self._use.most <= self._rewriting.reader.calls

    def piece(self, token: int) -> bytes:
        """The bytes of `token`, also of one that begins a call."""
        return self._vocabulary.piece(token, special=token in self._markers)

    def feed(self, text: str, *, final: bool = False) -> str:
        """What of the answer is known after `text`, with calls in the form of `myna.calls`."""
        return self._rewriting.feed(text, final=final)

    def steer(self, sampler: TokenSampler, token: int, piece: bytes) -> None:
        """Once `token` has begun the arguments of a call that nothing requires, hold the rest of them to the schema."""
        if self._use.required:
            return
        reader = self._rewriting.reader
        if not reader.open:
            if self._steered:
                sampler.release()
            self._steered = False
        elif not self._steered:
            self._steered = True
            text = piece.decode("utf-8", "replace")
            if reader.written <= len(text):
                before = text[: len(text) - reader.written]
                try:
                    grammar = arguments_to_gbnf(self._tools[reader.open], before)
                    if (constraint := self._constrain(TextRequest(grammar=grammar))) is not None:
                        sampler.constrain(constraint, token)
                except BadGrammar:
                    # It need not fit, then; a tool that insists was refused at the start.
                    return
