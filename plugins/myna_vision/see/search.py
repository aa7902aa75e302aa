"""`myna see --search`: the pictures of a folder that words fit, by what is printed in them and by what they show."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from myna.cli.failure import sentence
from myna.cli.inputs import checked_text
from myna.engine.sight import LookRequest, MatchVectors
from myna.errors import (
    BadInput,
    EngineError,
    ModelLoadFailed,
    ModelMissing,
    ModelQuarantined,
    MynaError,
    UsageError,
)

from ..matching.index import PictureIndex
from ..matching.models import is_chinese, matcher_for
from ..matching.words import lines_with, words_of
from .batch import pictures_in
from .looking import read_picture

if TYPE_CHECKING:
    from myna.assistant import Assistant
    from myna.cli.context import Context
    from myna.engine.sight_clients import MatcherClient, PictureReaderClient

NEUTRAL = {False: "a photo", True: "一张照片"}
"""By whether the words are Chinese. A picture shows what the words say when they fit it better than this does: a cosine
alone says little, for it differs from model to model."""
LIKELY = 0.5
"""Share of the words against the neutral text; with more, a picture counts as found."""

_FOR_ALL = (ModelLoadFailed, ModelQuarantined)
"""What fails so for one picture fails so for all."""


class Found(msgspec.Struct, frozen=True):
    file: str
    lines: tuple[str, ...] = ()
    """Printed in the picture, with the words in them."""
    probability: float | None = None
    """That the picture shows what the words say, rather than anything; None without a matcher."""


class _Readers(msgspec.Struct, frozen=True):
    """What looks at the pictures of one search. `text` and `match` name the models, for the index."""

    reader: PictureReaderClient | None
    matcher: MatcherClient | None
    text: str = ""
    match: str = ""


async def search(ctx: Context, folder: str, words: str, model: str) -> None:
    """Print the pictures in `folder` that `words` fit, the best first.

    Raises:
        UsageError: there is no word in `words`.
        BadInput: there is no such folder, there are no pictures in it, or none of them can be used.
        ModelMissing: nothing is installed that could find them.
    """
    wanted = words_of(checked_text(words, "the words"))
    if not wanted:
        raise UsageError("there is no word to search for")
    files = pictures_in(folder)
    async with await ctx.assistant() as assistant:
        found, broken = await _search(ctx, assistant, files, words, model)
    if broken == len(files):
        raise BadInput("none of the pictures could be used")
    found.sort(key=lambda hit: (not hit.lines, -(hit.probability or 0)))
    _print(ctx, words, found, searched=len(files) - broken, broken=broken)


async def _search(
    ctx: Context, assistant: Assistant, files: Sequence[Path], words: str, model: str
) -> tuple[list[Found], int]:
    """The pictures that fit, and the number of those that cannot be used."""
    wanted = words_of(words)
    readers = await _readers(assistant, words, model)
    query = await readers.matcher.words((words, NEUTRAL[is_chinese([words])])) if readers.matcher else None
    found: list[Found] = []
    broken = 0
    with PictureIndex(assistant.paths.cache) as index:
        for number, path in enumerate(files, 1):
            ctx.note(ctx.text("{number} of {count}: {file}", number=number, count=len(files), file=path.as_posix()))
            try:
                hit = await _look(readers, index, path, wanted, query)
            except MynaError as error:
                if not isinstance(error, BadInput | EngineError) or isinstance(error, _FOR_ALL):
                    raise
                broken += 1
                ctx.note(f"{path.as_posix()}: {sentence(error.info(), ctx.language)[0]}")
            else:
                if hit.lines or (hit.probability or 0) > LIKELY:
                    found.append(hit)
    return found, broken


async def _readers(assistant: Assistant, words: str, model: str) -> _Readers:
    reader = matcher = None
    text = match = ""
    try:
        text = (await assistant.resolve("", "ocr")).sha256
        reader = await assistant.picture_reader()
    except ModelMissing as missing:
        nothing = missing
    try:
        matcher = await matcher_for(assistant, (words,), model)
        match = (await assistant.resolve(matcher.name, "match")).sha256
    except ModelMissing:
        if model:
            raise
        if reader is None:
            raise ModelMissing(
                "nothing that finds words in pictures is installed", hint="myna models pull pp-ocr-v6"
            ) from nothing
    return _Readers(reader, matcher, f"text {text}", f"match {match}")


async def _look(
    readers: _Readers, index: PictureIndex, path: Path, wanted: Sequence[str], query: MatchVectors | None
) -> Found:
    data = await read_picture(str(path))
    name = hashlib.sha256(data).hexdigest()
    lines: list[str] = []
    if readers.reader:
        lines = lines_with(wanted, await _text(readers.reader, index, name, readers.text, data))
    probability = None
    if readers.matcher and query:
        vector = await _vector(readers.matcher, index, name, readers.match, data)
        probability = _probability(vector, query)
    return Found(path.as_posix(), tuple(lines), probability)


async def _text(reader: PictureReaderClient, index: PictureIndex, name: str, source: str, data: bytes) -> list[str]:
    if (kept := index.get(name, source)) is not None:
        return msgspec.msgpack.decode(kept, type=list[str])
    facts = await reader.look(LookRequest(data, ("text",)))
    lines = [line.text for line in facts.lines or ()]
    index.put(name, source, msgspec.msgpack.encode(lines))
    return lines


async def _vector(matcher: MatcherClient, index: PictureIndex, name: str, source: str, data: bytes) -> MatchVectors:
    if (kept := index.get(name, source)) is not None:
        return msgspec.msgpack.decode(kept, type=MatchVectors)
    vector = await matcher.picture(data)
    index.put(name, source, msgspec.msgpack.encode(vector))
    return vector


def _probability(picture: MatchVectors, query: MatchVectors) -> float:
    from ..matching.likeness import rows, softmax

    cosines = rows(query) @ rows(picture, query.dimensions)[0]
    return round(float(softmax(cosines * query.scale)[0]), 4)


def _print(ctx: Context, words: str, found: Sequence[Found], *, searched: int, broken: int) -> None:
    if ctx.json:
        ctx.print_json({"words": words, "searched": searched, "broken": broken, "found": found})
        return
    for hit in found:
        share = "" if hit.probability is None else f"  {hit.probability:.0%}"
        ctx.print(hit.file + share)
        for line in hit.lines:
            ctx.print(f"    {line}")
    ctx.note(ctx.text("{found} of {count} pictures", found=len(found), count=searched))
