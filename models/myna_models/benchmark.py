"""`myna bench embeddings`: sentence vectors of 8 bits beside floats, and many texts at once beside one by one."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from myna.assistant import Assistant
from myna.bench import Measurement
from myna.engine.clients import TextClient
from myna.errors import EngineError, ModelMissing

from .converting.child.texts import sentences
from .converting.child_process import run as run_child

if TYPE_CHECKING:
    from myna.cli.bench import BenchContext

MODEL = "all-minilm-l6-v2"
SIZE_TARGET, SPEED_TARGET, COSINE_TARGET, BATCH_TARGET = 0.26, 1.9, 0.99, 3.0
"""What is asked of this program."""
BATCH = 64
"""Texts."""
ROUNDS = 3


async def run(bench: BenchContext) -> list[Measurement]:
    return [*await _beside_floats(bench), await _at_once(bench)]


async def _beside_floats(bench: BenchContext) -> list[Measurement]:
    """Both files are made anew, by what makes them when the model is opened or converted."""
    from .installed import Store

    store = Store(bench.paths.models)
    if store.get(MODEL) is None:
        raise ModelMissing(f"{MODEL} is not installed", hint=f"myna models pull {MODEL}")
    with tempfile.TemporaryDirectory() as folder:
        report, small, large = await asyncio.to_thread(_converted, store.folder / MODEL, Path(folder))
    quality, speed = report["quality"], report["speed"]
    rate = float(speed["texts_per_second"])
    times = float(speed["times_as_fast"])
    return [
        Measurement(
            "embedding model, INT8", small / 1e6, "MB", "lower", "floats", large / 1e6, small / large,
            target=SIZE_TARGET,
        ),
        Measurement(
            "embedding 200 sentences, INT8", rate, "texts/s", "higher", "floats", rate / times, times, runs=ROUNDS,
            target=SPEED_TARGET,
        ),
        Measurement(
            "cosine of INT8 and floats, 200 sentences", float(quality["cosine"]), "", "higher", "floats", 1.0,
            float(quality["cosine"]), target=COSINE_TARGET,
        ),
    ]  # fmt: skip


def _converted(source: Path, folder: Path) -> tuple[dict[str, Any], int, int]:
    """The report of a conversion, and the bytes of its file and of the weights that it was made of."""
    (folder / "work").mkdir()
    (folder / "out").mkdir()
    job = {"source": str(source), "out": str(folder / "out"), "work": str(folder / "work"), "quantize": "int8"}
    order = folder / "job.json"
    order.write_bytes(msgspec.json.encode(job))
    said: dict[str, Any] = {}

    def line(text: str) -> None:
        said.update(msgspec.json.decode(text, type=dict[str, Any]))

    command = [sys.executable, "-P", "-m", "myna_models.converting.bert_encoder", str(order)]
    run_child(command, folder / "log", line)
    if "result" not in said:
        raise EngineError(str(said.get("refused", "the embedding model could not be converted")))
    small = (folder / "out" / "model.onnx").stat().st_size
    return said["result"]["report"], small, (source / "model.safetensors").stat().st_size


async def _at_once(bench: BenchContext) -> Measurement:
    """Through the worker, as the program asks it; nothing that was computed before is used."""
    async with await Assistant.open(bench.paths, bench.settings, host=bench.host) as assistant:
        client = TextClient(await assistant.engine(MODEL, "embed"))
        texts = sentences()[:BATCH]

        async def together() -> None:
            await client.embed(texts)

        async def one_by_one() -> None:
            for text in texts:
                await client.embed([text])

        mine, theirs = await bench.pair(together, one_by_one, names=("at once", "one by one"))
    rate = BATCH * 1000 / mine.median, BATCH * 1000 / theirs.median
    return Measurement(
        f"embedding {BATCH} texts at once", rate[0], "texts/s", "higher", "one by one", rate[1], rate[0] / rate[1],
        runs=len(mine.values), target=BATCH_TARGET,
    )  # fmt: skip
