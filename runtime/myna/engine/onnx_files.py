"""What stands beside the graph: how long, with which words and by which template the model talks.

tokenizer.json             words; the only one that must be there
tokenizer_config.json      beginning and end of a text; the chat template, unless it has a file of its own
chat_template.jinja
config.json                transformers: context and shape
generation_config.json     tokens that end an answer
genai_config.json          onnxruntime-genai: all of this but the template

Reading them needs no engine, so that the host may, once they were admitted.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

import msgspec

from ..errors import BadModelFile

NAMES = {
    "tokenizer": "tokenizer.json",
    "tokenizer-config": "tokenizer_config.json",
    "chat-template": "chat_template.jinja",
    "config": "config.json",
    "generation-config": "generation_config.json",
    "genai-config": "genai_config.json",
}
"""By the role that the file has in a manifest."""

MAX_TEXT = 64 << 20
"""Bytes of one of them; the largest tokenizers have about 20 MB."""

CACHE_NUMBER = 4
"""Bytes of a number in the cache, in most graphs."""

DEFAULT_CONTEXT = 2048
"""Tokens, where no file says how long the model can remember."""

_Kind = TypeVar("_Kind", bound=msgspec.Struct)


class _Config(msgspec.Struct, frozen=True):
    """`config.json`."""

    max_position_embeddings: int = 0
    vocab_size: int = 0
    num_hidden_layers: int = 0
    num_attention_heads: int = 0
    num_key_value_heads: int | None = None
    hidden_size: int = 0
    head_dim: int | None = None
    eos_token_id: int | list[int] | None = None
    model_type: str = ""


class _Generation(msgspec.Struct, frozen=True):
    eos_token_id: int | list[int] | None = None


class _Decoder(msgspec.Struct, frozen=True):
    num_hidden_layers: int = 0
    num_key_value_heads: int = 0
    head_size: int = 0


class _GenaiModel(msgspec.Struct, frozen=True):
    context_length: int = 0
    vocab_size: int = 0
    eos_token_id: int | list[int] | None = None
    type: str = ""
    decoder: _Decoder = _Decoder()


class _Genai(msgspec.Struct, frozen=True):
    model: _GenaiModel = _GenaiModel()


class _NamedTemplate(msgspec.Struct, frozen=True):
    name: str
    template: str


class _Word(msgspec.Struct, frozen=True):
    content: str = ""


class _TokenizerConfig(msgspec.Struct, frozen=True):
    bos_token: str | _Word | None = None
    eos_token: str | _Word | None = None
    add_bos_token: bool | None = None
    chat_template: str | list[_NamedTemplate] | None = None


class Description(msgspec.Struct, frozen=True):
    """All of them together."""

    tokenizer: Path
    context: int
    vocabulary: int
    """0: nobody says."""
    cell_elements: int
    """Numbers that one token has in the cache; 0: nobody says."""
    head_width: int
    """As `cell_elements`."""
    ends: frozenset[int]
    bos: str
    eos: str
    add_bos: bool | None
    template: str
    kind: str
    """Architecture, for people."""


def describe(files: Mapping[str, str], name: str) -> Description:
    """What the files of a model say, by role.

    Raises:
        BadModelFile: the tokenizer is not there, or one of them is something else than its name says.
    """
    tokenizer = Path(files.get("tokenizer", ""))
    if not files.get("tokenizer") or not tokenizer.is_file():
        raise BadModelFile(
            f"{name} has no tokenizer: {NAMES['tokenizer']} is not beside the model",
            hint="convert the model again, or copy its tokenizer.json there",
        )
    config = _read(files, "config", _Config)
    genai = _read(files, "genai-config", _Genai).model
    generation = _read(files, "generation-config", _Generation)
    words = _read(files, "tokenizer-config", _TokenizerConfig)
    ends = {*_numbers(config.eos_token_id), *_numbers(genai.eos_token_id), *_numbers(generation.eos_token_id)}
    return Description(
        tokenizer=tokenizer,
        context=config.max_position_embeddings or genai.context_length or DEFAULT_CONTEXT,
        vocabulary=config.vocab_size or genai.vocab_size,
        cell_elements=_cell_elements(config, genai.decoder),
        head_width=_head_width(config) or genai.decoder.head_size,
        ends=frozenset(ends),
        bos=_word(words.bos_token),
        eos=_word(words.eos_token),
        add_bos=words.add_bos_token,
        template=_template(files, words),
        kind=config.model_type or genai.type,
    )


def _cell_elements(config: _Config, decoder: _Decoder) -> int:
    heads = config.num_key_value_heads or config.num_attention_heads
    found = config.num_hidden_layers * heads * _head_width(config)
    return 2 * (found or decoder.num_hidden_layers * decoder.num_key_value_heads * decoder.head_size)


def _head_width(config: _Config) -> int:
    heads = config.num_attention_heads
    return config.head_dim or (config.hidden_size // heads if heads else 0)


def _read(files: Mapping[str, str], role: str, kind: type[_Kind]) -> _Kind:
    """What the file of this role says; the defaults when there is none."""
    path = files.get(role)
    if not path:
        return kind()
    try:
        return msgspec.json.decode(_bytes(Path(path)), type=kind)
    except (msgspec.DecodeError, RecursionError) as error:
        raise BadModelFile(f"{Path(path).name} cannot be used: {error}") from error


def _template(files: Mapping[str, str], words: _TokenizerConfig) -> str:
    if path := files.get("chat-template"):
        return _bytes(Path(path)).decode("utf-8", "replace")
    templates = words.chat_template
    if isinstance(templates, list):
        # Some models have several, by what they are for.
        named = {entry.name: entry.template for entry in templates}
        return named.get("default", next(iter(named.values()), ""))
    return templates or ""


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_TEXT:
            raise BadModelFile(f"{path.name} has more than {MAX_TEXT >> 20} MB")
        return path.read_bytes()
    except OSError as error:
        raise BadModelFile(f"{path.name} cannot be read: {error.strerror}") from error


def _numbers(value: int | list[int] | None) -> list[int]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _word(value: str | _Word | None) -> str:
    return value.content if isinstance(value, _Word) else value or ""
