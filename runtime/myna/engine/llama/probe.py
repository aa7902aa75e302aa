"""Measures a model with the settings that it is loaded with: what `models optimize` runs in a worker.

It computes through the same context as the engine that answers, so that what is measured is what is used.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import numpy as np
import psutil

from ...errors import BadInput, MynaError, UsageError
from ..bindings import C
from ..protocols import EngineSpec, Reply
from ..tuning import Footprint, Score, ScoreRequest, SpeedRequest, SpeedSample
from .engine import RESTING_SEQUENCES
from .kv import KvContext
from .model import load_model
from .native import NativeLog
from .options import LlamaOptions
from .vocabulary import Vocabulary

SCORED = 64
"""Tokens scored in one batch: their logits take 64 x 4 x vocabulary bytes, 39 MB for 152,000 words."""


class ProbeEngine:
    """Serves the operations `speed`, `score` and `footprint`, one request after the other."""

    def __init__(self, spec: EngineSpec) -> None:
        """Load the model; see `load_model` for what can go wrong."""
        started = time.perf_counter()
        try:
            self._options = msgspec.convert(spec.options, LlamaOptions)
        except msgspec.ValidationError as error:
            raise UsageError(f"the engine options are not valid: {error}") from error
        self._log = NativeLog()
        self._model, info, plan = load_model(spec, self._options, self._log)
        self._vocabulary = Vocabulary(self._model)
        self._kv = KvContext(
            self._model,
            self._options,
            cells=plan.cells,
            max_cells=plan.max_cells,
            sequences=self._options.parallel + RESTING_SEQUENCES + 1,
        )
        self._tokens: tuple[str, list[int]] = ("", [])
        self._work: dict[int, tuple[Iterator[None], Reply]] = {}
        self.info = msgspec.structs.replace(info, load_ms=(time.perf_counter() - started) * 1e3)

    def submit(self, request: int, operation: str, body: msgspec.Raw, reply: Reply) -> None:
        """Raises `UsageError` for an unknown operation and `BadInput` for a body that does not fit it."""
        try:
            if operation == "speed":
                work = self._speed(msgspec.msgpack.decode(body, type=SpeedRequest), reply)
            elif operation == "score":
                work = self._score(msgspec.msgpack.decode(body, type=ScoreRequest), reply)
            elif operation == "footprint":
                reply.item(Footprint(peak_memory()))
                reply.done()
                return
            else:
                raise UsageError(f"the llama.cpp engine has no operation {operation!r}")
        except (msgspec.ValidationError, msgspec.DecodeError) as error:
            raise BadInput(f"the request is not valid: {error}") from error
        self._work[request] = work, reply

    def cancel(self, request: int) -> None:
        self._work.pop(request, None)

    def step(self) -> bool:
        """One batch of the oldest request."""
        for request, (work, reply) in list(self._work.items())[:1]:
            try:
                next(work)
            except StopIteration:
                del self._work[request]
                reply.done()
            except MynaError as error:
                del self._work[request]
                reply.fail(error)
        return bool(self._work)

    def close(self) -> None:
        """Free the model. May be called again."""
        if self._model is None:
            return
        self._kv.close()
        C.llama_model_free(self._model)
        self._model = None
        self._log.close()

    # operations

    def _speed(self, request: SpeedRequest, reply: Reply) -> Iterator[None]:
        if min(request.read, request.short, request.write) < 1:
            problem = "a speed needs at least one token of each kind"
            raise BadInput(f"the request is not valid: {problem}")
        draw = np.random.default_rng(request.seed)
        total = request.read + request.short + request.write
        tokens = draw.integers(0, self._vocabulary.size, total).tolist()
        self._kv.clear()
        while self._kv.cells < total and self._kv.grow():
            pass
        took, place = [], 0
        for count, batch in (
            (request.read, self._options.batch),
            (request.short, self._options.batch),
            (request.write, 1),
        ):
            end, spent = place + count, 0.0
            while place < end:
                began = time.perf_counter()
                place += self._decode(tokens[place : min(end, place + batch)], place)
                spent += time.perf_counter() - began
                yield
            took.append(spent / count)
        read_s, short_s, write_s = took
        reply.item(SpeedSample(read_s, short_s, write_s, self._kv.threads))

    def _decode(self, tokens: list[int], position: int) -> int:
        """Compute as many of `tokens` as the batch takes now; how many that was."""
        self._kv.begin()
        part = tokens[: self._kv.room]
        row = self._kv.add(part, position, 0, output=True)
        self._kv.decode()
        self._kv.logits(row)
        return len(part)

    def _score(self, request: ScoreRequest, reply: Reply) -> Iterator[None]:
        if request.length < 1 or request.start < 0 or request.skip < 0:
            problem = "a piece of a text has at least one token"
            raise BadInput(f"the request is not valid: {problem}")
        if self._tokens[0] != request.text:
            self._tokens = request.text, self._vocabulary.tokenize(request.text, special=False)
        tokens = self._tokens[1][request.start : request.start + request.length]
        if len(tokens) < 2 or len(tokens) <= request.skip:
            reply.item(Score(0.0, 0, ()))
            return
        self._kv.clear()
        nll, top, place = 0.0, [], 0
        while place < len(tokens):
            self._kv.begin()
            part = tokens[place : place + min(SCORED, self._kv.room)]
            rows = [self._kv.add([token], place + at, 0, output=True) for at, token in enumerate(part)]
            self._kv.decode()
            for at, row in enumerate(rows):
                # The token at `place + at` foretells the one after it.
                following = place + at + 1
                if following < request.skip or following >= len(tokens):
                    continue
                logits = self._kv.logits(row)
                best = int(logits.argmax())
                top.append(best)
                nll += float(np.log(np.exp(logits - logits[best], dtype=np.float64).sum()))
                nll += float(logits[best] - logits[tokens[following]])
            place += len(part)
            yield
        reply.item(Score(nll, len(top), tuple(top)))


def peak_memory() -> int:
    """Bytes that this process held at most; where the system does not say, what it holds now."""
    try:
        for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    except (OSError, ValueError, IndexError):
        return int(psutil.Process().memory_info().rss)
    return int(psutil.Process().memory_info().rss)
