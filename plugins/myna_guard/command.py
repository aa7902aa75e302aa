"""`myna guard`: what the active policy makes of a text, and what is active and why."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Literal

import click
import msgspec

from myna.cli.context import Context, pass_context
from myna.cli.inputs import checked_text, standard_input
from myna.errors import BadPolicy, Blocked

from .findings import Action, Found, Origin

if TYPE_CHECKING:
    from myna.engine.classify import Classified

    from .cases import Judged
    from .judging import Judgement
    from .policies.compiled import CompiledPolicy

ORIGINS: tuple[Origin, ...] = ("user", "picture", "retrieved", "answer")


class Checked(msgspec.Struct, frozen=True):
    """What `myna guard check --json` prints."""

    policies: tuple[str, ...]
    action: Action | Literal["allow"]
    text: str
    """As it would go on: masked where that was asked for."""
    findings: tuple[Found, ...]
    failed: tuple[str, ...]
    """Rules and classifiers that could not judge."""
    missing: tuple[str, ...]
    """Classifiers that rules on such texts ask and that are not installed."""
    timings: dict[str, float]
    """Milliseconds: `load` (reading and compiling the policy), `check`."""


class RuleRow(msgspec.Struct, frozen=True):
    """One rule, for `myna guard policies --json`."""

    rule: str
    policy: str
    on: tuple[Origin, ...]
    action: str
    finds: str
    over: str
    """The policy whose rule of that name it took the place of."""


class Policies(msgspec.Struct, frozen=True):
    """What `myna guard policies --json` prints."""

    active: tuple[str, ...]
    """All layers, the lowest first."""
    origin: str
    """Where the setting `guard.policies` comes from."""
    available: tuple[str, ...]
    fails: Literal["open", "closed"]
    rules: tuple[RuleRow, ...]
    removed: dict[str, str]
    files: tuple[str, ...]
    tests: int
    """Of the policies themselves, that were run."""
    failed_tests: tuple[str, ...]
    """Texts of those that come out otherwise than they say."""
    skipped_tests: tuple[str, ...]
    """Texts of those that need a classifier which is not installed."""
    missing: tuple[str, ...]
    """Classifiers that rules ask and that are not installed."""


@click.group()
def guard() -> None:
    """Try what the active policy does, and see why."""


@guard.command(epilog="Example: myna guard check 'my card is 4111 1111 1111 1111' --policy workplace")
@click.argument("text", default="-")
@click.option("--as", "origin", type=click.Choice(ORIGINS), default="user", help="Where the text comes from.")
@click.option("--policy", "policies", multiple=True, metavar="NAME", help="Another policy than the active one.")
@pass_context
def check(ctx: Context, *, text: str, origin: Origin, policies: Sequence[str]) -> None:
    """Say what the policy makes of a text. TEXT may be - for standard input."""
    text = ctx.run(standard_input()) if text == "-" else checked_text(text, "the text")
    from .classifiers.health import not_installed
    from .elapsed import since
    from .notices import Speaker

    started = time.perf_counter()
    policy = _policy(ctx, policies)
    policy.screen(origin)
    loaded = since(started)
    started = time.perf_counter()
    judgement = ctx.run(_judge(ctx, policy, text, origin))
    checked = Checked(
        policy.policy.names,
        judgement.action,
        judgement.text,
        judgement.found,
        judgement.failed,
        tuple(not_installed(policy.policy, origin)),
        {"load": loaded, "check": since(started)},
    )
    if ctx.json:
        ctx.print_json(checked)
    else:
        _print(ctx, policy, text, checked)
    closed = bool(judgement.failed) and policy.policy.fails_closed
    if judgement.rule is not None and judgement.action == "block":
        settings = ctx.settings
        raise Blocked(Speaker.to(text, settings).text(policy.notice(judgement.rule)), hint=judgement.rule.id)
    if closed:
        raise Blocked(
            "the text could not be checked, and the policy says that it is blocked then",
            hint=f"myna models pull {' '.join(checked.missing)}" if checked.missing else "",
        )


@guard.command("policies")
@pass_context
def policies_(ctx: Context) -> None:
    """Say which rules count, where they come from, and whether the policies pass their own tests."""
    shown = ctx.run(_policies(ctx))
    if ctx.json:
        ctx.print_json(shown)
    else:
        _print_policies(ctx, shown)
    if shown.failed_tests:
        raise BadPolicy(f"{len(shown.failed_tests)} tests of the policies fail")


def _print_policies(ctx: Context, shown: Policies) -> None:
    where = ctx.text(shown.origin)
    ctx.print(ctx.text("Active: {names} (guard.policies, {where})", names=" < ".join(shown.active), where=where))
    ctx.print(ctx.text("Available: {names}", names=", ".join(shown.available)))
    if shown.fails == "closed":
        ctx.print(ctx.text("What cannot be checked is blocked."))
    else:
        ctx.print(ctx.text("What cannot be checked goes on."))
    if shown.rules:
        rows = [
            (row.rule, row.policy, ", ".join(row.on), row.action, ctx.language.message(row.finds), row.over or "-")
            for row in shown.rules
        ]
        ctx.print()
        ctx.print_table(("RULE", "POLICY", "ON", "ACTION", "FINDS", "IN PLACE OF"), rows)
    for rule, policy in shown.removed.items():
        ctx.print(ctx.text("{rule} was removed by {policy}.", rule=rule, policy=policy))
    passed = shown.tests - len(shown.failed_tests)
    ctx.print()
    ctx.print(ctx.text("{passed} of {count} tests of the policies pass.", passed=passed, count=shown.tests))
    for failed in shown.failed_tests:
        ctx.print(f"  {failed}")
    if shown.skipped_tests:
        ctx.print(ctx.text("{count} more need a classifier that is not installed.", count=len(shown.skipped_tests)))
    _note_missing(ctx, shown.missing)


def _policy(ctx: Context, names: Sequence[str] = ()) -> CompiledPolicy:
    from .policies.active import folders_of
    from .policies.compiled import CompiledPolicy
    from .policies.layers import layered

    settings = ctx.settings.guard
    return CompiledPolicy(layered(tuple(names) or settings.policies, folders_of(settings, ctx.paths)))


async def _judge(ctx: Context, policy: CompiledPolicy, text: str, origin: Origin) -> Judgement:
    """By the rules, and by the classifiers where the policy asks some."""
    async with _judging(ctx, policy, asks=bool(policy.asked_about(origin))) as judge:
        return await judge(text, origin)


@asynccontextmanager
async def _judging(ctx: Context, policy: CompiledPolicy, *, asks: bool) -> AsyncIterator[Judged]:
    """Judges texts by the rules and, where it `asks` them, by the classifiers in their workers."""
    from .classifiers.judges import judges_of
    from .classifiers.troubles import Troubles
    from .judging import by_rules, judged

    if not asks:

        async def judge_by_rules(text: str, origin: Origin) -> Judgement:
            return by_rules(policy, text, origin)

        yield judge_by_rules
        return
    async with await ctx.assistant() as assistant:

        async def classify(model: str, text: str, labels: tuple[str, ...]) -> Classified:
            return await (await assistant.classifier(model)).classify(text, labels)

        limit_s = ctx.settings.guard.time_limit_s
        judges = judges_of(policy, classify, limit_s=limit_s, troubles=Troubles())

        async def judge(text: str, origin: Origin) -> Judgement:
            return await judged(policy, text, origin, judges)

        yield judge


def _print(ctx: Context, policy: CompiledPolicy, text: str, checked: Checked) -> None:
    if checked.findings:
        rows = [
            (
                one.rule,
                str(one.level),
                one.action,
                f"{one.start}-{one.end}",
                text[one.start : one.end],
                f"{one.ms:.2f} ms",
                f"{one.label} {one.score:.3f} >= {one.threshold:g}" if one.label else "-",
            )
            for one in checked.findings
        ]
        ctx.print_table(("RULE", "LEVEL", "ACTION", "SPAN", "TEXT", "TIME", "SCORE"), rows)
    else:
        ctx.print(ctx.text("No rule finds anything."))
    for part in checked.failed:
        if part in {rule.classifier for rule in policy.labels}:
            ctx.note(ctx.text("The classifier {name} could not judge.", name=part))
        else:
            ctx.note(ctx.text("The rule {rule} ran out of time.", rule=part))
    _note_missing(ctx, [name for name in checked.missing if name not in checked.failed])
    if checked.text != text:
        ctx.print(checked.text)


def _note_missing(ctx: Context, names: Sequence[str]) -> None:
    for name in names:
        pull = f"myna models pull {name}"
        ctx.note(ctx.text("The classifier {name} is not installed, so it judges nothing: {pull}", name=name, pull=pull))


async def _policies(ctx: Context) -> Policies:
    import os

    from myna.settings import sources

    from .cases import needs_classifiers, run_cases
    from .classifiers.health import not_installed
    from .policies.active import folders_of

    compiled = _policy(ctx)
    policy = compiled.policy
    async with _judging(ctx, compiled, asks=needs_classifiers(compiled)) as judge:
        outcome = await run_cases(compiled, judge)
    listed = sources(ctx.paths, environ=os.environ)
    return Policies(
        active=policy.names,
        origin=next(source.origin for source in listed if source.key == "guard.policies"),
        available=tuple(folders_of(ctx.settings.guard, ctx.paths).names()),
        fails="closed" if policy.fails_closed else "open",
        rules=tuple(
            RuleRow(active.rule.id, active.policy, active.rule.on, active.rule.action, active.finds(), active.over)
            for active in policy.rules
        ),
        removed=dict(policy.removed),
        files=tuple(map(str, policy.files)),
        tests=outcome.count,
        failed_tests=outcome.failed,
        skipped_tests=outcome.skipped,
        missing=tuple(not_installed(policy)),
    )
