"""Chat templates out of model files: what a stranger wrote is rendered within limits, or refused."""

from __future__ import annotations

import contextlib

import pytest

from myna.engine import chat_template
from myna.engine.chat_template import MAX_SOURCE, ChatTemplate
from myna.errors import BadTemplate

MESSAGES = [{"role": "user", "content": "Hi <b>"}]


def render(source, messages=MESSAGES, **options):
    return ChatTemplate(source, bos="<s>", eos="</s>").render(messages, **options)


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(chat_template, "RENDER_SECONDS", 0.2)


@pytest.mark.parametrize(
    ("source", "rendered"),
    [
        ("{{ messages[0].content }}", "Hi <b>"),
        ("{{ messages[0]['content'] | tojson }}", '"Hi <b>"'),
        ("{{ {'a': '你好'} | tojson }}", '{"a": "你好"}'),
        ("{{ bos_token }}{{ eos_token }}", "<s></s>"),
        ("{% if add_generation_prompt %}go{% endif %}", "go"),
        ("{% for i in range(9) %}{% if i == 2 %}{% break %}{% endif %}{{ i }}{% endfor %}", "01"),
        ("{% set ns = namespace(n=0) %}{% for i in [1, 2] %}{% set ns.n = ns.n + i %}{% endfor %}{{ ns.n }}", "3"),
        ("  {% if true %}\nx\n  {% endif %}\n", "x\n"),
        ("{{ 'a' * 3 }}{{ 2 ** 10 }}{{ '%05.1f' % 2.25 }}", "aaa1024002.2"),
        ("{{ tools is none }}", "True"),
        ("{{ 'a' ~ 1 ~ 'b' }}{{ 'a' + 'b' }}{{ [1] + [2] }}", "a1bab[1, 2]"),
        ("{{ ['a', 'b'] | join(', ') }}{{ ', '.join(['c', 'd']) }}", "a, bc, d"),
        ("{{ 'abc' | replace('b', 'x') }}{{ 'abc'.replace('c', 'y') }}", "axcaby"),
        ("{{ 'a\nb' | indent(2) }}", "a\n  b"),
        ("{{ '%s-%d' | format('a', 3) }}{{ '{}-{:>3}'.format('a', 3) }}", "a-3a-  3"),
        ("{% macro m(x) %}[{{ x }}]{% endmacro %}{{ m(1) ~ m(2) }}", "[1][2]"),
        ("{% macro m(obj, context) %}{{ obj }}{{ context }}{% endmacro %}{{ m(obj=1, context=2) }}", "12"),
        ("{{ missing is defined }}", "False"),
        ("{{ strftime_now('%Y') | length }}", "4"),
        ("{{ 'abc'.upper() }}{{ ' x '.strip() }}{{ 'a,b'.split(',') | length }}", "ABCx2"),
    ],
)
def test_what_real_templates_use_works(source, rendered):
    assert render(source) == rendered


def test_options_and_tools_reach_it():
    assert render("{{ mood }}{{ tools[0].name }}", mood="!", tools=[{"name": "clock"}]) == "!clock"


def grow(step, start="'xxxxxxxx'"):
    return f"{{% set ns = namespace(s={start}) %}}{{% for i in range(60) %}}{{% set {step} %}}{{% endfor %}}"


