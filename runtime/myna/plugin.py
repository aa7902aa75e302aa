"""One plugin: how it is imported and checked, and what became of it.

A check that fails names the plugin and says what to change; it never takes another plugin with it.
"""

from __future__ import annotations

import inspect
import logging
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType, TracebackType
from typing import TYPE_CHECKING, Any, Literal, get_args

import msgspec
import pluggy

from . import __version__
from .errors import MynaError, PluginFailed
from .hookspecs import HookSpecs, Need
from .requires import satisfies
from .suggest import did_you_mean

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

log = logging.getLogger(__name__)

State = Literal["active", "disabled", "failed"]

HOOKS: dict[str, tuple[str, ...]] = {
    name: tuple(inspect.signature(function).parameters)[1:]
    for name, function in vars(HookSpecs).items()
    if name.startswith("myna_")
}
"""Arguments by hook."""

ASYNC_HOOKS = frozenset(name for name in HOOKS if "Awaitable" in getattr(HookSpecs, name).__annotations__["return"])


class PluginStatus(msgspec.Struct, frozen=True):
    """What `myna plugins list` shows of a plugin."""

    name: str
    state: State
    """`active`: its hooks are called. `failed`: it could not be loaded and none is."""
    origin: str
    """Import string, or the kind of object that was handed in."""
    path: str = ""
    """File it was loaded from."""
    distribution: str = ""
    version: str = ""
    needs: tuple[Need, ...] = ()
    hooks: tuple[str, ...] = ()
    error: str = ""
    """What went wrong last, in one line. An active plugin has one when a hook of it failed."""
    traceback: str = ""
    """Of `error`, where the code of the plugin raised it."""


def describe(error: BaseException) -> str:
    """An error in one line."""
    if isinstance(error, MynaError):
        return error.message
    text = str(error).strip()
    return f"{type(error).__name__}: {text.splitlines()[0]}" if text else type(error).__name__


class Plugin:
    """A plugin from its discovery on. `target` is the module or object once it is loaded."""

    def __init__(self, name: str, *, entry: EntryPoint | None = None, target: object = None) -> None:
        self.name = name
        self.origin = entry.value if entry is not None else _kind(target)
        self.entry = entry
        self.target = target
        self.state: State = "active"
        self.needs: tuple[Need, ...] = ()
        self.hooks: tuple[str, ...] = ()
        self.error = ""
        self.traceback = ""

    def fail(self, error: BaseException, doing: str = "") -> None:
        """Record what went wrong. A plugin that fails in the same way again is not logged again."""
        line = f"{doing}: {describe(error)}" if doing else describe(error)
        # What a check of Myna's found is in the line; a traceback would show only the check.
        own = isinstance(error, PluginFailed)
        if line != self.error:
            # The message of an exception out of a hook may quote what somebody said; the log must not.
            told = f"{doing}: {type(error).__name__}" if doing and not isinstance(error, MynaError) else line
            log.warning("plugin %s: %s", self.name, told, exc_info=None if own else error)
        self.error = line
        self.traceback = "" if own else "".join(traceback.format_exception(error))

    def guard(self, doing: str = "") -> Guard:
        """A block that runs foreign code: what it raises is recorded and goes no further."""
        return Guard(self, doing)

    @contextmanager
    def judge(self, doing: str) -> Iterator[None]:
        """A block whose failure must end the turn: errors of Myna pass, all others become `PluginFailed`."""
        try:
            yield
        except MynaError:
            raise
        except (Exception, SystemExit) as error:
            self.fail(error, doing)
            raise PluginFailed(f"plugin {self.name} failed in {self.error}") from error

    def load(self, manager: pluggy.PluginManager) -> None:
        """Import and check the plugin; afterwards it is `active` with a target, or `failed`."""
        with self.guard():
            if self.entry is not None:
                self.target = self.entry.load()
            if inspect.isclass(self.target):
                self.target = self.target()
            self._check(manager)
            return
        self.state = "failed"
        self.target = None

    def register(self, manager: pluggy.PluginManager) -> None:
        """Have the hooks of a checked plugin called from now on."""
        if any(self.target is other for other in manager.get_plugins()):
            self.state = "failed"
            self.fail(PluginFailed(f"{self.origin} is already loaded under another name"))
            return
        manager.register(self.target, name=self.name)

    def status(self) -> PluginStatus:
        distribution = self.entry.dist if self.entry is not None else None
        module = self.target if isinstance(self.target, ModuleType) else inspect.getmodule(type(self.target))
        return PluginStatus(
            name=self.name,
            state=self.state,
            origin=self.origin,
            path=(getattr(module, "__file__", None) or "") if self.target is not None else "",
            distribution=distribution.name if distribution is not None else "",
            version=distribution.version if distribution is not None else str(getattr(module, "__version__", "")),
            needs=self.needs,
            hooks=self.hooks,
            error=self.error,
            traceback=self.traceback,
        )

    def _check(self, manager: pluggy.PluginManager) -> None:
        requires = getattr(self.target, "MYNA_REQUIRES", "")
        if not isinstance(requires, str):
            raise PluginFailed(f"MYNA_REQUIRES must be a text like '>=0.1', not {requires!r}")
        try:
            fits = not requires or satisfies(__version__, requires)
        except ValueError as error:
            raise PluginFailed(f"MYNA_REQUIRES: {error}") from error
        if not fits:
            raise PluginFailed(f"it asks for Myna {requires}, and this is {__version__}")
        self.needs = _needs(getattr(self.target, "MYNA_NEEDS", ()))
        self.hooks = tuple(self._implemented(manager))

    def _implemented(self, manager: pluggy.PluginManager) -> list[str]:
        """The hooks that the plugin implements, each checked against its specification."""
        implemented = set()
        for name in dir(self.target):
            options = manager.parse_hookimpl_opts(self.target, name)
            if options is None:
                continue
            hook = options.get("specname") or name
            if hook not in HOOKS:
                raise PluginFailed(f"unknown hook {hook}{did_you_mean(hook, HOOKS)}")
            if options.get("wrapper") or options.get("hookwrapper"):
                raise PluginFailed(f"{hook} is a wrapper; hooks of Myna cannot be wrapped")
            _check_arguments(hook, getattr(self.target, name))
            implemented.add(hook)
        for hook in HOOKS:
            if hook not in implemented and inspect.isroutine(getattr(self.target, hook, None)):
                raise PluginFailed(f"{hook} is not marked with @hookimpl")
        if not implemented:
            raise PluginFailed("it implements no hook; functions of a plugin are marked with @hookimpl")
        return [hook for hook in HOOKS if hook in implemented]


