"""Templates of strangers: what could run away is refused by name or ended by a limit."""

from __future__ import annotations

import pytest

from myna.errors import BadPrompt
from myna_prompts.rendering import render

VALUES = {"input": "hello"}


@pytest.mark.parametrize(
    ("system", "problem"),
    [
        ("{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}", "macro is not allowed"),
        ("{% for a in [[1]] recursive %}{{ loop(a) }}{% endfor %}", "a recursive loop is not allowed"),
        ("{% include 'secret' %}", "include is not allowed"),
        ("{% extends 'x' %}", "extends is not allowed"),
        ("{% import 'x' as y %}", "import is not allowed"),
        ("{% block a %}{% endblock %}", "block is not allowed"),
        ("{% autoescape true %}{% endautoescape %}", "autoescape"),
        ("{% set x %}a{% endset %}", "set block is not allowed"),
        ("{{ input.upper() }}", "a call is not allowed"),
        ("{{ range.__call__(3) }}", "a call is not allowed"),
        ("{{ input | attr('upper') }}", "there is no filter attr"),
        ("{{ 10 ** 9 }}", "** is not allowed"),
        ("{{ inptu }}", "there is no variable inptu; did you mean input?"),
        ("{{ cycler }}", "there is no variable cycler"),
        ("{{ self }}", "there is no variable self"),
        ("{{ input", "unexpected end of template"),
        ("{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}", "nested too deeply"),
    ],
)
def test_refused_when_it_is_loaded(make, system: str, problem: str) -> None:
    with pytest.raises(BadPrompt, match="the template tried: system") as caught:
        make(f"system = '''{system}'''")
    assert problem in caught.value.message


@pytest.mark.parametrize(
    ("system", "problem"),
    [
        ("{{ input.__class__ }}", "__class__ cannot be read of a text"),
        ("{{ input['__class__'] }}", "__class__"),
        ("{{ (1).real }}", "real cannot be read of a number"),
        ("{{ [1] | map(attribute='__class__') | list }}", "__class__ cannot be read"),
        ("{{ [input] | sum(attribute='upper') }}", "has no attribute 'upper'"),
        ("{{ range(3).start }}", "start cannot be read"),
        ("{% for i in range(9) %}{{ loop.__class__ }}{% endfor %}", "__class__ cannot be read"),
        ("{{ 'x' * 1000000000 }}", "more than"),
        ("{{ range(1000000000) | list }}", "range gives at most 100,000 numbers"),
        ("{{ range(10 * 1000000000 * 1000000000 * 1000000000) | list }}", "range gives at most 100,000 numbers"),
        ("{{ input | indent(1000000000) }}", "not allowed"),
        ("{{ 'a' | replace('', 'x' * 99999) | replace('x', 'y' * 99999) }}", "not allowed"),
        ("{{ 1.5 | round(1000000000) }}", "round takes at most"),
        ("{{ '%1000000000d' % 1 }}", "% is for numbers"),
        ("{{ [1] | tojson(indent=1000000000) }}", "indent"),
        ("{% for a in range(99999) %}{% endfor %}", "more than 10,000 turns"),
        ("{% for a in range(200) %}{% for b in range(200) %}{% endfor %}{% endfor %}", "more than 10,000 turns"),
        ("{% for a in range(9000) %}{{ 'x' * 90000 }}{% endfor %}", "characters"),
        ("{% for a in range(9000) %}{% set b = 'x' * 90000 %}{% endfor %}", "characters"),
        ("{% set a = 10 %}" + "{% set a = a * a %}" * 40, "a number that large"),
        ("{{ 1 / 0 }}", "ZeroDivisionError"),
        ("{{ given.gone }}", "has no attribute 'gone'"),
        ("{{ given.gone.deeper }}", "has no attribute 'gone'"),
    ],
)
def test_ended_when_it_is_rendered(make, system: str, problem: str) -> None:
    loaded = make(f'variables.given = {{ type = "json", default = {{ a = 1 }} }}\nsystem = """{system}"""')
    with pytest.raises(BadPrompt) as caught:
        render(loaded, VALUES)
    assert "the template tried failed" in caught.value.message
    assert problem in caught.value.message


def test_constants_are_bounded_too(make) -> None:
    """Jinja computes constant expressions when it compiles."""
    with pytest.raises(BadPrompt):
        render(make("system = \"{{ ('x' * 90000) | list | join('y' * 90000) }}\""), VALUES)


@pytest.mark.parametrize(
    ("system", "text"),
    [
        ("{% for a in ['x', 'y'] %}{{ loop.index }}{{ a }}{% if not loop.last %}, {% endif %}{% endfor %}", "1x, 2y"),
        ("{{ input | upper | truncate(4, true, '', 0) }}", "HELL"),
        ("{{ 'yes' if input else 'no' }} {{ 7 // 2 }} {{ input ~ '!' }}", "yes 3 hello!"),
        ("{{ {'a': {'b': [1, 2]}}.a.b[1] }}", "2"),
        ("{% for n in range(3) %}{{ n }}{% endfor %}", "012"),
        ("{{ ['b', 'a'] | sort | join('-') }}{{ input[::-1] }}", "a-bolleh"),
        ("{{ {'k': 1} | tojson }}", '{"k": 1}'),
    ],
)
def test_what_recipes_need_works(make, system: str, text: str) -> None:
    assert render(make(f'system = """{system}"""'), VALUES).system == text
