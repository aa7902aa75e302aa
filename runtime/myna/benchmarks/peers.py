"""llama.cpp's own programs: where they are, and what `llama-bench` says."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from ..errors import EngineError
from .children import finished

if TYPE_CHECKING:
    from ..cli.bench import BenchContext

VARIABLE = "MYNA_LLAMA_BIN"
"""Names the folder with `llama-bench` and `llama-server`."""


class BenchRun(msgspec.Struct, frozen=True):
    """One test in the output of `llama-bench -o json`."""

    n_prompt: int
    n_gen: int
    n_threads: int
    samples_ts: tuple[float, ...]
    """Tokens a second of each repetition."""


def read_bench(output: bytes) -> float:
    """Tokens a second of the one test, one repetition, that `output` tells of.

    Raises:
        EngineError: it tells of something else.
    """
    try:
        runs = msgspec.json.decode(output, type=list[BenchRun])
    except msgspec.DecodeError as error:
        raise EngineError(f"the output of llama-bench cannot be read: {error}") from None
    if len(runs) != 1 or len(runs[0].samples_ts) != 1 or runs[0].samples_ts[0] <= 0:
        raise EngineError("llama-bench did not answer with exactly one figure")
    return runs[0].samples_ts[0]


class LlamaPrograms:
    """The programs in `folder`, run with libraries from there."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def program(self, name: str) -> Path:
        """Its path; whether it is there is another matter."""
        return self._folder / (f"{name}.exe" if os.name == "nt" else name)

    def environment(self) -> dict[str, str]:
        """The environment of this process, with the folders where their libraries may be before all others."""
        places = [str(self._folder), str(self._folder / "lib"), str(self._folder.parent / "lib")]
        found = dict(os.environ)
        for name in ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"):
            found[name] = os.pathsep.join([*places, *filter(None, [os.environ.get(name)])])
        return found

    async def bench(self, model: Path, *, threads: int, prompt: int = 0, generate: int = 0, depth: int = 0) -> float:
        """Tokens a second of one repetition, after the program's own warm-up. `depth`: tokens in the cache before.

        Raises:
            EngineError: it failed.
        """
        command: Sequence[str] = (
            *(str(self.program("llama-bench")), "-m", str(model), "-t", str(threads)),
            *("-p", str(prompt), "-n", str(generate), "-d", str(depth), "-r", "1", "-o", "json"),
        )
        return read_bench(await finished(command, self.environment()))


def find_programs(bench: BenchContext, name: str, environ: Mapping[str, str] = os.environ) -> LlamaPrograms | None:
    """The folder with the program `name`; without it a note says how to get it, and there is no peer."""
    folder = environ.get(VARIABLE, "")
    if folder:
        programs = LlamaPrograms(Path(folder).expanduser())
        if programs.program(name).is_file():
            return programs
        bench.note(f"  there is no {name} in {folder} ({VARIABLE}); `make bench` builds it")
    else:
        bench.note(f"  measured without {name}: `make bench` builds it, or {VARIABLE} names its folder")
    return None
