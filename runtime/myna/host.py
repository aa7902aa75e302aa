"""Finds plugins, loads them one by one, and calls their hooks.

What a failing plugin may do to the rest depends on the hook. Registering, health checks and observers
are isolated: the failure is recorded and the other plugins go on. Preparing, screening and filtering
decide what a person gets to see, so there a failure ends the turn and is never skipped.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import msgspec
import pluggy

from .errors import BadConfig, ExtraMissing, ModelMissing, PluginFailed
from .hook_answers import by_name, checked, items_of, value_of
from .hookspecs import (
    AsyncOutputFilter,
    ChatCommand,
    CommandInfo,
    DemoStep,
    HookSpecs,
    ModelSource,
    OfferedModel,
    OutputFilter,
    PanelInfo,
    PromptSource,
    ResolvedModel,
    Route,
    RouteFacts,
    TurnDraft,
    Utterance,
    Verdict,
    VoiceCall,
    VoiceTalk,
)
from .output_filters import FilterChain
from .plugin import Plugin, PluginStatus
from .suggest import did_you_mean

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

    from .audit.policy import AuditPolicy
    from .bench import BenchInfo
    from .config import PluginSettings, Settings
    from .doctor import Finding
    from .engine.protocols import EngineInfo, EngineSpec, Task
    from .events import Event
    from .messages import Message

GROUP = "myna.plugins"
"""Of the entry points."""


class PluginHost:
    """All plugins of this process. Hooks are called through its methods alone."""

    def __init__(self, manager: pluggy.PluginManager, plugins: Sequence[Plugin], settings: PluginSettings) -> None:
        self._manager = manager
        self._found = tuple(plugins)
        self._plugins = {plugin.name: plugin for plugin in plugins if plugin.state == "active"}
        self._settings = settings
        self._registered: dict[str, list[Any]] = {}

    @classmethod
    def load(
        cls,
        settings: PluginSettings,
        *,
        extra: Sequence[tuple[str, object]] = (),
        entry_points: Iterable[EntryPoint] | None = None,
    ) -> PluginHost:
        """Load what `settings` allow: `extra` plugins by name, those of Myna, then the others by name.

        A name counts once: what comes first in that order has it. Plugins that are switched off are
        listed, but not imported. Nothing that a plugin does makes this fail.
        """
        manager = pluggy.PluginManager("myna")
        manager.add_hookspecs(HookSpecs)
        found = [Plugin(name, target=target) for name, target in extra]
        found += [Plugin(entry.name, entry=entry) for entry in _ordered(entry_points)]
        taken: dict[str, Plugin] = {}
        for plugin in found:
            holder = taken.setdefault(plugin.name, plugin)
            if plugin.name in settings.disabled or (settings.only and plugin.name not in settings.only):
                plugin.state = "disabled"
            elif holder is not plugin:
                plugin.state = "failed"
                plugin.fail(PluginFailed(f"another plugin, {holder.origin}, already has the name {plugin.name}"))
            else:
                plugin.load(manager)
        # pluggy calls what was registered last first.
        for plugin in reversed(found):
            if plugin.state == "active":
                plugin.register(manager)
        return cls(manager, found, settings)

    def add(self, name: str, target: object) -> None:
        """Load one more plugin, called before the others; whoever embeds Myna can observe it so.

        Raises:
            PluginFailed: it cannot be loaded, or the name is taken.
        """
        if any(plugin.name == name for plugin in self._found):
            raise PluginFailed(f"another plugin already has the name {name}")
        plugin = Plugin(name, target=target)
        plugin.load(self._manager)
        if plugin.state == "active":
            plugin.register(self._manager)
        if plugin.error:
            raise PluginFailed(plugin.error)
        self._found = (*self._found, plugin)
        self._plugins[name] = plugin
        self._registered.clear()

    def plugins(self) -> list[PluginStatus]:
        """Every plugin that was found, in the order in which they are called."""
        return [plugin.status() for plugin in self._found]

    def engines(self) -> list[EngineInfo]:
        from .engine.protocols import EngineInfo

        return self._register("myna_register_engines", EngineInfo, _name)

    def model_sources(self) -> dict[str, ModelSource]:
        """Sources by scheme."""
        sources: list[ModelSource] = self._register("myna_register_model_sources", ModelSource, _scheme)
        return {source.scheme: source for source in sources}

    def commands(self) -> list[CommandInfo]:
        return self._register("myna_register_commands", CommandInfo, _name)

    def chat_commands(self) -> list[ChatCommand]:
        return self._register("myna_register_chat_commands", ChatCommand, _name)

    def prompt_sources(self) -> list[PromptSource]:
        return self._register("myna_register_prompts", PromptSource, None)

    def panels(self) -> list[PanelInfo]:
        return self._register("myna_register_panels", PanelInfo, _name)

    def benchmarks(self) -> list[BenchInfo]:
        from .bench import BenchInfo

        return self._register("myna_register_benchmarks", BenchInfo, _name)

    def demo_steps(self) -> list[DemoStep]:
        """Lowest `order` first."""
        steps: list[DemoStep] = self._register("myna_register_demo_steps", DemoStep, None)
        return sorted(steps, key=lambda step: step.order)

    def health(self, settings: Settings) -> list[Finding]:
        """What plugins say of themselves, then what the host knows: failures and unknown names."""
        from .doctor import Finding

        findings: list[Finding] = []
        for plugin, call in self._implementations("myna_check_health"):
            with plugin.guard("myna_check_health"):
                findings += [checked(finding, Finding) for finding in items_of(call(settings=settings), Finding)]
        for plugin in self._found:
            if plugin.error:
                findings.append(
                    Finding("plugins", "problem", f"{plugin.name}: {plugin.error}", "myna plugins list --verbose")
                )
        findings += _unknown_names(self._settings, {plugin.name for plugin in self._found})
        active = [plugin.name for plugin in self._found if plugin.state == "active"]
        if active and not any(finding.area == "plugins" and finding.level == "problem" for finding in findings):
            findings.append(Finding("plugins", "ok", f"{len(active)} loaded: {', '.join(active)}"))
        return findings

    def audit_policy(self, settings: Settings) -> AuditPolicy:
        """What must be recorded: what the settings say, and what plugins ask for besides.

        Raises:
            PluginFailed: a plugin failed; a turn must not go on as if it had asked for nothing.
        """
        from .audit.policy import AuditPolicy, policy_of, strictest

        asked = [policy_of(settings.audit)]
        for plugin, call in self._implementations("myna_require_audit"):
            with plugin.judge("myna_require_audit"):
                policy = call(settings=settings)
                if policy is not None:
                    asked.append(checked(policy, AuditPolicy))
        return strictest(asked)

    def resolve_model(self, name: str, task: Task, settings: Settings) -> ResolvedModel:
        """The answer of the first plugin that knows the model.

        Raises:
            ModelMissing: no plugin knows it, or it is known and not installed.
            PluginFailed: a plugin failed.
        """
        for plugin, call in self._implementations("myna_resolve_model"):
            with plugin.judge("myna_resolve_model"):
                model = call(name=name, task=task, settings=settings)
                if model is not None:
                    return self._route_target(checked(model, ResolvedModel), settings)
        if not name:
            raise ModelMissing(f"no model for the task {task} is installed", hint="myna models pull")
        raise ModelMissing(f"there is no model called {name}")

    def _route_target(self, model: ResolvedModel, settings: Settings) -> ResolvedModel:
        """`model`; of a route, the one that it names instead of files, which may be no route again."""
        if not model.route or model.format:
            return model
        target = self.resolve_model(model.name, model.task, settings)
        if target.route:
            raise BadConfig(f"the route {model.route} leads to the route {target.route}")
        return msgspec.structs.replace(target, route=model.route)

    def offered_models(self, settings: Settings) -> list[OfferedModel]:
        """Models that are no files here, by all plugins, with the names that choose among models."""
        offered: list[OfferedModel] = []
        for plugin, call in self._implementations("myna_offer_models"):
            with plugin.guard("myna_offer_models"):
                offered += [checked(one, OfferedModel) for one in items_of(call(settings=settings), OfferedModel)]
        return offered

    def route_turn(self, name: str, facts: RouteFacts, settings: Settings) -> Route | None:
        """The answer of the first plugin that knows the route `name`; None: no route of that name.

        Raises:
            PluginFailed: a plugin failed.
        """
        for plugin, call in self._implementations("myna_route_turn"):
            with plugin.judge("myna_route_turn"):
                route = call(name=name, facts=facts, settings=settings)
                if route is not None:
                    return checked(route, Route)
        return None

    def read_aloud(self, text: str, language: str, voice: str, settings: Settings) -> list[Utterance]:
        """The answer of the first plugin that knows how `text` is spoken.

        Raises:
            ExtraMissing: none does.
            ModelMissing: there is no voice for any of it.
            PluginFailed: a plugin failed.
        """
        for plugin, call in self._implementations("myna_read_aloud"):
            with plugin.judge("myna_read_aloud"):
                found = call(text=text, language=language, voice=voice, settings=settings)
                if found is not None:
                    return [checked(one, Utterance) for one in items_of(found, Utterance)]
        raise ExtraMissing("nothing here reads texts aloud", hint="pip install 'myna[speech]'")

    async def open_voice(self, call: VoiceCall) -> VoiceTalk:
        """A conversation by voice over a line, by the first plugin that has one.

        Raises:
            ExtraMissing: none has.
            MynaError: something that it needs is not installed, or fails.
        """
        for plugin, implementation in self._implementations("myna_open_voice"):
            with plugin.judge("myna_open_voice"):
                talk: VoiceTalk | None = await value_of(implementation(call=call))
                if talk is not None:
                    return talk
        raise ExtraMissing("nothing here talks by voice", hint="pip install 'myna[speech]'")

    def find_camera(self, settings: Settings) -> EngineSpec | None:
        """The answer of the first plugin that reads cameras; None where none does.

        Raises:
            PluginFailed: a plugin failed.
        """
        from .engine.protocols import EngineSpec

        for plugin, call in self._implementations("myna_find_camera"):
            with plugin.judge("myna_find_camera"):
                found = call(settings=settings)
                if found is not None:
                    return checked(found, EngineSpec)
        return None

    async def prepare_turn(self, draft: TurnDraft) -> None:
        """Let each plugin change the draft, one after the other.

        Raises:
            MynaError: a plugin ended the turn.
            PluginFailed: a plugin failed.
        """
        for plugin, call in self._implementations("myna_prepare_turn"):
            with plugin.judge("myna_prepare_turn"):
                await value_of(call(draft=draft))

    @property
    def screens(self) -> bool:
        """Whether a plugin judges what is sent."""
        return any(True for _ in self._implementations("myna_screen_input"))

    def screens_printed(self, settings: Settings) -> bool:
        """Whether a plugin judges the text in pictures.

        Raises:
            PluginFailed: one could not say.
        """
        wanted = {}
        for plugin, call in self._implementations("myna_screens_printed"):
            with plugin.judge("myna_screens_printed"):
                wanted[plugin.name] = call(settings=settings)
        return any(wanted.get(plugin.name) is not False for plugin, _ in self._implementations("myna_screen_input"))

    async def screen_input(self, message: Message, draft: TurnDraft) -> Verdict:
        """What all screens say together. A screen sees the text as earlier screens replaced it.

        `replace` holds the text after all replacements and every rule that replaced something.

        Raises:
            PluginFailed: a screen failed; the message must not go on to the model.
        """
        shown, rules = message, list[str]()
        for plugin, call in self._implementations("myna_screen_input"):
            with plugin.judge("myna_screen_input"):
                answer = await value_of(call(message=shown, draft=draft))
                if answer is None:
                    continue
                verdict = checked(answer, Verdict)
                if verdict.action == "allow":
                    continue
                if verdict.action == "block":
                    return verdict
                if verdict.action != "replace":
                    raise TypeError(f"unknown action {verdict.action!r}")
                shown = shown.with_text(verdict.text)
                rules.append(verdict.rule)
        if shown is message:
            return Verdict("allow")
        return Verdict("replace", shown.text, ", ".join(filter(None, rules)))

    def open_output_filter(self, draft: TurnDraft) -> FilterChain | None:
        """The filters of all plugins as one, or None when no plugin filters this turn.

        Raises:
            MynaError: a plugin ended the turn.
            PluginFailed: a plugin failed.
        """
        filters: list[tuple[Plugin, OutputFilter | AsyncOutputFilter]] = []
        for plugin, call in self._implementations("myna_open_output_filter"):
            with plugin.judge("myna_open_output_filter"):
                opened = call(draft=draft)
                if opened is None:
                    continue
                if not isinstance(opened, OutputFilter):
                    raise TypeError(f"expected an OutputFilter, got {type(opened).__name__}")
                filters.append((plugin, opened))
        return FilterChain(filters) if filters else None

    def observe(self, event: Event) -> None:
        """Show an event to every observer; one that fails is shown the next event again."""
        for plugin, call in self._implementations("myna_observe"):
            with plugin.guard("myna_observe"):
                call(event=event)

    def close(self) -> None:
        """Let go of all plugins; what is called afterwards reaches none."""
        self._registered.clear()
        for plugin in self._plugins.values():
            self._manager.unregister(name=plugin.name)
        self._plugins.clear()

    def _implementations(self, hook: str) -> Iterator[tuple[Plugin, Callable[..., Any]]]:
        """Who implements `hook`, in the order of calls; each takes all arguments of the hook by name."""
        caller: pluggy.HookCaller = getattr(self._manager.hook, hook)
        for implementation in reversed(caller.get_hookimpls()):
            plugin = self._plugins.get(implementation.plugin_name)
            # None: the host was closed while a turn waited for a hook.
            if plugin is not None:
                yield plugin, by_name(implementation)

    def _register(self, hook: str, kind: type, key: Callable[[Any], str] | None) -> list[Any]:
        """What all plugins register at `hook`; asked for once. The first to claim a `key` keeps it."""
        if hook in self._registered:
            return self._registered[hook]
        items: list[Any] = []
        holders: dict[str, Plugin] = {}
        for plugin, call in self._implementations(hook):
            with plugin.guard(hook):
                for item in items_of(call(), kind):
                    with plugin.guard(hook):
                        checked(item, kind)
                        if key is not None and key(item) in holders:
                            raise PluginFailed(f"{key(item)} is already registered by {holders[key(item)].name}")
                        if key is not None:
                            holders[key(item)] = plugin
                        items.append(item)
        self._registered[hook] = items
        return items


def _ordered(entry_points: Iterable[EntryPoint] | None) -> list[EntryPoint]:
    """Plugins that come with Myna before all others, each part by name."""
    from importlib import metadata

    found = metadata.entry_points(group=GROUP) if entry_points is None else entry_points
    try:
        own = set(metadata.distribution("myna").entry_points)
    except metadata.PackageNotFoundError:
        own = set()
    return sorted(found, key=lambda entry: (entry not in own, entry.name))


def _unknown_names(settings: PluginSettings, known: Collection[str]) -> list[Finding]:
    """A note for each name in the settings that no plugin has."""
    from .doctor import Finding

    return [
        Finding("plugins", "note", f"{key} names {name}, but there is no such plugin{did_you_mean(name, known)}")
        for key, listed in (("plugins.disabled", settings.disabled), ("plugins.only", settings.only))
        for name in listed
        if name not in known
    ]


def _name(item: Any) -> str:
    return str(item.name)


def _scheme(source: Any) -> str:
    return str(source.scheme)
