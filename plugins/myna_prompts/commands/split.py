"""`myna prompts split`, `rate` and `votes`: versions side by side, and what people think of them."""

from __future__ import annotations

import math

import click
import msgspec

from myna.cli.context import Context, pass_context
from myna.cli.stores import with_store
from myna.errors import UsageError
from myna.store import ConversationStore
from myna.store.records import PromptVotes

from ..evaluation.statistics import share_interval
from ..rating import THUMBS
from ..splitting import key_of, read_splits, splits_file, write_splits
from .places import library_of, names


@click.command(epilog="Example: myna prompts split summary 1.0=1 1.1=3")
@click.argument("name", shell_complete=names)
@click.argument("weights", nargs=-1, metavar="[VERSION=WEIGHT]...")
@click.option("--off", is_flag=True, help="Serve the newest version alone again.")
@pass_context
def split(ctx: Context, name: str, weights: tuple[str, ...], off: bool) -> None:
    """Serve versions of a template side by side, by weight; a conversation keeps its version."""
    if off and weights:
        raise UsageError("--off takes no weights")
    library = library_of(ctx)
    loaded = library.find(name)
    key, file = key_of(loaded), splits_file(ctx.paths)
    splits = read_splits(file) if not off or file.exists() else {}
    if weights or off:
        splits.pop(key, None)
        if weights:
            template = loaded.template
            known = [one.template.version for one in library.versions(template.name, template.language)]
            splits[key] = dict(_weight(pair, known) for pair in weights)
            if not any(splits[key].values()):
                raise UsageError("all weights are 0")
        with ctx.audited("prompts.split", prompt=key, weights=list(weights)):
            write_splits(file, splits)
    shown = splits.get(key, {})
    if ctx.json:
        ctx.print_json({"template": key, "weights": shown})
    elif shown:
        total = sum(shown.values())
        ctx.print_table(
            ("VERSION", "SHARE"), [(version, f"{weight / total:.0%}") for version, weight in sorted(shown.items())]
        )
    else:
        ctx.print(ctx.text("{template} is not split: the newest version is served.", template=key))


def _weight(pair: str, known: list[str]) -> tuple[str, float]:
    version, _, weight = pair.partition("=")
    if version not in known:
        raise UsageError(f"there is no version {version}", hint=f"its versions: {', '.join(known)}")
    try:
        number = float(weight)
    except ValueError:
        number = math.nan
    if not 0 <= number <= 1_000_000:
        raise UsageError(f"the weight of {version} is not a number from 0 to 1000000", hint="1.0=1 1.1=3")
    return version, number


@click.command(epilog="Example: myna prompts rate up")
@click.argument("thumb", type=click.Choice(["up", "down", "none"]))
@click.option("--message", default="", metavar="ID", help="Which answer; by default the last one of all.")
@pass_context
def rate(ctx: Context, thumb: str, message: str) -> None:
    """Say whether an answer was good. `none` takes it back."""
    rated = with_store(ctx, lambda store: _rate(store, message, THUMBS[thumb]))
    if ctx.json:
        ctx.print_json({"message": rated, "thumb": thumb})
    else:
        ctx.note(ctx.text("Noted."))


async def _rate(store: ConversationStore, message: str, good: bool | None) -> str:
    message = message or await _last_answer(store)
    await store.rate(message, good)
    return message


async def _last_answer(store: ConversationStore) -> str:
    for conversation in await store.list(limit=1):
        for stored in reversed(await store.path(conversation.id)):
            if stored.message.role == "assistant":
                return stored.id
    raise UsageError("there is no answer to rate")


class Row(msgspec.Struct, frozen=True):
    """What `--json` prints of one version."""

    votes: PromptVotes
    share: float | None
    """Of thumbs up among all thumbs; None without any."""
    low: float | None
    """Ends of the 95 % interval."""
    high: float | None


@click.command()
@click.argument("name", default="")
@pass_context
def votes(ctx: Context, name: str) -> None:
    """Show what people thought of answers, by version of the template."""
    found = with_store(ctx, lambda store: store.prompt_votes(name.partition(":")[0]))
    rows = [_row(one) for one in sorted(found, key=lambda one: (one.prompt, one.version))]
    if ctx.json:
        ctx.print_json(rows)
        return
    if not rows:
        ctx.note(ctx.text("No answer was asked for with a template yet."))
        return
    ctx.print_table(
        ("NAME", "VERSION", "ANSWERS", "UP", "DOWN", "SHARE", "95 % INTERVAL", "HASH"),
        [
            (
                row.votes.prompt,
                row.votes.version,
                str(row.votes.answers),
                str(row.votes.good),
                str(row.votes.bad),
                "" if row.share is None else f"{row.share:.2f}",
                "" if row.low is None else f"{row.low:.2f} – {row.high:.2f}",
                row.votes.sha256[:12],
            )
            for row in rows
        ],
    )


def _row(found: PromptVotes) -> Row:
    thumbs = found.good + found.bad
    if not thumbs:
        return Row(found, None, None, None)
    share = found.good / thumbs
    return Row(found, share, *share_interval(share, thumbs))
