"""What speech during an answer means: go on, or be silent and listen."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from .words import remove, words_of

SHORT_S = 0.5
"""Speech with fewer seconds of voice that is no stop word is a cough or a nod, not a question."""

NO_WORDS_S = 2.0
"""A voice without a word for so long is a noise: the answer goes on."""

BACK_CHANNELS = tuple(
    words_of(text)
    for text in (
        *("uh huh", "uhuh", "mm hmm", "mmhmm", "mhm", "mm", "mmm", "hm", "hmm", "uh", "um", "ah", "oh", "aha", "huh"),
        *(
            "yeah",
            "yes",
            "yep",
            "yup",
            "ok",
            "okay",
            "right",
            "sure",
            "i see",
            "got it",
            "good",
            "great",
            "nice",
            "wow",
        ),
        *(
            "嗯",
            "嗯嗯",
            "哦",
            "噢",
            "啊",
            "哎",
            "呃",
            "对",
            "对对",
            "是",
            "是的",
            "是吗",
            "好",
            "好的",
            "行",
            "没错",
            "明白",
            "知道了",
        ),
    )
)
"""What a listener says to show that they follow. Whisper spells them in many ways."""

SOUND = re.compile(r"[mh]+|u+[hm]+|a+h+|o+h*|e+[hrm]+|h+a+h*")
"""A word that is only a sound: "mmmm", "ahh", "ooh"; recognition writes them as long as they are."""

COURTESIES = tuple(
    words_of(text) for text in ("please", "now", "it", "that", "just", "thanks", "thank you", "请", "了", "吧", "谢谢")
)
"""What may stand beside a stop word without making a question of it."""

Verdict = Literal["resume", "cancel", "wait"]


def is_stop(text: str, stop_words: Sequence[str]) -> bool:
    """Whether `text` asks for silence and for nothing else."""
    words = words_of(text)
    stops = [words_of(stop) for stop in stop_words]
    without = remove(words, stops)
    return len(without) < len(words) and not remove(without, [*COURTESIES, *BACK_CHANNELS])


def judge(text: str, *, voiced_s: float, over: bool, stop_words: Sequence[str]) -> Verdict:
    """What to do with an answer that was paused.

    `text` is what was understood so far, "" when there was no word; `voiced_s` how much voice there was (seconds);
    `over` whether the person is silent again.
    """
    if is_stop(text, stop_words):
        return "cancel"
    rest = tuple(word for word in remove(words_of(text), BACK_CHANNELS) if not SOUND.fullmatch(word))
    # "I" may become "I see".
    nodding = not over and any(phrase[: len(rest)] == rest for phrase in BACK_CHANNELS)
    if rest and voiced_s >= SHORT_S and not nodding:
        return "cancel"
    if over or (not words_of(text) and voiced_s >= NO_WORDS_S):
        return "resume"
    return "wait"
