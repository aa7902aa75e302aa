"""Records for other programs: as JSON lines, and as a table that a spreadsheet can open without harm."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Any

from .content import line_hash, read_line
from .files import Files
from .places import Places
from .records import Record, decode, encode
from .storage import storage_of

COLUMNS = ("seq", "time", "kind", "user", "pid", "group", "data", "text", "hash", "previous")

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "|", "%")
"""What makes a spreadsheet compute a cell instead of showing it (OWASP, CSV Injection); the full-width forms do so in
Chinese and Japanese versions, `|` and `%` in old ones."""


def records(places: Places, wanted: Callable[[Record], bool]) -> Iterator[tuple[Record, dict[str, Any]]]:
    """Readable records, oldest first, each with what is there of its texts by name: `text`, or `salt` and `sha256`, or
    None where it was removed."""
    with storage_of(places, Files()).reading() as view:
        # 64 conversations at once are more than one machine serves.
        @lru_cache(64)
        def texts(group: str) -> dict[str, bytes]:
            return {line_hash(line): line for line in view.texts(group)}

        for line in view.lines():
            record = decode(line.removesuffix(b"\n"))
            if record is not None and wanted(record):
                there = texts(record.group) if record.content else {}
                yield record, {name: _text(there.get(hashed)) for name, hashed in record.content.items()}


def to_jsonl(found: Iterable[tuple[Record, dict[str, Any]]]) -> Iterator[str]:
    """A line for each: the record, which still verifies, and its `texts` beside it."""
    for record, texts in found:
        yield encode({"record": record, "texts": texts}).decode() + "\n"


def to_csv(found: Iterable[tuple[Record, dict[str, Any]]]) -> Iterator[str]:
    """A head and a row for each (RFC 4180), every cell in quotes."""
    yield _row(COLUMNS)
    for record, texts in found:
        shown = [part["text"] for part in texts.values() if part and "text" in part]
        yield _row(
            (
                str(record.seq),
                record.time,
                record.kind,
                record.user,
                str(record.pid),
                record.group,
                encode(record.data).decode(),
                "\n".join(shown),
                record.hash,
                record.previous,
            )
        )


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula: an apostrophe in front has it shown as it is."""
    return f"'{cell}" if cell.lstrip(" \u3000\ufeff").startswith(_FORMULA) else cell


def _row(cells: Iterable[str]) -> str:
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerow([harmless(cell) for cell in cells])
    return out.getvalue()


def _text(line: bytes | None) -> dict[str, str] | None:
    found = read_line(line) if line is not None else None
    if found is None:
        return None
    return {"text": found.text} if found.text is not None else {"salt": found.salt, "sha256": found.sha256}
