"""An engine without a model: it streams words, and fails in every way that an engine can.

`myna.testing.hosted` is its face for tests. It lives here because a worker that imports it should not
have to import the other fakes.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import msgspec

from ..engine.protocols import EngineSpec, ModelInfo, Reply
from ..errors import BadModelFile, ModelLoadFailed, OutOfMemory, UsageError

Trouble = Literal["", "kill", "abort", "exit", "raise", "hang", "spin", "allocate", "garbage", "huge-frame"]
"""`kill`: SIGKILL. `abort`: as a failed assertion in C. `exit`: ends quietly. `raise`: an exception. `hang`:
sleeps for ever in a step. `spin`: works for ever in a step. `allocate`: takes memory until there is none.
`garbage`: writes bytes that are no frames to the host. `huge-frame`: announces a frame of 4 GB."""


class ScriptOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`EngineSpec.options` of a `ScriptedEngine`."""

    load: Literal["", "bad-file", "fail", "out-of-memory", "kill", "hang", "raise", "exit"] = ""
    load_needs: str = ""
    """A module to import while loading."""
    fail_while: str = ""
    """Loading ends with `OutOfMemory` while this file exists."""
    memory_limit_mb: int = 0
    """Address space of the process (RLIMIT_AS), so that `allocate` ends soon; 0: no limit."""
    print: str = ""
    """Written to the C library's standard output while loading."""
    pausable: bool = True
    note_close: str = ""
    """A file that is made when the engine is closed."""


class Say(msgspec.Struct, frozen=True):
    """Stream words, one for each step."""

    words: tuple[str, ...] = ("word",)
    repeat: int = 1
    """How often `words` is said; 0: until cancelled."""
    step_s: float = 0.0
    """How long each step takes."""
    then: Trouble = ""
    """What happens after the last word."""
    print: str = ""
    """Written to standard error before the first word."""


class Word(msgspec.Struct, frozen=True):
    text: str


class Ask(msgspec.Struct, frozen=True):
    """For `look`."""


class Look(msgspec.Struct, frozen=True):
    """What the engine knows of itself."""

    pid: int
    submitted: int
    cancelled: int
    steps: int
    active: int
    """Requests being served."""
    paused: int
    modules: tuple[str, ...]
    """What is imported in the worker."""
    path: tuple[str, ...]
    """`sys.path`."""
    environment: dict[str, str]


class ScriptedEngine:
    """Serves any number of requests at once, a word of each in turn. Operations: `say` and `look`."""

    def __init__(self, spec: EngineSpec) -> None:
        options = msgspec.convert(spec.options, ScriptOptions)
        self.info = ModelInfo("a scripted engine", context=1000)
        self._active: dict[int, tuple[Iterator[str], Say, Reply]] = {}
        self._paused: set[int] = set()
        self._pausable = options.pausable
        self._note_close = options.note_close
        self._submitted = self._cancelled = self._steps = 0
        if options.memory_limit_mb:
            _limit_memory(options.memory_limit_mb)
        if options.print:
            os.write(1, options.print.encode())
        if options.load_needs:
            __import__(options.load_needs)
        if options.fail_while and os.access(options.fail_while, os.F_OK):
            raise OutOfMemory(f"{spec.name} does not fit")
        _load(options.load)

    def submit(self, request: int, operation: str, body: msgspec.Raw, reply: Reply) -> None:
        self._submitted += 1
        if operation == "look":
            reply.item(self._look())
            reply.done()
        elif operation == "say":
            say = msgspec.msgpack.decode(body, type=Say)
            if say.print:
                os.write(2, say.print.encode())
            self._active[request] = (_words(say), say, reply)
        else:
            raise UsageError(f"no operation {operation!r}")

    def cancel(self, request: int) -> None:
        self._cancelled += 1
        self._active.pop(request, None)
        self._paused.discard(request)

    def pause(self, request: int) -> None:
        if self._pausable and request in self._active:
            self._paused.add(request)

    def resume(self, request: int) -> None:
        self._paused.discard(request)

    def step(self) -> bool:
        self._steps += 1
        ready = [request for request in self._active if request not in self._paused]
        for request in ready:
            words, say, reply = self._active[request]
            if say.step_s:
                time.sleep(say.step_s)
            word = next(words, None)
            if word is not None:
                reply.item(Word(word))
                continue
            _make_trouble(say.then)
            del self._active[request]
            reply.done()
        return any(request not in self._paused for request in self._active)

    def close(self) -> None:
        self._active.clear()
        if self._note_close:
            Path(self._note_close).touch()

    def _look(self) -> Look:
        return Look(
            pid=os.getpid(),
            submitted=self._submitted,
            cancelled=self._cancelled,
            steps=self._steps,
            active=len(self._active),
            paused=len(self._paused),
            modules=tuple(sorted(sys.modules)),
            path=tuple(sys.path),
            environment=dict(os.environ),
        )


def _words(say: Say) -> Iterator[str]:
    said = 0
    while not say.repeat or said < say.repeat:
        yield from say.words
        said += 1


def _load(what: str) -> None:
    match what:
        case "bad-file":
            raise BadModelFile("this is no model")
        case "fail":
            raise ModelLoadFailed("it does not want to")
        case "out-of-memory":
            raise MemoryError
        case "raise":
            raise ValueError("a bug in the engine")
        case "hang" | "kill" | "exit":
            _make_trouble(what)


def _make_trouble(kind: str) -> None:
    match kind:
        case "kill":
            os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))
            time.sleep(60)
        case "abort":
            os.abort()
        case "exit":
            sys.exit(0)
        case "raise":
            raise ValueError("a bug in the engine")
        case "hang":
            while True:
                time.sleep(3600)
        case "spin":
            while True:
                pass
        case "allocate":
            taken = []
            while True:
                taken.append(bytearray(16 * 1024 * 1024))
        case "garbage":
            _write_to_host(b"\x00\x00\x00\x05hello")
        case "huge-frame":
            _write_to_host(b"\xff\xff\xff\xff")


def _write_to_host(data: bytes) -> None:
    """Straight to the descriptor that the command line names, past the protocol."""
    os.write(int(sys.argv[sys.argv.index("--fd") + 1]), data)
    time.sleep(60)


def _limit_memory(megabytes: int) -> None:
    if sys.platform == "win32":
        raise UsageError("memory limits need a Unix")
    import resource

    limit = megabytes * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
