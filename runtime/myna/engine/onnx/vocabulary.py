"""Text to tokens and back by a `tokenizer.json`, through the package `tokenizers`."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from ...errors import BadModelFile, ExtraMissing
from ..text.closing import closing_ranks

END_NAMES = frozenset({
    "<|eot_id|>", "<|im_end|>", "<|end|>", "<end_of_turn>", "<|endoftext|>", "<|eom_id|>", "<|return|>", "<|call|>",
    "<|fim_pad|>", "<fim-pad>", "<fim_pad>", "<|fim_repo|>", "<|repo_name|>", "<fim-repo>", "<reponame>",
    "<|file_sep|>", "<EOT>", "_<EOT>", "[EOT]", "[EOS]", "</s>", "<|end_of_text|>", "<end_of_utterance>", "<turn|>",
})  # fmt: skip
"""Special tokens that end an answer whatever the configuration says, as in llama.cpp (llama-vocab.cpp)."""

MAX_PADDING = 1024
"""Logits without a token, by which models round their vocabulary up: Qwen2.5 has 271."""

_MARK = "\x02"
"""A character of no language, with a token of its own in vocabularies that spell what they do not know in bytes."""

_BYTE = re.compile(r"<0x([0-9A-F]{2})>")


class _Added(msgspec.Struct, frozen=True):
    id: int
    content: str
    special: bool = False


class _File(msgspec.Struct, frozen=True):
    """What is read of `tokenizer.json` besides what `tokenizers` reads itself."""

    added_tokens: tuple[_Added, ...] = ()
    decoder: Any = None


class TokenizerVocabulary:
    """The vocabulary of one model: a `Vocabulary`."""

    pointer = None

    def __init__(
        self, path: Path, *, size: int, ends: Collection[int], bos: str, eos: str, add_bos: bool | None
    ) -> None:
        """`size`: logits of the model. `ends`: tokens that end an answer, besides those of `END_NAMES`. `add_bos`:
        whether a sequence begins with `bos`; None: as the file says.

        Raises:
            BadModelFile: it is no tokenizer, or another model's.
        """
        try:
            from tokenizers import Tokenizer
        except ImportError as error:
            raise ExtraMissing("the package tokenizers is not installed", hint="pip install 'myna[onnx]'") from error
        try:
            data = path.read_bytes()
            file = msgspec.json.decode(data, type=_File)
            self._tokenizer: Any = Tokenizer.from_str(data.decode())
        except OSError as error:
            raise BadModelFile(f"{path.name} cannot be read: {error.strerror}") from error
        # tokenizers raises plain exceptions.
        except Exception as error:
            raise BadModelFile(f"{path.name} is no tokenizer: {str(error)[:200]}") from error
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self.size = size
        self._byte_level = _has_decoder(file.decoder, "ByteLevel")
        self._added = {token.id: token for token in file.added_tokens}
        self._special = {token.id: token.content for token in file.added_tokens if token.special}
        self._texts: dict[int, str] = {number: text for text, number in self._tokenizer.get_vocab().items()}
        self._pieces: dict[int, bytes] = {}
        self._check(path)
        self.bos, self.eos = bos, eos
        self._begin = self._beginning(add_bos)
        named = {number for number, text in self._special.items() if text in END_NAMES}
        end = self._tokenizer.token_to_id(eos) if eos else None
        self._ends = frozenset({*ends, *named, *([end] if end is not None else [])})

    def _check(self, path: Path) -> None:
        words = [number for number in self._texts if number not in self._added]
        largest, everything = max(words, default=-1), len(self._texts)
        if not words:
            raise BadModelFile(f"{path.name} is a tokenizer without a vocabulary")
        if largest >= self.size or self.size - max(self._texts) - 1 > MAX_PADDING:
            raise BadModelFile(
                f"{path.name} is another model's: it has {everything:,} tokens, and the model knows {self.size:,}"
            )

    def _beginning(self, add_bos: bool | None) -> list[int]:
        number = self._tokenizer.token_to_id(self.bos) if self.bos else None
        if number is None or add_bos is False:
            return []
        shown = self._tokenizer.encode("a", add_special_tokens=True).ids
        return [number] if add_bos or shown[:1] == [number] else []

    @property
    def ending(self) -> list[int]:
        """Tokens that end an answer."""
        return sorted(token for token in self._ends if token < self.size)

    def tokenize(self, text: str, *, special: bool, add_special: bool = False) -> list[int]:
        # Halves of a UTF-16 pair cannot be encoded.
        text = text.encode("utf-8", "replace").decode()
        self._tokenizer.encode_special_tokens = not special
        tokens: list[int] = self._tokenizer.encode(text, add_special_tokens=False).ids
        return [*self._begin, *tokens] if add_special else tokens

    def tokenize_inside(self, text: str) -> list[int]:
        """The tokens of `text` as they are in the middle of a longer one: SentencePiece's tokenizers put a space before
        a text, which nobody wrote."""
        tokens = self.tokenize(_MARK + text, special=False)
        mark, at = b"", 0
        while at < len(tokens) and not mark.endswith(_MARK.encode()):
            mark += self.piece(tokens[at])
            at += 1
        # A vocabulary that joins the mark to what follows, or has no token for it, is not one that adds a space.
        return tokens[at:] if mark.strip() == _MARK.encode() else self.tokenize(text, special=False)

    def piece(self, token: int, *, special: bool = False) -> bytes:
        """The bytes that `token` stands for; nothing for control tokens unless `special`."""
        if token in self._special:
            return self._special[token].encode() if special else b""
        known = self._pieces.get(token)
        if known is None:
            known = self._pieces[token] = self._bytes(token)
        return known

    def _bytes(self, token: int) -> bytes:
        text = self._texts.get(token, "")
        if token in self._added:
            return self._added[token].content.encode()
        if self._byte_level:
            known = _BYTE_OF
            return bytes(known[letter] for letter in text) if all(map(known.__contains__, text)) else text.encode()
        if match := _BYTE.fullmatch(text):
            return bytes([int(match[1], 16)])
        return text.replace("\u2581", " ").encode()

    def all_pieces(self) -> list[bytes]:
        """The bytes of each token, control tokens too."""
        return [self.piece(token, special=True) for token in range(self.size)]

    def is_control(self, token: int) -> bool:
        return token in self._special

    def ends(self, token: int) -> bool:
        return token in self._ends

    def text_of(self, token: int) -> str:
        return self.piece(token, special=True).decode("utf-8", "replace") if token >= 0 else ""

    @cached_property
    def special_pattern(self) -> re.Pattern[str] | None:
        texts = sorted(filter(None, self._special.values()), key=len, reverse=True)
        return re.compile("|".join(map(re.escape, texts))) if texts else None

    def special_tokens(self, texts: Iterable[str]) -> frozenset[int]:
        wanted = set(texts)
        return frozenset(token for token, text in self._special.items() if text in wanted)

    def specials_in(self, text: str) -> list[str]:
        return self.special_pattern.findall(text) if self.special_pattern else []

    @cached_property
    def closing_ranks(self) -> np.ndarray[Any, np.dtype[np.int8]]:
        return closing_ranks(map(self.piece, range(self.size)))


def _has_decoder(decoder: Any, kind: str) -> bool:
    """Whether a decoder of this type is in the description of all."""
    if isinstance(decoder, dict):
        return decoder.get("type") == kind or any(_has_decoder(inner, kind) for inner in decoder.get("decoders", ()))
    return False


def _byte_spelling() -> dict[str, int]:
    """How byte-level vocabularies spell each byte: printable ones as they are, the rest from U+0100 on (GPT-2)."""
    printable = {*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)}
    others = (byte for byte in range(256) if byte not in printable)
    rest = {chr(0x100 + index): byte for index, byte in enumerate(others)}
    return {**{chr(byte): byte for byte in printable}, **rest}


_BYTE_OF = _byte_spelling()
