"""When each word was said, by what the decoder looked at while it wrote it."""

from __future__ import annotations

from collections.abc import Sequence

from myna.engine.speech import SpokenWord

from .vocabulary import TIMESTAMP_S, Spoken
from .whisper_model import Encoded, WhisperModel


def timed_words(
    model: WhisperModel, encoded: Encoded, spoken: Sequence[Spoken], language: str, *, at: float, length: float
) -> list[tuple[SpokenWord, ...]]:
    """The words of each of `spoken`. `at`: where the sound begins in the stream, `length`: of it; both in seconds."""
    tokens = [token for one in spoken for token in one.tokens]
    if not tokens:
        return [()] * len(spoken)
    pairs, probabilities = model.align(encoded, language, tokens)
    begins: dict[int, float] = {}
    for token, state in pairs:
        begins.setdefault(token, min(state * TIMESTAMP_S, length))
    found = []
    place = 0
    for one in spoken:
        words = []
        for text, count in model.vocabulary.words(one.tokens, language):
            chance = sum(probabilities[place : place + count]) / count
            start = begins.get(place, length)
            # The token after the last word is the end of the text.
            end = max(begins.get(place + count, length), start)
            words.append(SpokenWord(text.strip(), round(at + start, 3), round(at + end, 3), round(chance, 4)))
            place += count
        found.append(tuple(words))
    return found
