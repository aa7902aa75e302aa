"""What a record of the audit log costs, beside writing the same bytes to a file with nothing around it.

A durable record is flushed three times: its text, its line and the anchor; the bare write once. In a batch, which is
what many turns at the same time become, the flushes are shared.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from ..audit.files import Files
from ..audit.journal import Journal
from ..audit.places import Places
from ..audit.records import Entry, Record, encode
from ..audit.tail import BATCH
from ..audit.verify import verify
from ..bench import Measurement

if TYPE_CHECKING:
    from ..cli.bench import BenchContext

RUNS = 20
RECORDS = 50
"""In one run, one after the other; the figure is that of one."""

ENTRY = Entry(
    "answer",
    {
        "turn": "0" * 32,
        "model": "smollm2-135m-instruct",
        "reason": "stop",
        "prompt_tokens": 100,
        "completion_tokens": 50,
    },
    "1" * 32,
    {"answer": "The capital of France is Paris. " * 8},
)


async def run(bench: BenchContext) -> list[Measurement]:
    """In the data folder, for what a flush takes depends on the disk."""
    bench.paths.data.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=bench.paths.data, prefix=".bench-audit-") as name:
        folder = Path(name)
        found = [
            await _one(bench, folder / "durable", durable=True),
            await _one(bench, folder / "quick", durable=False),
        ]
        batch = Journal(Places.of_folder(folder / "batch"))
        together = await bench.measure(
            "in a batch", _each(lambda: batch.append([ENTRY] * BATCH, "full"), BATCH), runs=RUNS
        )
        found.append(bench.compare("record in a batch, durable", together, unit="us", better="lower"))
        count = verify(batch.places).records
        checked = await bench.measure("verify", _each(lambda: verify(batch.places), count), runs=5)
        found.append(bench.compare("verify a record", checked, unit="us", better="lower"))
    return found


async def _one(bench: BenchContext, folder: Path, *, durable: bool) -> Measurement:
    word = "durable" if durable else "not flushed"
    journal = Journal(Places.of_folder(folder), files=Files(durable=durable))
    [record] = journal.append([ENTRY], "full")
    bare = _bare(folder / "bare", record, durable=durable)
    ours, peer = await bench.pair(
        _each(lambda: [journal.append([ENTRY], "full") for _ in range(RECORDS)], RECORDS),
        _each(lambda: [bare() for _ in range(RECORDS)], RECORDS),
        names=(f"record, {word}", f"bare write, {word}"),
        runs=RUNS,
    )
    return bench.compare(f"record, {word}", ours, peer, unit="us", better="lower", peer_name="bare write")


def _bare(path: Path, record: Record, *, durable: bool) -> Callable[[], None]:
    data = encode(record) + b"\n"

    def write() -> None:
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        os.write(descriptor, data)
        if durable:
            os.fsync(descriptor)
        os.close(descriptor)

    return write


def _each(work: Callable[[], object], count: int) -> Callable[[], float]:
    """Microseconds for one of `count`."""

    def once() -> float:
        start = time.perf_counter()
        work()
        return (time.perf_counter() - start) / count * 1e6

    return once
