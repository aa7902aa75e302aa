"""`myna doctor`: what this machine has, what is missing, and how to mend it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
import msgspec

from ..audit.health import check_audit
from ..doctor import Finding
from ..engine.chosen import can_be_drafted, drafted
from ..errors import MynaError
from ..paths import Paths
from .context import Context, colours, pass_context
from .machine import (
    check_audio,
    check_disk,
    check_libraries,
    check_memory,
    check_processor,
    check_python,
)
from .terminal import wrap

if TYPE_CHECKING:
    from ..config import Settings
    from ..engine.protocols import EngineSpec
    from ..engine.survey import Plan
    from ..hookspecs import ResolvedModel

_MARKS = {"ok": ("✓", "32"), "note": ("·", "33"), "problem": ("✗", "31")}


class Report(msgspec.Struct, frozen=True):
    """What `myna doctor --json` prints."""

    healthy: bool
    """No finding is a problem."""
    findings: list[Finding]


@click.command()
@pass_context
def doctor(ctx: Context) -> None:
    """Check this machine, and say how to mend what is wrong."""
    found = findings(ctx)
    if ctx.json:
        ctx.print_json(Report(all(one.level != "problem" for one in found), found))
        return
    _print(ctx, found)
    problems = sum(one.level == "problem" for one in found)
    if problems == 1:
        ctx.note(ctx.text("1 problem."))
    else:
        ctx.note(ctx.text("{count} problems." if problems else "No problems.", count=problems))


def findings(ctx: Context) -> list[Finding]:
    """All checks: the machine, the libraries, the settings, the models, the plugins."""
    try:
        settings = ctx.settings
    except MynaError as error:
        return [*machine_findings(ctx.paths), Finding("settings", "problem", error.message, error.hint)]
    model, models = _check_model(ctx)
    found = machine_findings(ctx.paths, None if model is None else _spec(model, settings))
    found.append(Finding("settings", "ok", str(ctx.paths.config)))
    found += _check_store(ctx)
    found += check_audit(ctx.paths, settings, ctx.host)
    return [*found, *models, *ctx.host.health(settings)]


def machine_findings(paths: Paths, chat: EngineSpec | None = None) -> list[Finding]:
    """What can be said without settings and plugins, and how the model of `chat` would run. Starts programs, so it
    takes a moment."""
    return [
        *check_processor(),
        *check_memory(),
        *check_disk(paths),
        *_check_engines(chat),
        *check_python(),
        *check_libraries(),
        *check_audio(),
    ]


def _check_store(ctx: Context) -> list[Finding]:
    """Whether the conversations can be read; where none were kept yet, nothing is made for them."""
    from .stores import with_store

    if not ctx.settings.store.url and not ctx.paths.database.exists():
        return []
    try:
        with_store(ctx, lambda store: store.list(limit=1))
    except MynaError as error:
        return [Finding("conversations", "problem", error.message, error.hint)]
    return [Finding("conversations", "ok", ctx.settings.store.url.partition(":")[0] or str(ctx.paths.database))]


def _check_engines(chat: EngineSpec | None) -> list[Finding]:
    """What the engines compute on, as they say themselves."""
    from importlib.util import find_spec

    from ..engine.survey import ask_llama, ask_onnx, short_name
    from .graphics import cards, check_gpu

    in_onnx = chat is not None and "tokenizer" in chat.files
    llama = ask_llama(None if in_onnx else chat)
    onnx = ask_onnx(chat if in_onnx else None) if find_spec("onnxruntime") else None
    found = check_gpu(cards(), llama, onnx)
    if onnx is not None and onnx.providers:
        names = ", ".join(map(short_name, onnx.providers))
        found.append(Finding("engines", "ok", f"ONNX Runtime offers {names}"))
    if onnx is not None and onnx.error:
        mend = "pip uninstall -y onnxruntime onnxruntime-gpu && pip install onnxruntime"
        found.append(Finding("gpu", "problem", f"ONNX Runtime cannot be loaded: {onnx.error}", mend))
    if onnx is not None and onnx.unfit:
        found.append(Finding("models", "problem", onnx.unfit))
    if chat is not None and llama.plan is not None:
        found.append(_would_take(chat.name, llama.plan, llama.plan.offload or "the processor computes"))
        if llama.plan.draft:
            found.append(Finding("models", "ok", f"{llama.plan.draft} writes ahead for {chat.name}"))
        elif llama.plan.undrafted:
            found.append(Finding("models", "note", llama.plan.undrafted))
    elif chat is not None and onnx is not None and onnx.plan is not None:
        where = "the processor computes" if onnx.name == "CPU" else f"ONNX Runtime computes on {onnx.name}"
        found.append(_would_take(chat.name, onnx.plan, where))
    return found


def _would_take(name: str, plan: Plan, where: str) -> Finding:
    text = f"{name} would take {plan.size / 1e9:.1f} GB with a context of {plan.context} tokens: {where}"
    return Finding("models", "note" if plan.context < plan.wanted else "ok", text)


def _spec(model: ResolvedModel, settings: Settings) -> EngineSpec | None:
    from ..engine.chosen import options_of
    from ..engine.protocols import EngineSpec

    if model.format not in {".gguf", ".onnx"}:
        return None
    return EngineSpec(model.name, "", model.files, options_of(model, settings))


def _check_model(ctx: Context) -> tuple[ResolvedModel | None, list[Finding]]:
    """The model to talk to, if there is one; what else is installed is for the plugin of the models to say."""
    try:
        model = ctx.host.resolve_model(ctx.settings.chat.model, "chat", ctx.settings)
    except MynaError as error:
        return None, [Finding("models", "problem", error.message, error.hint)]
    found = [Finding("models", "ok", f"the chat model is {model.name}")]
    draft = ctx.settings.engine.draft
    if draft and can_be_drafted(model):
        try:
            smaller = ctx.host.resolve_model(draft, "chat", ctx.settings)
            model = drafted(model, smaller)
            if smaller.format != model.format:
                found.append(Finding("models", "note", f"{smaller.name} is no GGUF model and cannot write ahead"))
        except MynaError as error:
            found.append(Finding("models", "problem", error.message, error.hint))
    return model, found


def _print(ctx: Context, found: list[Finding]) -> None:
    import sys

    from .terminal import terminal_width

    area = ""
    width = terminal_width() - 4
    colour = colours(sys.stdout)
    lines = []
    for one in sorted(found, key=lambda one: [other.area for other in found].index(one.area)):
        if one.area != area:
            area = one.area
            lines.append(ctx.bold(ctx.text(area)))
        mark, code = _MARKS[one.level]
        shown = f"\x1b[{code}m{mark}\x1b[0m" if colour else mark
        first, *rest = wrap(ctx.plain(ctx.language.message(one.text)), width) or [""]
        lines += [f"  {shown} {first}", *(f"    {line}" for line in rest)]
        if one.mend:
            lines.append(ctx.dim(f"    → {ctx.language.message(one.mend)}"))
    ctx.print_lines(lines)
