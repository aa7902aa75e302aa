"""Markdown to plain lines: marks go, links keep their text, tables are read row by row, blocks of code are left out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..script import primary
from .code import code_words
from .symbols import tidy

_FENCE = re.compile(r"[ \t>]{0,12}(`{3,}|~{3,})([^\n]*)$")
_RULE = re.compile(r"[ ]{0,3}(?:[-*_=][ ]?){3,}$")
_SEPARATOR = re.compile(r"[ |:+-]*\|[ |:+-]*$|[ ]*[-:]{3,}(?:[ ]*\|[ ]*[-:]{3,})+[ ]*$")
_ROW = re.compile(r"[ ]*\|")
_HEADING = re.compile(r"[ ]{0,3}#{1,6}[ ]+(.*?)[ #]*$")
_QUOTE = re.compile(r"[ ]{0,12}(?:>[ ]?)+")
_BULLET = re.compile(r"[ ]*[-*+•‣◦·][ ]+(?:\[[ xX]\][ ]+)?")
_NUMBERED = re.compile(r"[ ]*(\d{1,3})[.)、][ ]*(?=\D)")

_IMAGE_OR_LINK = re.compile(
    r"!?\[([^\[\]\n]{0,300})\](?:\([^()\s]{0,500}(?:\([^()\s]{0,100}\)[^()\s]{0,200})?"
    r"(?:[ ]+[\"'][^\"'\n]{0,200}[\"'])?\)|\[[^\[\]\n]{0,100}\])"
)
_AUTOLINK = re.compile(r"<((?:https?://|mailto:)[^<>\s]{1,500})>")
_FOOTNOTE = re.compile(r"\[(?:\^[^\[\]\s]{1,40}|\d{1,3}(?:[,–-][ ]?\d{1,3}){0,5})\]:?")
_CODE = re.compile(r"(?<!`)(`{1,3})(?!`)([^\n]{1,300}?)(?<!`)\1(?!`)")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_TIMES = re.compile(r"(?<=[\w)])(?:[ ]\*[ ]|(?<=\d)\*)(?=[\w(])")
_UNDERSCORE = re.compile(r"(?<![A-Za-z0-9])_+|_+(?![A-Za-z0-9])")
_STRUCK = re.compile(r"~~+")
_BLANKS = re.compile(r"[ \t]{2,}")
_ENDED = re.compile(r"[.!?:;,。！？：；，、…—][\"'”’」』）)\]]*$")
_SAID = re.compile(r"[^\W_]")

_LATEX = {
    r"\times": "×",
    r"\cdot": "×",
    r"\div": "÷",
    r"\pm": "±",
    r"\leq": "≤",
    r"\geq": "≥",
    r"\le": "≤",
    r"\ge": "≥",
    r"\neq": "≠",
    r"\approx": "≈",
    r"\infty": "∞",
    r"\pi": "π",
    r"\to": "→",
    r"\rightarrow": "→",
    r"\sqrt": "√",
}
_LATEX_WORD = re.compile(r"\\(?:times|cdot|div|pm|leq|geq|le|ge|neq|approx|infty|pi|to|rightarrow|sqrt)(?![A-Za-z])")
_FRACTION = re.compile(r"\\[dt]?frac\{([^{}\n]{1,60})\}\{([^{}\n]{1,60})\}")
_LATEX_MARK = re.compile(r"\\[()\[\]]|\$\$|\\(?:text|mathrm|mathbf|left|right|quad|boxed)(?![A-Za-z])")


def plain(text: str, language: str, *, line_start: bool = True, omitted: str = "") -> str:
    """The lines of `text` that are said, without marks; `omitted` stands for each block of code.

    `line_start`: whether `text` begins a line. A line that is a heading, an item or a row ends with a full stop.
    """
    chinese = primary(language) == "zh"
    stop = "。" if chinese else "."
    said: list[str] = []
    paragraph = False
    for line, whole in _lines(tidy(text), line_start=line_start, omitted=omitted, comma="，" if chinese else ", "):
        spoken = _BLANKS.sub(" ", inline(line)).strip()
        if not _SAID.search(spoken):
            paragraph = paragraph or not line
            continue
        # A line that goes on in small letters was only wrapped.
        if said and not _ENDED.search(said[-1]) and (paragraph or not spoken[0].islower()):
            said[-1] += stop
        paragraph = False
        said.append(spoken + stop if whole and not _ENDED.search(spoken) else spoken)
    return ("" if chinese and all(_wide_end(line) for line in said[:-1]) else " ").join(said)


def _wide_end(line: str) -> bool:
    return line[-1] > "\u2e80"


def _lines(text: str, *, line_start: bool, omitted: str, comma: str) -> Iterator[tuple[str, bool]]:
    """Lines without the marks that they begin with, and whether each is a unit that ends with the line."""
    fence = ""
    for number, line in enumerate(text.split("\n")):
        begins = line_start or number > 0
        found = _FENCE.match(line) if begins else None
        if fence:
            if found and found[1].startswith(fence) and not found[2].strip():
                fence = ""
            continue
        if found and not ("`" in found[2] and found[1][0] == "`"):
            fence = found[1]
            if omitted:
                yield omitted, True
            continue
        if not line.strip() or _RULE.match(line):
            yield "", False
            continue
        yield from _unit(line, comma) if begins else [(line, False)]


def _unit(line: str, comma: str) -> Iterator[tuple[str, bool]]:
    if _SEPARATOR.match(line):
        return
    if _ROW.match(line):
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        yield comma.join(cell for cell in cells if cell), True
        return
    if quoted := _QUOTE.match(line):
        line = line[quoted.end() :]
    if heading := _HEADING.match(line):
        yield heading[1], True
    elif bullet := _BULLET.match(line):
        yield line[bullet.end() :], True
    elif numbered := _NUMBERED.match(line):
        yield f"{numbered[1]}{comma.replace('，', '、')}{line[numbered.end() :]}", True
    else:
        yield line, False


def _fraction(found: re.Match[str]) -> str:
    plain_numbers = found[1].isdecimal() and found[2].isdecimal()
    return f"{found[1]}/{found[2]}" if plain_numbers else f"{found[1]} ÷ {found[2]}"


def inline(line: str) -> str:
    """`line` without the marks in it."""
    if "\\" in line or "$$" in line:
        line = _FRACTION.sub(_fraction, line)
        line = _LATEX_MARK.sub(" ", _LATEX_WORD.sub(lambda found: f" {_LATEX[found[0]]} ", line))
    if "[" in line:
        line = _FOOTNOTE.sub("", _IMAGE_OR_LINK.sub(r"\1", line))
    if "`" in line:
        line = _CODE.sub(lambda found: f" {code_words(found[2])} ", line).replace("`", " ")
    if "<" in line:
        line = _AUTOLINK.sub(r" \1 ", line)
    if "*" in line:
        line = _TIMES.sub(" × ", line).replace("*", "")
    if "\\" in line:
        line = _ESCAPE.sub(r"\1", line)
    if "_" in line and "://" not in line and "@" not in line:
        line = _UNDERSCORE.sub("", line).replace("_", " ")
    return _STRUCK.sub("", line)