class Guard:
    """Records on a plugin what its code raises; see `Plugin.guard`."""

    def __init__(self, plugin: Plugin, doing: str) -> None:
        self._plugin = plugin
        self._doing = doing

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> bool:
        # A plugin that calls sys.exit must not end the program.
        if not isinstance(error, Exception | SystemExit):
            return False
        self._plugin.fail(error, self._doing)
        return True


def _kind(target: object) -> str:
    if isinstance(target, ModuleType):
        return target.__name__
    kind = target if inspect.isclass(target) else type(target)
    return f"{kind.__module__}:{kind.__qualname__}"


def _needs(declared: Any) -> tuple[Need, ...]:
    known: tuple[Need, ...] = get_args(Need)
    if isinstance(declared, str) or not isinstance(declared, tuple | list):
        raise PluginFailed(f"MYNA_NEEDS must be a tuple of {', '.join(known)}, not {declared!r}")
    for need in declared:
        if need not in known:
            near = did_you_mean(str(need), known) or f"; it may be {', '.join(known)}"
            raise PluginFailed(f"MYNA_NEEDS names {need!r}{near}")
    return tuple(declared)


def _check_arguments(hook: str, function: Any) -> None:
    """Every argument of an implementation must be one that the hook passes.

    pluggy passes nothing to an argument with a default value, to a keyword-only argument and to
    `**kwargs`; such an implementation would run and see nothing, so it is refused here.
    """
    given = HOOKS[hook]
    listed = f"it may take {', '.join(given)}" if given else "it takes no arguments"
    for name, parameter in inspect.signature(function).parameters.items():
        if parameter.kind in {parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD, parameter.KEYWORD_ONLY}:
            raise PluginFailed(f"{hook}: {parameter} would get nothing; {listed}, by position")
        if parameter.default is parameter.empty:
            if name not in given:
                raise PluginFailed(f"{hook} has no argument {name}{did_you_mean(name, given) or f'; {listed}'}")
        elif name in given:
            raise PluginFailed(f"{hook}: {name} has a default value and would get nothing; remove the default")
    if hook not in ASYNC_HOOKS and inspect.iscoroutinefunction(function):
        raise PluginFailed(f"{hook} cannot be async")
