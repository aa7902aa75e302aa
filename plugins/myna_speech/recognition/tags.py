"""Language tags (BCP 47) as Whisper names languages."""

from __future__ import annotations

from collections.abc import Iterable

_OTHER_NAMES = {"cmn": "zh", "nb": "no", "jv": "jw", "iw": "he", "fil": "tl", "in": "id"}
"""What Whisper calls by another code: Mandarin, Bokmal, Javanese, old Hebrew, Filipino, old Indonesian."""


def whisper_language(tag: str) -> str:
    """`zh-CN` is `zh`, `en_US` is `en`."""
    parts = tag.strip().lower().replace("_", "-").split("-")
    return _OTHER_NAMES.get(parts[0], parts[0])


def whisper_languages(tags: Iterable[str]) -> frozenset[str]:
    return frozenset(whisper_language(tag) for tag in tags if tag.strip())
