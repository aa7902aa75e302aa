"""What a schema promises is kept, and what cannot be kept is refused."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from myna.engine.protocols import Sampling, TextRequest
from myna.engine.text.gbnf import schema_to_gbnf
from myna.engine.text.number_range import DIGITS, NumberRange
from myna.engine.text.schema import expressible
from myna.errors import BadGrammar


def short(value: str) -> bool:
    """At most two characters; the tiny model's random bytes may come out as more of the replacement character."""
    return len(value) <= 2 or "\ufffd" in value


def as_regex(numbers: NumberRange) -> re.Pattern[str]:
    plain = (one.replace('"."', "\\.").replace('"', "").replace(" ", "") for one in numbers.alternatives())
    return re.compile("|".join(plain))


@given(st.integers(-3000, 3000), st.integers(0, 3000))
def test_ranges_of_whole_numbers_are_exact(low: int, width: int) -> None:
    pattern = as_regex(NumberRange.of(least=low, most=low + width, whole=True))
    inside = range(low, low + width + 1)
    for number in {*range(low - 12, low + 13), *range(low + width - 12, low + width + 13), 0, -1, 1, 10, -10, 100}:
        assert bool(pattern.fullmatch(str(number))) == (number in inside), number
    assert not pattern.fullmatch("-0")
    assert not pattern.fullmatch("007")


@given(st.integers(-(10**DIGITS) + 1, 10**DIGITS - 1))
def test_one_whole_number_is_a_range_too(number: int) -> None:
    pattern = as_regex(NumberRange.of(least=number, most=number, whole=True))
    assert pattern.fullmatch(str(number))
    assert not pattern.fullmatch(str(number + 1))


bounds = st.integers(-4000, 4000).map(lambda number: number / 100) | st.integers(-40, 40)


@given(bounds, bounds, st.booleans(), st.booleans(), st.data())
def test_ranges_of_numbers_are_exact(one: float, other: float, above: bool, below: bool, data: st.DataObject) -> None:
    low, high = sorted((one, other))
    assume(low < high or not (above or below))
    numbers = NumberRange.of(
        **{"above" if above else "least": low}, **{"below" if below else "most": high}, whole=False
    )
    pattern = as_regex(numbers)
    places = max(len(text.partition(".")[2].rstrip("0")) for text in (f"{low:.2f}", f"{high:.2f}"))
    near = st.integers(-120, 120).map(lambda step: step / 1000)
    for number in (low, high, 0.0, low + data.draw(near), high + data.draw(near), (low + high) / 2):
        # As many digits as the bounds have, and no zeros behind them.
        whole, _, fraction = f"{number:.4f}".partition(".")
        fraction = fraction.rstrip("0").ljust(places, "0")
        written = f"{whole}.{fraction}" if fraction else whole
        value = float(written)
        inside = (low < value if above else low <= value) and (value < high if below else value <= high)
        signed_zero = written.startswith("-") and not value
        assert bool(pattern.fullmatch(written)) == (inside and not signed_zero), written


