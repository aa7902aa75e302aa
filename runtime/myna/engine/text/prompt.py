"""From messages to tokens, with user text that can never pose as the model's special tokens."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Any

import msgspec

from ...calls.styles import HERMES, Style
from ...errors import BadInput, BadTemplate, Missing, PromptTooLong
from ...messages import Image, Message, Part, Text, ToolCall
from ...tools import ToolUse
from ..chat_template import ChatTemplate
from ..tool_template import ToolTemplate, json_object, shown_tools, told, written_call, written_result
from .sight import Layout
from .spans import Span
from .vocabulary import Vocabulary

CHATML = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
"""For models without a template of their own, as llama.cpp does."""

A_MODEL_THAT_SEES = "myna models pull smolvlm-500m-instruct"
"""The smallest of the catalog that does."""

PROBE_CHARACTERS = 16
"""Characters a token, far above any language's average (4 to 5 for English, 1 to 2 for Chinese)."""


ENGINE_VARIABLES = frozenset({"self", "messages", "tools", "add_generation_prompt", "bos_token", "eos_token"})
"""What a template gets from the engine alone."""


class Prompt(msgspec.Struct, frozen=True):
    tokens: list[int]
    prefix: int = 0
    """How many of `tokens` belong to the system prompt alone, and start every conversation with it."""
    spans: tuple[Span, ...] = ()
    """Which of `tokens` stand for pictures."""
    style: Style = HERMES
    """How calls of tools are written in the answer."""


Picture = Callable[[Image], Layout]
"""What a picture becomes; raises what is wrong with it."""


class _Taken(msgspec.Struct):
    """What marks in a rendered text stand for."""

    texts: list[str]
    """By number: text that only looks like special tokens."""
    pictures: list[tuple[str, Layout]]
    """By number: hash and layout."""


