"""Rules of a route: the first that fits a turn decides who answers it."""

from __future__ import annotations

from datetime import time
from fnmatch import fnmatchcase

from myna.hookspecs import Route, RouteFacts
from myna.messages import Image
from myna.remote_settings import RouteRule, RouteSettings

from .estimate import is_chinese, tokens_in

LOCAL = "local"
"""In a route: the best model that is installed here, as an empty name."""


def chosen(route: RouteSettings, facts: RouteFacts, now: time) -> Route:
    """Who answers a turn that was asked of `route` at the local time `now`. Whoever answers where no rule fits is
    asked last, where the others cannot."""
    for rule in route.rules:
        if fits(rule, facts, now):
            return Route(tuple(dict.fromkeys(map(plain, (*rule.models, route.model)))), rule.name)
    return Route((plain(route.model),))


def plain(name: str) -> str:
    """As Myna takes it."""
    return "" if name == LOCAL else name


def fits(rule: RouteRule, facts: RouteFacts, now: time) -> bool:
    """Whether all that `rule` says is true of the turn."""
    return (
        _known(rule, facts)
        and _long(rule, facts)
        and (not rule.prompts or facts.prompt in rule.prompts)
        and (not rule.languages or _language(facts) in rule.languages)
        and (not rule.clients or any(fnmatchcase(facts.client, pattern) for pattern in rule.clients))
        and _within(time.fromisoformat(rule.since), time.fromisoformat(rule.until), now)
    )


def _known(rule: RouteRule, facts: RouteFacts) -> bool:
    said = (rule.tools, facts.tools), (rule.schema, facts.schema), (rule.pictures, _pictures(facts))
    return all(wanted is None or wanted is there for wanted, there in said)


def _pictures(facts: RouteFacts) -> bool:
    return any(isinstance(part, Image) for message in facts.messages for part in message.parts)


def _long(rule: RouteRule, facts: RouteFacts) -> bool:
    if not rule.tokens_from and not rule.tokens_below:
        return True
    tokens = tokens_in(facts.messages)
    return rule.tokens_from <= tokens and (not rule.tokens_below or tokens < rule.tokens_below)


def _language(facts: RouteFacts) -> str:
    asked = next((message for message in reversed(facts.messages) if message.role == "user"), None)
    return "zh" if asked is not None and is_chinese(asked.typed().text) else "other"


def _within(since: time, until: time, now: time) -> bool:
    if since == until:
        return True
    now = now.replace(second=0, microsecond=0)
    return since <= now < until if since < until else now >= since or now < until
