"""`myna doctor`: what this machine has, what is missing, and how to mend it."""

from __future__ import annotations

import click
import msgspec

from ..audit.health import check_audit
from ..doctor import Finding
from ..errors import MynaError
from ..paths import Paths
from .context import Context, colours, pass_context
from .machine import (
    check_audio,
    check_disk,
    check_gpu,
    check_libraries,
    check_memory,
    check_processor,
    check_python,
)
from .onnx_providers import check_providers
from .terminal import wrap

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
    found = machine_findings(ctx.paths)
    try:
        settings = ctx.settings
    except MynaError as error:
        return [*found, Finding("settings", "problem", error.message, error.hint)]
    found.append(Finding("settings", "ok", str(ctx.paths.config)))
    found += _check_store(ctx)
    found += check_audit(ctx.paths, settings, ctx.host)
    found += _check_model(ctx)
    return [*found, *ctx.host.health(settings)]


def machine_findings(paths: Paths) -> list[Finding]:
    """What can be said without settings, plugins and models. Starts programs, so it takes a moment."""
    return [
        *check_processor(),
        *check_memory(),
        *check_disk(paths),
        *check_gpu(),
        *check_python(),
        *check_libraries(),
        *check_providers(),
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


def _check_model(ctx: Context) -> list[Finding]:
    """Whether there is a model to talk to; what else is installed is for the plugin of the models to say."""
    try:
        model = ctx.host.resolve_model(ctx.settings.chat.model, "chat", ctx.settings)
    except MynaError as error:
        return [Finding("models", "problem", error.message, error.hint)]
    return [Finding("models", "ok", f"the chat model is {model.name}")]


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