HOSTILE = {
    "endless loop": "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}",
    "endless output": "{% for i in range(99999) %}{% for j in range(99999) %}{{ 'x' * 99999 }}{% endfor %}{% endfor %}",
    "recursion": "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
    "mutual recursion": "{% macro f(n) %}{{ g(n) }}{% endmacro %}{% macro g(n) %}{{ f(n) }}{% endmacro %}{{ f(1) }}",
    "power": "{{ 9 ** 9 ** 9 ** 9 }}",
    "large power": "{{ (10 ** 60) ** 60 ** 3 }}",
    "repetition": "{{ 'x' * 10 ** 12 }}",
    "repetition of a repetition": "{{ (('x' * 99999) * 99999) * 99999 }}",
    "list repetition": "{{ [0] * 10 ** 10 }}",
    "format width": "{{ '%1000000000d' % 1 }}",
    "format star": "{{ '%*d' % (1000000000, 1) }}",
    "format method": "{{ '{:1000000000}'.format(1) }}",
    "format filter": "{{ '%1000000000d' | format(1) }}",
    "center": "{{ 'x' | center(10 ** 10) }}",
    "center method": "{{ 'x'.center(10 ** 10) }}",
    "ljust": "{{ 'x'.ljust(10 ** 10) }}",
    "zfill": "{{ 'x'.zfill(10 ** 10) }}",
    "expandtabs": "{{ '\t'.expandtabs(10 ** 9) }}",
    "indent": "{{ 'x\ny' | indent(10 ** 10) }}",
    "tojson indent": "{{ [1, 2] | tojson(indent=10 ** 10) }}",
    "doubling": grow("ns.s = ns.s + ns.s"),
    "doubling by ~": grow("ns.s = ns.s ~ ns.s"),
    "doubling by a block": grow("ns.s %}{{ ns.s }}{{ ns.s }}{% endset"),
    "doubling a list": grow("ns.s = ns.s + ns.s", "[1]"),
    "replace": "{{ ('x' * 99999).replace('x', 'y' * 99999) }}",
    "replace filter": "{{ ('x' * 99999) | replace('x', 'y' * 99999) }}",
    "replace nothing": "{{ ('x' * 99999).replace('', 'y' * 99999) }}",
    "join method": "{{ ('x' * 99999).join(range(99999) | map('string')) }}",
    "nested format": "{{ '{:{}}'.format(1, 10 ** 9) }}",
    "batch": "{{ [1] | batch(10 ** 9, 0) | list }}",
    "range": "{% for i in range(10 ** 12) %}{% endfor %}",
    "long join": "{{ range(99999) | join('x' * 99999) }}",
    "class": "{{ ''.__class__.__mro__ }}",
    "subclasses": "{{ [].__class__.__base__.__subclasses__() }}",
    "subscript": "{{ messages['__class__'] }}{{ ''['__class__']['x'] }}",
    "init globals": "{{ cycler.__init__.__globals__.os.system('true') }}",
    "namespace": "{{ namespace.__init__.__globals__ }}",
    "format attribute": "{{ '{0.__class__.__mro__}'.format('') }}{{ 1 / 0 }}",
    "generator frame": "{{ (messages | map('upper')).gi_frame.f_globals }}",
    "mutation": "{{ messages.append(1) }}",
    "dict mutation": "{{ messages[0].update(role='system') }}",
    "import": "{% import 'os' as os %}",
    "include": "{% include '/etc/passwd' %}",
    "extends": "{% extends '/etc/passwd' %}",
    "refuses": "{{ raise_exception('no\nsecond line') }}",
    "missing attribute": "{{ messages[0].nothing.more }}",
    "division": "{{ 1 / 0 }}",
    "wrong type": "{{ 'a' + 1 }}",
    "unknown filter": "{{ 1 | nothing }}",
    "syntax": "{% for %}",
    "unclosed": "{% if true %}",
    "deep": "{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}",
    "long chain": "{{ 1" + " + 1" * 100_000 + " }}",
    "bad bytes": "{{ '\\ud800' | tojson }}{{ ''.encode('x') }}",
    "strftime": "{{ strftime_now(1 / 0) }}",
}


# The end of time may come in a callback of the garbage collector first, which reports it and goes on.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_template_is_refused_in_one_line(impatient, name):
    with pytest.raises(BadTemplate) as caught:
        render(HOSTILE[name])
    assert "\n" not in caught.value.message
    assert len(caught.value.message) < 1000


@pytest.mark.parametrize(
    "source",
    [
        "{{ '' | attr('__class__') }}",
        "{{ raise_exception.__globals__ }}",
        "{{ messages.__class__ }}",
        "{{ (1).__add__ }}",
    ],
)
def test_what_is_hidden_is_not_there(source):
    assert render(source) == ""


class Swallowing(dict):
    """As a frame does that is too deep to handle the end of time: it raises an error of its own."""

    def __getitem__(self, key):
        try:
            while True:
                pass
        finally:
            raise RecursionError


def test_an_end_of_time_that_becomes_another_error_ends_too(impatient):
    with pytest.raises(BadTemplate, match="RecursionError"):
        render("{{ messages[0]['content'] }}", [Swallowing(role="user")])


class Losing(dict):
    """As a callback of the garbage collector does: what is raised in it goes no further."""

    def __getitem__(self, key):
        with contextlib.suppress(BaseException):
            while True:
                pass
        while True:
            pass


def test_an_end_of_time_that_is_lost_comes_again(impatient):
    with pytest.raises(BadTemplate, match="did not finish"):
        render("{{ messages[0]['content'] }}", [Losing(role="user")])


def test_one_that_is_too_long_is_not_even_compiled():
    with pytest.raises(BadTemplate, match="characters"):
        ChatTemplate("x" * (MAX_SOURCE + 1), bos="", eos="")


def test_output_has_a_limit(monkeypatch):
    monkeypatch.setattr(chat_template, "MAX_OUTPUT", 1000)
    with pytest.raises(BadTemplate, match="1,000 characters"):
        render("{% for i in range(500) %}abc{% endfor %}")


def test_after_a_template_ran_out_of_time_the_next_is_rendered(impatient):
    for _ in range(2):
        with pytest.raises(BadTemplate, match="did not finish"):
            render(HOSTILE["endless loop"])
        assert render("{{ messages[0].content }}") == "Hi <b>"


def test_messages_are_as_they_were(impatient):
    messages = [{"role": "user", "content": "Hi"}]
    for name in ("mutation", "dict mutation"):
        with pytest.raises(BadTemplate):
            render(HOSTILE[name], messages)
    assert messages == [{"role": "user", "content": "Hi"}]


def test_text_of_messages_is_never_a_template():
    assert (
        render("{{ messages[0].content }}", [{"role": "user", "content": "{{ 1 + 1 }}{% raw %}"}])
        == "{{ 1 + 1 }}{% raw %}"
    )
