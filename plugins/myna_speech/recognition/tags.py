"""Language tags (BCP 47) as Whisper names languages."""

from __future__ import annotations

from collections.abc import Iterable

_OTHER_NAMES = {"cmn": "zh", "nb": "no", "jv": "jw", "iw": "he", "fil": "tl", "in": "id"}
"""What Whisper calls by another code: Mandarin, Bokmal, Javanese, old Hebrew, Filipino, old Indonesian."""

_TRADITIONAL = {"hant", "tw", "hk", "mo"}
"""Subtags of Chinese that is written in traditional characters."""


def whisper_language(tag: str) -> str:
    """`zh-CN` is `zh`, `en_US` is `en`."""
    parts = tag.strip().lower().replace("_", "-").split("-")
    return _OTHER_NAMES.get(parts[0], parts[0])


def whisper_languages(tags: Iterable[str]) -> frozenset[str]:
    return frozenset(whisper_language(tag) for tag in tags if tag.strip())


def chinese_opening(tags: Iterable[str]) -> str:
    """What is put before a Chinese transcript, never to be shown: the decoder goes on as it begins.

    Left alone it mixes simplified and traditional characters and leaves out punctuation.
    """
    parts = [set(tag.lower().replace("_", "-").split("-")) for tag in tags]
    traditional = any(part & {"zh", "cmn"} and part & _TRADITIONAL for part in parts)
    return "以下是普通話的句子。" if traditional else "以下是普通话的句子。"
