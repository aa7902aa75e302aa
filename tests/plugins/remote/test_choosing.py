"""Rules of a route: in order, each with all its conditions."""

from __future__ import annotations

from datetime import time

import msgspec
import pytest

from myna.hookspecs import RouteFacts
from myna.messages import Attachment, Image, Message, Text, user
from myna.remote_settings import RouteRule, RouteSettings
from myna_remote.choosing import chosen, fits
from myna_remote.estimate import is_chinese, tokens_in, tokens_of

NOON = time(12)
FACTS = RouteFacts((user("Hello there"),), schema=False, tools=False, prompt="", client="kiosk-3")
PICTURE = Image(Attachment("a" * 64, "image/png", 3))


def facts(**changed):
    return msgspec.structs.replace(FACTS, **changed)


def rule(**conditions):
    return RouteRule(models=("far",), **conditions)


@pytest.mark.parametrize(
    ("conditions", "asked", "fit"),
    [
        ({}, FACTS, True),
        ({"tokens_from": 100}, FACTS, False),
        ({"tokens_from": 100}, facts(messages=(user("word " * 200),)), True),
        ({"tokens_from": 100}, facts(messages=(user("字" * 200),)), True),
        ({"tokens_below": 100}, FACTS, True),
        ({"tokens_below": 8}, FACTS, False),
        ({"pictures": True}, FACTS, False),
        ({"pictures": True}, facts(messages=(Message("user", (PICTURE, Text("?"))), user("and?"))), True),
        ({"pictures": False}, FACTS, True),
        ({"tools": True}, FACTS, False),
        ({"tools": True}, facts(tools=True), True),
        ({"schema": True}, facts(schema=True), True),
        ({"schema": False}, facts(schema=True), False),
        ({"prompts": ("extract:en",)}, facts(prompt="extract:en"), True),
        ({"prompts": ("extract:en",)}, FACTS, False),
        ({"languages": ("zh",)}, FACTS, False),
        ({"languages": ("zh",)}, facts(messages=(user("巴黎在哪里？"),)), True),
        ({"languages": ("other",)}, FACTS, True),
        ({"clients": ("kiosk-*",)}, FACTS, True),
        ({"clients": ("lab", "kiosk-3")}, FACTS, True),
        ({"clients": ("lab",)}, FACTS, False),
        ({"clients": ("kiosk-*",), "schema": True}, FACTS, False),
    ],
)
def test_conditions(conditions, asked, fit):
    assert fits(rule(**conditions), asked, NOON) is fit


@pytest.mark.parametrize(
    ("since", "until", "now", "fit"),
    [
        ("09:00", "17:00", time(12), True),
        ("09:00", "17:00", time(9), True),
        ("09:00", "17:00", time(17), False),
        ("09:00", "17:00", time(16, 59, 59), True),
        ("22:00", "06:00", time(23), True),
        ("22:00", "06:00", time(3), True),
        ("22:00", "06:00", time(12), False),
        ("00:00", "00:00", time(12), True),
    ],
)
def test_times_of_the_day(since, until, now, fit):
    assert fits(rule(since=since, until=until), FACTS, now) is fit


def test_the_first_rule_that_fits_decides_and_the_rest_is_for_when_it_cannot():
    route = RouteSettings(
        "auto",
        "small",
        (
            RouteRule(("far", "near"), "long", tokens_from=1000),
            RouteRule(("near", "small"), "json", schema=True),
            RouteRule(("local",), "any", tools=True),
        ),
    )
    assert chosen(route, FACTS, NOON).models == ("small",)
    assert chosen(route, FACTS, NOON).rule == ""
    both = facts(schema=True, messages=(user("word " * 2000),))
    assert (chosen(route, both, NOON).models, chosen(route, both, NOON).rule) == (("far", "near", "small"), "long")
    assert chosen(route, facts(schema=True), NOON).models == ("near", "small")
    assert chosen(route, facts(tools=True), NOON).models == ("", "small")


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [
        ("", 0, 0),
        (
            "The quick brown fox jumps over the lazy dog, and the dog sleeps on in the sun as it always did. " * 1,
            21,
            40,
        ),
        ("法国的首都是巴黎，那里有埃菲尔铁塔。", 10, 18),
    ],
)
def test_estimates_are_of_the_right_size(text, least, most):
    assert least <= tokens_of(text) <= most


def test_pictures_count():
    assert tokens_in((Message("user", (PICTURE,)),)) > 500


@pytest.mark.parametrize(
    ("text", "chinese"),
    [
        ("你好", True),
        ("请解释一下 Python 的 list comprehension", True),
        ("What does 你好 mean in English?", False),
        ("用 Python 写一个程序", True),
        ("12?", False),
        ("", False),
    ],
)
def test_languages(text, chinese):
    assert is_chinese(text) is chinese


@pytest.mark.parametrize(
    "table",
    [
        {"name": "a", "base_url": "ftp://x/v1", "model": "m"},
        {"name": "a", "base_url": "http://user:pw@x/v1", "model": "m"},
        {"name": "A b", "base_url": "http://x/v1", "model": "m"},
        {"name": "a", "base_url": "http://x/v1", "model": ""},
        {"name": "a", "base_url": "http://x/v1", "model": "m", "key": "s3cret"},
        {"name": "a", "base_url": "http://x/v1", "model": "m", "connect_s": 0},
    ],
)
def test_tables_that_are_wrong(table, own_home):
    from myna.errors import BadConfig
    from myna.paths import Paths
    from myna.settings import load_settings

    lines = [f"{key} = {value!r}" for key, value in table.items()]
    file = Paths.find().config / "config.toml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("\n".join(["[[remote.models]]", *lines]))
    with pytest.raises(BadConfig, match=r"remote\.models") as raised:
        load_settings(Paths.find(), environ={})
    assert "s3cret" not in raised.value.message
