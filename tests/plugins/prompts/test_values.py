"""Values for variables: as they are typed, and as data."""

from __future__ import annotations

import pytest

from myna.errors import BadPrompt
from myna_prompts.template import Variable
from myna_prompts.values import bind


@pytest.mark.parametrize(
    ("variable", "given", "value"),
    [
        (Variable(), " as it is ", " as it is "),
        (Variable("integer"), " 7 ", 7),
        (Variable("integer"), 7, 7),
        (Variable("number"), "2.5", 2.5),
        (Variable("boolean"), "Yes", True),
        (Variable("boolean"), "off", False),
        (Variable("list"), "a\n\n b \n", ["a", "b"]),
        (Variable("list"), '["a", "b c"]', ["a", "b c"]),
        (Variable("list"), ("x",), ["x"]),
        (Variable("json"), '{"a": [1, null]}', {"a": [1, None]}),
        (Variable(choices=("a", "b")), "b", "b"),
    ],
)
def test_a_value_becomes_what_its_variable_takes(variable: Variable, given: object, value: object) -> None:
    assert bind({"v": variable}, {"v": given}) == {"v": value}


@pytest.mark.parametrize(
    ("variable", "given", "problem"),
    [
        (Variable(), 3, "must be a text"),
        (Variable(), "\udcff", "is not valid UTF-8"),
        (Variable(max_length=3), "four", "is longer than 3: 4"),
        (Variable(min_length=5), "four", "is shorter than 5: 4"),
        (Variable(required=True), "", "is empty"),
        (Variable(choices=("a", "b")), "c", "must be one of: a, b"),
        (Variable("integer"), "7.5", "must be a whole number"),
        (Variable("integer"), True, "must be a whole number"),
        (Variable("integer"), "9" * 5000, "must be at most 100"),
        (Variable("integer", minimum=1), "0", "must be at least 1"),
        (Variable("number"), "nan", "must be a number"),
        (Variable("number"), "1e999", "must be a number"),
        (Variable("boolean"), "perhaps", "must be true or false"),
        (Variable("list"), [1], "must be a list of texts"),
        (Variable("list", max_length=1), "a\nb", "is longer than 1: 2"),
        (Variable("list"), ["x" * 600_000, "y" * 600_000], "is longer than 1000000 characters"),
        (Variable("json"), "{", "must be JSON"),
        (Variable("json"), "[" * 100 + "]" * 100, "is nested deeper than 64 levels"),
        (Variable("json"), "[" * 100_000, "must be JSON|is nested deeper"),
        (Variable("json", max_length=5), '{"a": 12345}', "is longer than 5"),
    ],
)
def test_what_does_not_fit_is_refused(variable: Variable, given: object, problem: str) -> None:
    if variable.type == "integer" and given == "9" * 5000:
        variable = Variable("integer", maximum=100)
    with pytest.raises(BadPrompt, match=f"the variable v ({problem})"):
        bind({"v": variable}, {"v": given})


def test_a_missing_value_and_one_too_many() -> None:
    variables = {"needed": Variable(required=True), "words": Variable("integer", default=5), "note": Variable()}
    with pytest.raises(BadPrompt, match="the variable needed has no value"):
        bind(variables, {})
    with pytest.raises(BadPrompt, match="the template has no variable wrods; did you mean words"):
        bind(variables, {"needed": "x", "wrods": 3})
    assert bind(variables, {"needed": "x"}) == {"needed": "x", "words": 5, "note": ""}
