"""Chat templates out of model files: rendered in a sandbox, within limits of time and output.

A template is a program that a stranger wrote. It gets a sandbox with no access to underscore attributes
and no call that could fill the memory, a time limit that also ends a loop without output, and a limit on
what it writes.
"""

from __future__ import annotations

import ctypes
import datetime
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NoReturn, TypeVar

from jinja2 import TemplateError

from ..errors import BadTemplate
from .template_sandbox import MAX_TEXT, TemplateSandbox

_T = TypeVar("_T")

RENDER_SECONDS = 2.0
"""The slowest real template (tool use over a full context) renders in under 0.1 s on 2 cores."""

MAX_SOURCE = 1 << 20
"""Characters of a template; the longest in common use is about 20,000."""

MAX_OUTPUT = MAX_TEXT
"""Characters of a rendered prompt."""


_DELIVERY = 100
"""Turns of a loop in which CPython raises what was set for a thread; it looks at each of them."""

_ATTEMPTS = 5
_AGAIN_SECONDS = 0.25
"""Between two attempts: many times what the exception takes on its way out, even on a machine that is busy."""


class _Expired(BaseException):
    """Raised inside a template that ran out of time; no template can catch it."""


class _TimeLimit:
    """Raises `_Expired` in the thread that entered it after `seconds`, on any platform and in any thread."""

    def __init__(self, seconds: float) -> None:
        self._lock = threading.Lock()
        self._armed = True
        self._fired = False
        self._thread = threading.get_ident()
        self._timer = threading.Timer(seconds, self._expire)
        self._timer.daemon = True

    def _expire(self) -> None:
        # More than once: what comes in a callback of the garbage collector is reported there and lost.
        for _attempt in range(_ATTEMPTS):
            with self._lock:
                if not self._armed:
                    return
                self._fired = True
                ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(self._thread), ctypes.py_object(_Expired))
            time.sleep(_AGAIN_SECONDS)

    def __enter__(self) -> None:
        self._timer.start()

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            with self._lock:
                self._armed = False
            self._timer.cancel()
            # What was set but not raised yet must come here, and not hit the code that follows. It cannot be
            # taken back: CPython would clear the exception and keep looking for it at every instruction.
            # It may also have come and gone: a frame that it passed through was too deep to let it through.
            if self._fired and kind is not _Expired:
                for _turn in range(_DELIVERY):
                    time.sleep(0)
        except _Expired:
            with self._lock:
                self._armed = False


def _raise_exception(message: str) -> NoReturn:
    raise TemplateError(str(message))


def _strftime_now(pattern: str) -> str:
    return datetime.datetime.now().astimezone().strftime(str(pattern)[:64])


class ChatTemplate:
    """A compiled template. Rendering is safe for any template and any message."""

    def __init__(self, source: str, *, bos: str, eos: str) -> None:
        """Compile `source`; `bos` and `eos` are the texts of the model's tokens.

        Raises:
            BadTemplate: too long, or not valid Jinja2.
        """
        if len(source) > MAX_SOURCE:
            raise BadTemplate(f"the chat template has {len(source):,} characters; the limit is {MAX_SOURCE:,}")
        self.source = source
        self._environment = TemplateSandbox()
        self._environment.globals.update(
            raise_exception=_raise_exception, strftime_now=_strftime_now, bos_token=bos, eos_token=eos
        )
        self._template = self._guarded(lambda: self._environment.from_string(source))

    def render(
        self,
        messages: Sequence[Mapping[str, Any]],
        *,
        add_generation_prompt: bool = True,
        tools: Sequence[Mapping[str, Any]] | None = None,
        **options: Any,
    ) -> str:
        """The prompt for `messages` (dictionaries with `role` and `content`).

        Raises:
            BadTemplate: the template fails, refuses the messages, does something that the sandbox
                forbids, or exceeds `RENDER_SECONDS` or `MAX_OUTPUT`.
        """

        def generate() -> str:
            pieces: list[str] = []
            size = 0
            variables = {"messages": messages, "add_generation_prompt": add_generation_prompt, "tools": tools}
            for piece in self._template.generate({**options, **variables}):
                size += len(piece)
                if size > MAX_OUTPUT:
                    raise TemplateError(f"more than {MAX_OUTPUT:,} characters of output")
                pieces.append(piece)
            return "".join(pieces)

        return self._guarded(generate)

    def _guarded(self, work: Callable[[], _T]) -> _T:
        try:
            with _TimeLimit(RENDER_SECONDS):
                return work()
        except _Expired:
            raise BadTemplate(f"the chat template did not finish within {RENDER_SECONDS:g} s") from None
        except (TemplateError, ArithmeticError, LookupError, TypeError, ValueError, AttributeError) as error:
            raise BadTemplate(f"the chat template failed: {_first_line(error)}") from error
        except (RecursionError, MemoryError) as error:
            raise BadTemplate(f"the chat template exceeds its limits: {type(error).__name__}") from error


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
