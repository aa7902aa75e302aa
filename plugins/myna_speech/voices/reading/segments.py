"""Runs of a text by the language that their letters are of, so that each can go to a voice of its own."""

from __future__ import annotations

import msgspec

from ..script import HAN, LATIN, foreign_letter, language_of_script, runs_by_script, scripts_of

FEW_WORDS = 3
"""Fewer Latin words inside Chinese stay with its voice: names and terms, for which a change of speaker would be odd."""


class _Run(msgspec.Struct):
    start: int
    language: str
    words: int
    """Words, or characters of a script without spaces."""


def segments(text: str, language: str) -> list[tuple[str, str]]:
    """`text` in runs with the language of each; joined, they are `text`.

    `language` is that of digits and marks alone, and of letters that it is written in.
    """
    if not foreign_letter(text):
        return [(text, _latin(language) if any(map(str.isalpha, text)) else language)]
    runs = _joined(_runs(text, language))
    if not runs:
        return [(text, language)]
    ends = [run.start for run in runs[1:]] + [len(text)]
    starts = [0, *ends[:-1]]
    return [(text[start:end], run.language) for start, end, run in zip(starts, ends, runs, strict=True)]


def _latin(language: str) -> str:
    """The language of Latin letters in a text that is otherwise in `language`."""
    return "en" if len(scripts_of(language)) > 1 or not language else language


def _runs(text: str, language: str) -> list[_Run]:
    found = list(runs_by_script(text))
    own = scripts_of(language)
    kana = any(script == "Kana" for _, _, script in found)
    runs = []
    for start, end, script in found:
        if script == LATIN:
            name = _latin(language)
        elif script in own:
            name = language
        elif script == HAN and kana:
            name = "ja"
        else:
            name = language_of_script(script) or language
        runs.append(_Run(start, name, 1 if script == LATIN else end - start))
    latin = _latin(language)
    if sum(run.words for run in runs if run.language == latin) < sum(
        run.words for run in runs if run.language != latin
    ):
        _keep_terms(runs, latin)
    return runs


def _keep_terms(runs: list[_Run], latin: str) -> None:
    """Give few Latin words to the language around them."""
    start = 0
    while start < len(runs):
        end, words = start, 0
        while end < len(runs) and runs[end].language == runs[start].language:
            words += runs[end].words
            end += 1
        if runs[start].language == latin and words < FEW_WORDS and (start or end < len(runs)):
            around = runs[start - 1 if start else end].language
            for run in runs[start:end]:
                run.language = around
        start = end


def _joined(runs: list[_Run]) -> list[_Run]:
    """Runs of one language that follow one another, as one."""
    joined: list[_Run] = []
    for run in runs:
        if joined and joined[-1].language == run.language:
            joined[-1].words += run.words
        else:
            joined.append(_Run(run.start, run.language, run.words))
    return joined
