"""From messages to tokens, with user text that can never pose as the model's special tokens."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from typing import Any

import msgspec

from ...errors import BadInput, BadTemplate, Missing, PromptTooLong
from ...messages import Message, Text
from ..chat_template import ChatTemplate
from .native import C
from .vocabulary import Vocabulary

CHATML = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
"""For models without a template of their own, as llama.cpp does."""

PROBE_CHARACTERS = 16
"""Characters a token, far above any language's average (4 to 5 for English, 1 to 2 for Chinese)."""


ENGINE_VARIABLES = frozenset({"self", "messages", "tools", "add_generation_prompt", "bos_token", "eos_token"})
"""What a template gets from the engine alone."""


class Prompt(msgspec.Struct, frozen=True):
    tokens: list[int]
    prefix: int = 0
    """How many of `tokens` belong to the system prompt alone, and start every conversation with it."""


class PromptBuilder:
    """Renders and tokenizes prompts for one model."""

    def __init__(self, vocabulary: Vocabulary, template: str, *, context: int) -> None:
        self._vocabulary = vocabulary
        self._template = ChatTemplate(template or CHATML, bos=vocabulary.bos, eos=vocabulary.eos)
        self._context = context
        # Characters that no text holds by chance stand for special tokens that a user typed.
        self._mark = f"\ue000{secrets.token_hex(8)}\ue001"
        self._marked = re.compile(f"{self._mark}(\\d+);")
        self._prefixes: dict[str, list[int]] = {}

    def from_messages(self, messages: Sequence[Message], *, tools: str, options: dict[str, Any]) -> Prompt:
        """The prompt that asks for the next answer.

        Raises:
            BadTemplate: the model's template fails or refuses these messages.
            Missing: the messages hold pictures or sound, which this model cannot use.
            PromptTooLong: more text than could ever fit.
            BadInput: an option that is not for whoever asks.
        """
        if taboo := ENGINE_VARIABLES & options.keys():
            raise BadInput(f"template_options cannot set {', '.join(sorted(taboo))}")
        self._check_length(
            sum(len(part.text) for message in messages for part in message.parts if isinstance(part, Text))
        )
        taken: list[str] = []
        plain = [{"role": message.role, "content": self._guard(_content(message), taken)} for message in messages]
        tool_list = msgspec.json.decode(tools, type=list[dict[str, Any]]) if tools else None
        tokens = self._tokens(self._render(plain, tool_list, options), taken)
        system = plain[0]["content"] if plain and plain[0]["role"] == "system" else ""
        if not system or taken:
            return Prompt(tokens)
        return Prompt(tokens, self._prefix_length(system, tokens, tool_list, options))

    def from_text(self, text: str) -> Prompt:
        """A raw prompt, special tokens included."""
        self._check_length(len(text))
        return Prompt(self._vocabulary.tokenize(text, special=True, add_special=True))

    def _check_length(self, characters: int) -> None:
        # Tokenizing 10 MB takes seconds, in which nobody else would be answered.
        limit = self._context * PROBE_CHARACTERS
        if characters > limit:
            raise PromptTooLong(
                f"the prompt has {characters:,} characters; the context holds {self._context:,} tokens, "
                f"which is never more than {limit:,} characters of text"
            )

    def _guard(self, text: str, taken: list[str]) -> str:
        """Replace what would be read as special tokens by marks, kept in `taken`."""
        text = text.replace("\ue000", "\ufffd")
        if not self._vocabulary.specials_in(text):
            return text
        pattern = self._vocabulary.special_pattern
        if pattern is None:
            return text

        def mark(match: re.Match[str]) -> str:
            taken.append(match.group())
            return f"{self._mark}{len(taken) - 1};"

        return pattern.sub(mark, text)

    def _render(
        self, messages: list[dict[str, str]], tools: list[dict[str, Any]] | None, options: dict[str, Any]
    ) -> str:
        try:
            return self._template.render(messages, tools=tools, **options)
        except BadTemplate:
            # Some templates (Gemma's, Mistral's older ones) refuse the role "system": say it in the first question.
            if len(messages) < 2 or messages[0]["role"] != "system" or messages[1]["role"] != "user":
                raise
            merged = {"role": "user", "content": f"{messages[0]['content']}\n\n{messages[1]['content']}"}
            return self._template.render([merged, *messages[2:]], tools=tools, **options)

    def _tokens(self, rendered: str, taken: Sequence[str]) -> list[int]:
        bos = self._vocabulary.bos
        add_special = not (bos and rendered.startswith(bos))
        if not taken:
            return self._vocabulary.tokenize(rendered, special=True, add_special=add_special)
        tokens: list[int] = []
        for index, piece in enumerate(self._marked.split(rendered)):
            if index % 2:
                tokens += self._vocabulary.tokenize(taken[int(piece)], special=False)
            elif piece or not index:
                tokens += self._vocabulary.tokenize(piece, special=True, add_special=add_special and not index)
        return tokens

    def _prefix_length(
        self, system: str, tokens: list[int], tools: list[dict[str, Any]] | None, options: dict[str, Any]
    ) -> int:
        """Tokens up to the last special token before the first question: a border that no text moves."""
        key = msgspec.json.encode((system, tools, options)).decode()
        probe = self._prefixes.get(key)
        if probe is None:
            messages = [{"role": "system", "content": system}, {"role": "user", "content": "\u2022"}]
            probe = self._tokens(self._render(messages, tools, options), ())
            if len(self._prefixes) >= 16:
                self._prefixes.clear()
            self._prefixes[key] = probe
        shared = next(
            (i for i, (a, b) in enumerate(zip(probe, tokens, strict=False)) if a != b), min(len(probe), len(tokens))
        )
        for index in range(shared - 1, 0, -1):
            if self._vocabulary.is_control(tokens[index]):
                return index + 1
        return 0


def chat_template(model: Any) -> str:
    """The template in the model file; empty when it has none."""
    template = C.llama_model_chat_template(model, None)
    return template.decode("utf-8", "replace") if template else ""


def _content(message: Message) -> str:
    if all(isinstance(part, Text) for part in message.parts):
        return message.text
    raise Missing(
        "this model reads text only; a picture or a sound needs a model that can use it",
        hint="myna models list --task chat",
    )
