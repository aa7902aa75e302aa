"""How byte-level tokenizers cut a text into words, by the name that a GGUF file gives it (`tokenizer.ggml.pre`).

The names are llama.cpp's (`llama_vocab::impl::load`, `llama-vocab.cpp`), and so is each expression there; the other
form is what the same models' `tokenizer.json` says. `tests/e2e/test_convert.py` compares the two on 1,000 texts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .telling import Refused

_SIMPLE = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
_DIGITS = {"type": "Digits", "individual_digits": True}
_LLAMA3 = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+"
    r"|\s+(?!\S)|\s+"
)
_QWEN2 = _LLAMA3.replace(r"\p{N}{1,3}", r"\p{N}")


@dataclass(frozen=True)
class PreTokenizer:
    names: tuple[str, ...]
    """The first is what a GGUF file is given; all are understood."""
    steps: tuple[dict[str, Any], ...]
    ignore_merges: bool = False
    """A word that is a token as a whole is taken as that."""
    composed: bool = False
    """Letters and their accents are joined first (NFC)."""

    def as_json(self) -> dict[str, Any]:
        """The entry `pre_tokenizer` of tokenizer.json."""
        if len(self.steps) == 1:
            return self.steps[0]
        return {"type": "Sequence", "pretokenizers": list(self.steps)}


def _split(expression: str) -> tuple[dict[str, Any], ...]:
    cut = {"type": "Split", "pattern": {"Regex": expression}, "behavior": "Isolated", "invert": False}
    return (cut, {**_SIMPLE, "use_regex": False})


PRE_TOKENIZERS = (
    PreTokenizer(("smollm", "starcoder", "refact", "command-r", "codeshell"), (_DIGITS, _SIMPLE)),
    PreTokenizer(("llama-bpe", "llama3", "llama-v3", "falcon3"), _split(_LLAMA3), ignore_merges=True),
    PreTokenizer(("qwen2", "deepseek-r1-qwen"), _split(_QWEN2), composed=True),
    PreTokenizer(("gpt-2", "phi-2", "mpt", "olmo"), (_SIMPLE,)),
)


def named(name: str) -> PreTokenizer:
    """Raises: Refused: nobody here knows it."""
    for known in PRE_TOKENIZERS:
        if name in known.names:
            return known
    names = ", ".join(name for known in PRE_TOKENIZERS for name in known.names)
    raise Refused(f"the tokenizer cuts texts in the way {name or 'default'!r}, which is not known here ({names} are)")


def like(entry: dict[str, Any] | None) -> PreTokenizer:
    """The one that `pre_tokenizer` of a tokenizer.json describes.

    Raises:
        Refused: it is none of those known here.
    """
    found = [_essence(step) for step in _flat(entry)]
    for known in PRE_TOKENIZERS:
        if [_essence(step) for step in known.steps] == found:
            return known
    kinds = " + ".join(str(step.get("type")) for step in _flat(entry)) or "none"
    raise Refused(f"the tokenizer cuts texts in a way that is not known here ({kinds})")


def _flat(entry: dict[str, Any] | None) -> list[dict[str, Any]]:
    if not entry:
        return []
    return entry["pretokenizers"] if entry.get("type") == "Sequence" else [entry]


def _essence(step: dict[str, Any]) -> tuple[Any, ...]:
    """What matters of a step: `trim_offsets` and the like change no token."""
    kind = step.get("type")
    if kind == "ByteLevel":
        return kind, step.get("add_prefix_space", True), step.get("use_regex", True)
    if kind == "Split":
        pattern = step["pattern"].get("Regex", step["pattern"].get("String"))
        return kind, pattern, step.get("behavior"), step.get("invert", False)
    if kind == "Digits":
        return kind, step.get("individual_digits", False)
    return (kind,)
