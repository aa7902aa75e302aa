"""Writing the weights of a model in other formats, in throw-away processes, within the room that there is."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from myna.engine.gguf import TENSOR_TYPES, GgufHeader
from myna.engine.tuning import REQUANTIZE
from myna.errors import BadModelFile, DiskFull, ModelMissing

from .. import admission
from ..space import RESERVE, disk_errors, readable, require
from .setups import Recipe

LOOK_S = 0.2
"""How often the room on the disk is looked at while a file is written: at 2 GB a second, a quick disk's speed, six
times between `space.RESERVE` and full in the worst case, and a file that no longer fits is given up before all else
on the disk suffers."""


class Writer:
    """Files in the formats of recipes, in one folder; those that are there are used again."""

    def __init__(
        self,
        source: Path,
        header: GgufHeader,
        folder: Path,
        cache: Path,
        *,
        threads: int,
        report: Callable[[str, int, int], None],
    ) -> None:
        """`report` is told the recipe and the bytes written so far and in all, about."""
        self._source = source
        self._header = header
        self._folder = folder
        self._cache = cache
        self._threads = threads
        self._report = report
        for half in folder.glob("part-*.gguf"):
            half.unlink()

    def path(self, recipe: Recipe) -> Path:
        return self._folder / f"model.{recipe.name}.gguf"

    def size(self, recipe: Recipe) -> int:
        """Bytes of the file, about: as many bits for each weight as the format has, and 1/20 for what stays larger."""
        weights = 0
        for tensor in self._header.tensors:
            elements = 1
            for length in tensor.shape:
                elements *= length
            weights += elements
        return round(weights * max(recipe.bits, 5.5 if recipe.keep else 0) / 8 * 1.05)

    async def file(self, recipe: Recipe) -> Path:
        """The weights in the format of `recipe`.

        Raises:
            DiskFull: there is no room for it, or no longer.
            BadModelFile: llama.cpp cannot write this model in this format.
            ModelMissing: the original is gone.
        """
        path = self.path(recipe)
        if path.is_file():
            return path
        if not self._source.is_file():
            raise ModelMissing(f"{self._source} was removed in the meantime")
        size = self.size(recipe)
        with disk_errors(recipe.name):
            require(self._folder, size, f"{recipe.name} of {self._source.name}")
            half = path.with_name(f"part-{path.name}")
            try:
                await self._write(recipe, half, size)
                await asyncio.to_thread(admission.ensure, [half], self._cache)
                half.rename(path)
            finally:
                half.unlink(missing_ok=True)
        return path

    def discard(self, recipe: Recipe) -> None:
        self.path(recipe).unlink(missing_ok=True)

    async def _write(self, recipe: Recipe, half: Path, size: int) -> None:
        command = [
            *(sys.executable, "-P", "-m", REQUANTIZE, str(self._source), str(half)),
            *(str(recipe.kind), str(self._embedding(recipe)), str(self._threads)),
        ]
        process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=subprocess.DEVNULL, stderr=PIPE)
        said = asyncio.create_task(_last_words(process))
        try:
            while not said.done():
                await asyncio.wait([said], timeout=LOOK_S)
                self._report(recipe.name, _size(half), size)
                if shutil.disk_usage(self._folder).free < RESERVE and not said.done():
                    raise DiskFull(
                        f"no space left while {recipe.name} of {self._source.name} was written: less than "
                        f"{readable(RESERVE)} are free in {self._folder}"
                    )
            status = await process.wait()
        finally:
            if process.returncode is None:
                with suppress(ProcessLookupError):
                    process.kill()
                await process.wait()
            words = await said
        if not status:
            return
        if shutil.disk_usage(self._folder).free < RESERVE:
            raise DiskFull(f"no space left while {recipe.name} of {self._source.name} was written")
        if not self._source.is_file():
            raise ModelMissing(f"{self._source} was removed in the meantime")
        raise BadModelFile(f"llama.cpp cannot write {self._source.name} in {recipe.name}: {words}")

    def _embedding(self, recipe: Recipe) -> int:
        """ggml's number of the type that embedding and output matrix keep; -1: as the format wants."""
        if not recipe.keep:
            return -1
        numbers = {name: number for number, (name, _, _) in TENSOR_TYPES.items()}
        types = {tensor.name: tensor.type for tensor in self._header.tensors}
        return numbers.get(types.get("output.weight") or types.get("token_embd.weight") or "", -1)


def _size(path: Path) -> int:
    """Bytes; 0 where there is no file yet."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


async def _last_words(process: Process) -> str:
    """The last line that it said; returns when it has ended."""
    said = await process.stderr.read() if process.stderr is not None else b""
    lines = said.decode("utf-8", "replace").strip().splitlines()
    return lines[-1] if lines else "no reason was given"
