"""`myna serve keys`: who may ask."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime

import click

from myna.cli.context import Context, pass_context
from myna.errors import ExtraMissing, UsageError

from .access.key import ApiKey, make_key
from .access.keys import Keys
from .access.scopes import DEFAULT_SCOPES, SCOPES, Scope

_UNITS = {"h": 3600, "d": 86_400, "w": 604_800}
"""Seconds."""

_NAME = re.compile(r"[\w.@ -]{1,100}")


@click.group()
def keys() -> None:
    """Say who may ask: keys for other programs."""


@keys.command(epilog="Example: myna serve keys add kiosk-3 --requests 60/minute --expires 90d")
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice(SCOPES),
    help="What it allows; several times for several. All but metrics by default.",
)
@click.option("--expires", metavar="TIME", help="When it ends: 12h, 30d, 8w, or a date such as 2030-01-31.")
@click.option("--requests", default="", metavar="LIMIT", help="How many requests, for example 60/minute.")
@click.option("--tokens", default="", metavar="LIMIT", help="How many tokens, for example 100000/day.")
@pass_context
def add(ctx: Context, *, name: str, scopes: tuple[Scope, ...], expires: str | None, requests: str, tokens: str) -> None:
    """Make a key for the program NAME. It is shown this once, and only its hash is kept."""
    if not _NAME.fullmatch(name) or name != name.strip():
        raise UsageError("the name of a key has 1 to 100 letters, digits, spaces and . @ - _")
    for limit in (requests, tokens):
        _check_limit(limit)
    ends = None if expires is None else _moment(expires)
    secret, key = make_key(name, scopes or DEFAULT_SCOPES, expires=ends, requests=requests, tokens=tokens)
    with ctx.audited("serve.keys.add", name=name, key=key.id, scopes=list(key.scopes)):
        _keys(ctx).add(key)
    if ctx.json:
        ctx.print_json({"key": secret, **_shown(key)})
        return
    ctx.print(secret)
    ctx.note(ctx.text("Keep it: it is not shown again."))


@keys.command("list")
@pass_context
def list_(ctx: Context) -> None:
    """List the keys, with those that open nothing any more."""
    found = _keys(ctx).all()
    if ctx.json:
        ctx.print_json([_shown(key) for key in found])
        return
    if not found:
        ctx.note(ctx.text("There are no keys: only this machine may ask, and needs none."))
        return
    rows = [
        (key.name, key.id, ctx.text(_state(key)), ", ".join(key.scopes), _limits(key), _day(key.expires))
        for key in found
    ]
    ctx.print_table(("NAME", "ID", "STATE", "SCOPES", "LIMITS", "EXPIRES"), rows)


@keys.command(epilog="Example: myna serve keys revoke kiosk-3")
@click.argument("name")
@pass_context
def revoke(ctx: Context, *, name: str) -> None:
    """End the key NAME, or the one with this id, at once."""
    with ctx.audited("serve.keys.revoke", name=name):
        ended = _keys(ctx).revoke(name)
    if ctx.json:
        ctx.print_json([_shown(key) for key in ended])
    for key in ended:
        ctx.note(ctx.text("{name} ({id}) opens nothing any more.", name=key.name, id=key.id))


def _keys(ctx: Context) -> Keys:
    return Keys.of(ctx.paths, ctx.settings)


def _check_limit(limit: str) -> None:
    if not limit:
        return
    try:
        from .access.budget import valid
    except ModuleNotFoundError as error:
        raise ExtraMissing(f"the server needs the package {error.name}", hint="pip install 'myna[serve]'") from error
    if len(limit) > 100 or not valid(limit):
        raise UsageError(f"{limit!r} is no limit", hint="for example 60/minute, or 100000/day")


def _moment(text: str) -> float:
    """Unix time, seconds."""
    now = time.time()
    found = re.fullmatch(r"(\d{1,6})([hdw])", text)
    try:
        ends = (
            now + int(found[1]) * _UNITS[found[2]]
            if found
            else datetime.fromisoformat(text).astimezone(UTC).timestamp()
        )
    except (ValueError, OverflowError, OSError):
        raise UsageError(f"{text!r} is no time", hint="for example 12h, 30d, 8w or 2030-01-31") from None
    if ends <= now:
        raise UsageError(f"{text!r} is over already")
    return ends


def _shown(key: ApiKey) -> dict[str, object]:
    """Without the hash."""
    return {
        "id": key.id,
        "name": key.name,
        "state": _state(key),
        "scopes": key.scopes,
        "requests": key.requests,
        "tokens": key.tokens,
        "created": key.created,
        "expires": key.expires,
    }


def _state(key: ApiKey) -> str:
    if key.revoked is not None:
        return "revoked"
    return "active" if key.active() else "expired"


def _limits(key: ApiKey) -> str:
    tokens = f"{key.tokens} (tokens)" if key.tokens else ""
    return ", ".join(filter(None, [key.requests, tokens])) or "-"


def _day(moment: float | None) -> str:
    return "-" if moment is None else datetime.fromtimestamp(moment).astimezone().strftime("%Y-%m-%d %H:%M")