@pytest.mark.parametrize(
    ("schema", "reason"),
    [
        ({"type": "integer", "multipleOf": 5}, "multipleOf cannot be enforced"),
        ({"type": "array", "items": {"type": "integer"}, "uniqueItems": True}, "uniqueItems cannot be enforced"),
        ({"not": {"type": "string"}}, "not cannot be enforced"),
        ({"type": "object", "minProperties": 2}, "minProperties cannot be enforced"),
        ({"type": "object", "patternProperties": {"^x": {}}}, "patternProperties cannot be enforced"),
        ({"properties": {"a": {"type": "object", "if": {}}}}, "if cannot be enforced"),
        ({"$defs": {"a": {"minimum": 1}}, "type": "string"}, "bounds cannot be enforced without a type"),
        ({"type": "number", "maximum": 1e-9}, "more than 6 digits"),
        ({"type": "number", "minimum": 1, "exclusiveMaximum": 1}, "nothing fits"),
        ({"type": "integer", "minimum": 5, "maximum": 1}, "nothing fits"),
        ({"type": "integer", "exclusiveMinimum": 5, "exclusiveMaximum": 6}, "nothing fits"),
        ({"type": "integer", "exclusiveMinimum": True}, "bounds must be numbers"),
        ({"type": "array", "items": {"type": "null"}, "minItems": 3, "maxItems": 2}, "nothing fits"),
        ({"type": "string", "minLength": 3, "maxLength": 2}, "nothing fits"),
        ({"enum": []}, "nothing fits"),
        ({"properties": {"a": False}}, "no schema that an answer can fit"),
        ({"allOf": [{"type": "string"}, {"minLength": 3}]}, "allOf can be enforced for objects"),
        ({"anyOf": [{"type": "object"}], "required": ["a"]}, "required cannot be enforced beside anyOf"),
        ({"$ref": "#/$defs/a", "$defs": {"a": {"type": "string"}}, "minLength": 3}, "minLength cannot be enforced"),
        ({"type": "string", "format": "date", "maxLength": 3}, "cannot be enforced beside a pattern or a format"),
    ],
    ids=lambda value: json.dumps(value)[:50] if isinstance(value, dict) else "",
)
def test_what_cannot_be_enforced_is_refused(schema: dict[str, object], reason: str) -> None:
    with pytest.raises(BadGrammar, match=reason):
        schema_to_gbnf(json.dumps(schema))


@pytest.mark.parametrize(
    ("schema", "fits"),
    [
        ({"type": "integer", "minimum": 18, "maximum": 120}, lambda value: 18 <= value <= 120),
        ({"type": "integer", "exclusiveMinimum": -2, "maximum": 1.5}, lambda value: value in (-1, 0, 1)),
        ({"type": "integer", "minimum": 0}, lambda value: value >= 0),
        ({"type": "number", "minimum": 0}, lambda value: value >= 0),
        ({"type": "number", "exclusiveMinimum": 0, "maximum": 0.5}, lambda value: 0 < value <= 0.5),
        ({"type": "number", "minimum": -90, "maximum": 90}, lambda value: -90 <= value <= 90),
        ({"type": ["string", "null"], "maxLength": 2}, lambda value: value is None or short(value)),
        ({"type": ["integer", "boolean"], "maximum": 3}, lambda value: value <= 3),
        ({"type": "array", "minItems": 1, "maxItems": 2}, lambda value: 1 <= len(value) <= 2),
        ({"type": "object", "required": ["a"]}, lambda value: "a" in value),
        (
            {"type": "object", "properties": {"b": {"type": "null"}}, "required": ["a", "b"]},
            lambda value: value["b"] is None and "a" in value,
        ),
        ({"allOf": [{"type": "string", "maxLength": 2}], "title": "T"}, short),
        (
            {"properties": {"minimum": {"type": "null"}}, "required": ["minimum"]},
            lambda value: value["minimum"] is None,
        ),
        ({"type": "object", "properties": {"a": True}}, lambda value: isinstance(value, dict)),
    ],
    ids=lambda value: json.dumps(value)[:50] if isinstance(value, dict) else "",
)
def test_what_can_be_enforced_is(llama, schema, fits):
    engine = llama(parallel=8)
    asked = [
        TextRequest(
            prompt="Give an example.",
            sampling=Sampling(temperature=1, seed=seed),
            max_tokens=200,
            schema=json.dumps(schema),
        )
        for seed in range(8)
    ]
    answers = [engine.submit(request) for request in asked]
    engine.run(*answers)
    for answer in answers:
        assert fits(json.loads(answer.text)), answer.text


def test_a_plain_schema_stays_as_it_is() -> None:
    schema = {
        "type": "object",
        "title": "Pet",
        "properties": {"kind": {"enum": ["cat", "dog"]}, "tags": {"type": "array", "items": {"type": "string"}}},
        "required": ["kind"],
        "additionalProperties": False,
    }
    assert expressible(schema) == schema