class PromptBuilder:
    """Renders and tokenizes prompts for one model."""

    def __init__(self, vocabulary: Vocabulary, template: str, *, context: int) -> None:
        self._vocabulary = vocabulary
        self._template = ChatTemplate(template or CHATML, bos=vocabulary.bos, eos=vocabulary.eos)
        self._context = context
        # Characters that no text holds by chance stand for special tokens that a user typed.
        self._mark = f"\ue000{secrets.token_hex(8)}\ue001"
        self._marked = re.compile(f"{self._mark}([tp]\\d+);")
        self._tool_template = ToolTemplate(self._template)
        self._wants_parts: bool | None = None
        self._prefixes: dict[str, list[int]] = {}

    def from_messages(
        self, messages: Sequence[Message], *, tools: ToolUse, options: dict[str, Any], picture: Picture | None = None
    ) -> Prompt:
        """The prompt that asks for the next answer. Without `picture`, the model cannot see.

        Raises:
            BadTemplate: the model's template fails or refuses these messages.
            Missing: the messages hold pictures or sound, which this model cannot use.
            PromptTooLong: more text than could ever fit.
            BadInput: an option that is not for whoever asks; a call or a tool that is not JSON.
        """
        if taboo := ENGINE_VARIABLES & options.keys():
            raise BadInput(f"template_options cannot set {', '.join(sorted(taboo))}")
        self._check_length(
            sum(_length(part) for message in messages for part in message.parts)
            + sum(len(tool.description) + len(tool.parameters) for tool in tools.tools)
        )
        about_tools = bool(tools) or any(_of_tools(part) for message in messages for part in message.parts)
        style = self._tool_template.style if about_tools else None
        if style is not None:
            try:
                return msgspec.structs.replace(
                    self._prompt(messages, tools, options, picture, native=True), style=style
                )
            except BadTemplate:
                # Some know one call at a time, or results only after calls: such a history is told.
                pass
        return self._prompt(messages, tools, options, picture, native=False)

    def _prompt(
        self,
        messages: Sequence[Message],
        tools: ToolUse,
        options: dict[str, Any],
        picture: Picture | None,
        *,
        native: bool,
    ) -> Prompt:
        """With calls, results and tools as data for the template, or else (not `native`) in words."""
        taken = _Taken([], [])
        plain: list[dict[str, Any]] = []
        names: dict[str, str] = {}
        for message in messages:
            plain += self._messages(message, taken, picture, names if native else None)
        tool_list = self._data(shown_tools(tools), taken) if tools and native else None
        if tools and not native:
            _tell(plain, self._guard(told(tools), taken))
        tokens, spans = self._tokens(self._render(plain, tool_list, options), taken)
        system = plain[0]["content"] if plain and plain[0]["role"] == "system" else ""
        if not system or taken.texts or self._mark in system:
            return Prompt(tokens, 0, spans)
        return Prompt(tokens, self._prefix_length(system, tokens, tool_list, options), spans)

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

    def _messages(
        self, message: Message, taken: _Taken, picture: Picture | None, names: dict[str, str] | None
    ) -> list[dict[str, Any]]:
        """What the template gets of one message. `names` are those of the tools by call so far; None: calls and results
        are told in words."""
        calls: list[dict[str, Any]] = []
        results: list[dict[str, Any]] = []
        rest: list[Part] = []
        for part in message.parts:
            if isinstance(part, ToolCall):
                arguments = json_object(part.arguments, f"the arguments of a call of {part.name}")
                if names is None or message.role != "assistant":
                    rest.append(Text(written_call(part.name, arguments)))
                else:
                    names[part.id] = part.name
                    called = msgspec.structs.replace(part, name=self._guard(part.name, taken))
                    calls.append(self._tool_template.call(called, self._data(arguments, taken)))
            elif isinstance(part, Text) and part.call and names is not None:
                known = {"name": self._guard(names.get(part.call, ""), taken)}
                known["tool_call_id"] = self._guard(self._tool_template.call_id(part.call), taken)
                results.append({"role": "tool", **known, "content": self._guard(part.text, taken)})
            elif isinstance(part, Text) and part.call:
                rest.append(Text(written_result(part.text)))
            else:
                rest.append(part)
        if results and not rest:
            return results
        said: dict[str, Any] = {"role": message.role, "content": self._content(rest, taken, picture)}
        return [*results, {**said, "tool_calls": calls} if calls else said]

    def _content(self, said: Sequence[Part], taken: _Taken, picture: Picture | None) -> str:
        pieces = []
        for is_text, parts in groupby(said, lambda part: isinstance(part, Text)):
            if is_text:
                # Together: half a special token may be in one part and half in the next.
                pieces.append(self._guard("".join(part.text for part in parts if isinstance(part, Text)), taken))
            else:
                pieces += [self._stand_in(part, taken, picture) for part in parts]
        return "".join(pieces)

    def _data(self, value: Any, taken: _Taken) -> Any:
        """Plain data whose texts pose as nothing."""
        if isinstance(value, str):
            return self._guard(value, taken)
        if isinstance(value, list):
            return [self._data(inner, taken) for inner in value]
        if isinstance(value, dict):
            return {self._guard(name, taken): self._data(inner, taken) for name, inner in value.items()}
        return value

    def _stand_in(self, part: Part, taken: _Taken, picture: Picture | None) -> str:
        if not isinstance(part, Image):
            raise Missing("this model hears nothing; a sound needs a model that can use it")
        if picture is None:
            raise Missing("this model reads text only; a picture needs a model that can see", hint=A_MODEL_THAT_SEES)
        taken.pictures.append((part.attachment.sha256, picture(part)))
        return f"{self._mark}p{len(taken.pictures) - 1};"

    def _guard(self, text: str, taken: _Taken) -> str:
        """Replace what would be read as special tokens by marks, kept in `taken`."""
        text = text.replace("\ue000", "\ufffd")
        if not self._vocabulary.specials_in(text):
            return text
        pattern = self._vocabulary.special_pattern
        if pattern is None:
            return text

        def mark(match: re.Match[str]) -> str:
            taken.texts.append(match.group())
            return f"{self._mark}t{len(taken.texts) - 1};"

        return pattern.sub(mark, text)

    def _render(
        self, messages: list[dict[str, Any]], tools: list[dict[str, Any]] | None, options: dict[str, Any]
    ) -> str:
        if self._wants_parts is None:
            self._wants_parts = self._finds_parts_only()
        try:
            return self._rendered(messages, tools, options)
        except BadTemplate:
            # Some templates (Gemma's, Mistral's older ones) refuse the role "system": say it in the first question.
            if len(messages) < 2 or messages[0]["role"] != "system" or messages[1]["role"] != "user":
                raise
            merged = {"role": "user", "content": f"{messages[0]['content']}\n\n{messages[1]['content']}"}
            return self._rendered([merged, *messages[2:]], tools, options)

    def _rendered(
        self, messages: list[dict[str, Any]], tools: list[dict[str, Any]] | None, options: dict[str, Any]
    ) -> str:
        shown: list[dict[str, Any]] = list(messages)
        if self._wants_parts:
            shown = [{**message, "content": [{"type": "text", "text": message["content"]}]} for message in messages]
        return self._template.render(shown, tools=tools, **options)

    def _finds_parts_only(self) -> bool:
        """Whether the template leaves out content that is a text, and shows a list of parts (SmolVLM's does).

        Pictures are parts of type "text" too: llama.cpp's encoder brings the tokens around a picture itself, and a
        template would write them a second time.
        """
        probe = "\u2022probe\u2022"
        parts = [{"type": "text", "text": probe}]
        for content in (probe, parts):
            try:
                if probe in self._template.render([{"role": "user", "content": content}]):
                    return content is parts
            except BadTemplate:
                # It may ask for more than this conversation has. What is really asked will tell.
                continue
        return False

    def _tokens(self, rendered: str, taken: _Taken) -> tuple[list[int], tuple[Span, ...]]:
        bos = self._vocabulary.bos
        add_special = not (bos and rendered.startswith(bos))
        tokens: list[int] = []
        spans: list[Span] = []
        for index, piece in enumerate(self._marked.split(rendered)):
            if index % 2 and piece[0] == "t":
                tokens += self._vocabulary.tokenize(taken.texts[int(piece[1:])], special=False)
            elif index % 2:
                sha256, layout = taken.pictures[int(piece[1:])]
                for part in layout.parts:
                    if isinstance(part, list):
                        tokens += part
                    else:
                        spans.append(Span(len(tokens), sha256, part))
                        tokens += part.tokens
            elif piece or not index:
                tokens += self._vocabulary.tokenize(piece, special=True, add_special=add_special and not index)
        return tokens, tuple(spans)

    def _prefix_length(
        self, system: str, tokens: list[int], tools: list[dict[str, Any]] | None, options: dict[str, Any]
    ) -> int:
        """Tokens up to the last special token before the first question: a border that no text moves."""
        key = msgspec.json.encode((system, tools, options)).decode()
        probe = self._prefixes.get(key)
        if probe is None:
            messages = [{"role": "system", "content": system}, {"role": "user", "content": "\u2022"}]
            probe, _ = self._tokens(self._render(messages, tools, options), _Taken([], []))
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


def _length(part: Part) -> int:
    return len(part.text) if isinstance(part, Text) else len(part.arguments) if isinstance(part, ToolCall) else 0


def _of_tools(part: Part) -> bool:
    return isinstance(part, ToolCall) or (isinstance(part, Text) and bool(part.call))


def _tell(messages: list[dict[str, Any]], text: str) -> None:
    """Put `text` at the end of the system prompt."""
    if messages and messages[0]["role"] == "system":
        messages[0] = {**messages[0], "content": f"{messages[0]['content']}\n\n{text}"}
    else:
        messages.insert(0, {"role": "system", "content": text})
