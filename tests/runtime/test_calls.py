"""Calls of tools in what models write: found in every style, however the stream is cut, and never out of nothing."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from myna.calls.arguments import MOST_DEPTH, Arguments
from myna.calls.reader import Argued, Begun, Broken, Call, CallReader, Ended, Said, gathered
from myna.calls.styles import STYLES
from myna.calls.written import Rewriting, reading

NAMES = {"weather", "clock"}
WIEN = '{"city": "Wien"}'
WRITTEN = {
    "hermes": (
        f'<tool_call>\n{{"name": "weather", "arguments": {WIEN}}}\n</tool_call>',
        f'<tool_call>{{"name":"weather","arguments":{WIEN}}}',
        f'<tool_call>\n{{"arguments": {WIEN}, "name": "weather"}}\n</tool_call>',
    ),
    "llama": (
        f'{{"name": "weather", "parameters": {WIEN}}}',
        f'<|python_tag|>{{"name": "weather", "parameters": {WIEN}}}',
        f'{{"type": "function", "name": "weather", "parameters": {WIEN}}}',
    ),
    "mistral": (
        f'[TOOL_CALLS] [{{"name": "weather", "arguments": {WIEN}}}]',
        f'[TOOL_CALLS][{{"name": "weather", "arguments": {WIEN}, "id": "abcdefghi"}}]',
    ),
    "mistral-named": (
        f"[TOOL_CALLS]weather[ARGS]{WIEN}",
        f"[TOOL_CALLS]weather[CALL_ID]abcdefghi[ARGS]{WIEN}",
        f"[TOOL_CALLS]weather{WIEN}",
    ),
}
TWO = {
    "hermes": "{0}\n{1}",
    "llama": "{0}; {1}",
    "mistral-named": "{0}{1}",
}


def read(style, pieces):
    """Both readings: of the model's own style, and of the form inside Myna."""
    rewriting = Rewriting(STYLES[style], NAMES)
    passed = [rewriting.feed(piece) for piece in pieces]
    passed.append(rewriting.feed("", final=True))
    reader = reading(NAMES)
    return gathered([found for piece in passed for found in reader.feed(piece)] + reader.finish())


def shown(calls):
    return [(call.name, json.loads(call.arguments)) for call in calls]


@pytest.mark.parametrize(("style", "text"), [(style, text) for style, texts in WRITTEN.items() for text in texts])
def test_each_style_is_read(style, text):
    for pieces in ([text], list(text)):
        said, calls = read(style, pieces)
        assert (said, shown(calls)) == ("", [("weather", {"city": "Wien"})])


@pytest.mark.parametrize("style", TWO)
def test_several_calls(style):
    first = WRITTEN[style][0]
    text = TWO[style].format(first, first.replace("weather", "clock"))
    said, calls = read(style, list(text))
    assert (said, [call.name for call in calls]) == ("", ["weather", "clock"])


def test_several_calls_in_a_list():
    two = ", ".join(f'{{"name": "{name}", "arguments": {WIEN}}}' for name in ("weather", "clock"))
    assert [call.name for call in read("mistral", list(f"[TOOL_CALLS] [{two}]"))[1]] == ["weather", "clock"]


@pytest.mark.parametrize("style", ["hermes", "mistral", "mistral-named"])
def test_text_around_calls_stays(style):
    said, calls = read(style, list(f"One moment. {WRITTEN[style][0]}\n\nDone < now."))
    assert (said, len(calls)) == ("One moment.\n\nDone < now.", 1)


def test_bare_json_is_a_call_only_where_nothing_was_said():
    call = WRITTEN["llama"][0]
    assert read("llama", [f"Look: {call}"]) == (f"Look: {call}", [])


NO_CALLS = [
    ("hermes", "no call at all <"),
    ("hermes", "<tool_cal"),
    ("hermes", "<tool_call>"),
    ("hermes", "<tool_call>nonsense</tool_call>"),
    ("hermes", '<tool_call>{"name": "other", "arguments": {}}</tool_call>'),
    ("hermes", '<tool_call>{"name": "weather", "arguments": "x"}</tool_call>'),
    ("hermes", '<tool_call>{"name": "weather", "arguments": [1]}</tool_call>'),
    ("hermes", '<tool_call>{"name": "weather"}</tool_call>'),
    ("hermes", '<tool_call>{"arguments": {}, "name": 3}</tool_call>'),
    ("hermes", "<tool_call>" + "[" * 5000),
    ("hermes", "<tool_call>" + '{"a":' * 5000),
    ("hermes", '<tool_call>{"a": "' + "x" * 100_000),
    ("llama", '{"city": "Wien"}'),
    ("llama", '{"name": "other", "parameters": {}}'),
    ("llama", "<|python_tag|>print(1)"),
    ("mistral", "[TOOL_CALLS] nothing"),
    ("mistral", "[1, 2]"),
    ("mistral-named", "[TOOL_CALLS]other[ARGS]{}"),
    ("mistral-named", "[TOOL_CALLS]weather[ARGS][]"),
]


@pytest.mark.parametrize(("style", "text"), NO_CALLS)
def test_what_is_no_call_stays_text(style, text):
    assert read(style, [text]) == (text, [])
    if len(text) < 6000:
        assert read(style, list(text)) == (text, [])


@pytest.mark.parametrize(
    "arguments",
    [
        '{"a": x}',
        '{"a": "\\q"}',
        '{"a": "\\u00g0"}',
        '{"a": "\\ud83d\\u00g0"}',
        '{"a": [}]}',
        '{"a": 1,}',
        '{"a": "cut',
        '{"a": "\\',
        '{"a": "\\u12',
        '{"a":' * 5000,
    ],
)
def test_a_call_whose_arguments_are_none_is_text(arguments):
    text = f'{{"name": "weather", "parameters": {arguments}}} so'
    for pieces in ([text], list(text)):
        said, calls = read("llama", pieces)
        assert calls == []
        # In the form inside Myna, since that is what the filters have let out.
        assert said.startswith('<tool_call>{"name":"weather","arguments":{"a":')


def test_without_a_tool_of_this_name_nothing_is_lost_behind_it():
    assert read("hermes", [f"<tool_call><tool_call>{WRITTEN['hermes'][1][11:]}</tool_call>"])[0] == "<tool_call>"


def test_pieces_come_as_they_are_written():
    reader = CallReader(STYLES["hermes"], NAMES, "strict")
    assert reader.feed("Wait <tool") == [Said("Wait")]
    assert reader.inside is False
    assert reader.feed('_call>{"name": "weather"') == []
    assert reader.inside
    assert reader.feed(', "arguments": {"ci') == [Begun("weather"), Argued('{"ci')]
    assert (reader.open, reader.written) == ("weather", 4)
    assert reader.feed('ty": "W') == [Argued('ty": "W')]
    assert reader.feed('ien"}}') == [Argued('ien"}'), Ended()]
    assert (reader.open, reader.calls) == ("", 1)
    assert reader.finish() == []


def test_a_call_that_breaks_off_says_all_that_was_written_of_it():
    reader = CallReader(STYLES["hermes"], NAMES, "strict")
    text = 'a <tool_call>{"name": "weather", "arguments": {"city": "W'
    found = [*reader.feed(text), *reader.finish()]
    assert found[0] == Said("a")
    assert found[-1] == Broken(text[1:])


def test_filters_read_what_the_tool_will():
    arguments = '{"a": "\\u0069d\\nx \\ud83d\\ude00 \\"\\\\ \\/ \\ud83d!"}'
    text = f'<tool_call>{{"name": "weather", "arguments": {arguments}}}</tool_call>'
    rewriting = Rewriting(STYLES["hermes"], NAMES)
    assert '"id\nx 😀 \\"\\\\ / \ufffd!"' in rewriting.feed(text)
    (call,) = read("hermes", list(text))[1]
    assert json.loads(call.arguments) == {"a": 'id\nx 😀 "\\ / \ufffd!'}


def test_depth_is_bounded():
    for depth, fits in ((MOST_DEPTH - 1, True), (MOST_DEPTH, False)):
        arguments = Arguments("strict")
        arguments.feed('{"a":' + "[" * depth + "]" * depth + "}")
        assert (arguments.ended, arguments.broken) == (fits, not fits)


TEXT = st.text(st.characters(codec="utf-8"), max_size=12)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
CALLS = st.lists(st.tuples(st.sampled_from(sorted(NAMES)), st.dictionaries(TEXT, VALUES, max_size=3)), max_size=3)


def write(style, calls, *, plain):
    given = [(name, json.dumps(arguments, ensure_ascii=not plain)) for name, arguments in calls]
    if style == "hermes":
        return "\n".join(f'<tool_call>\n{{"name": "{n}", "arguments": {a}}}\n</tool_call>' for n, a in given)
    if style == "llama":
        return ";".join(f'{{"name": "{n}", "parameters": {a}}}' for n, a in given)
    if style == "mistral":
        listed = ", ".join(f'{{"name": "{n}", "arguments": {a}}}' for n, a in given)
        return f"[TOOL_CALLS][{listed}]" if given else ""
    return "".join(f"[TOOL_CALLS]{n}[ARGS]{a}" for n, a in given)


@pytest.mark.parametrize("style", STYLES)
@given(calls=CALLS, plain=st.booleans(), cuts=st.lists(st.integers(1, 9), min_size=1, max_size=20))
def test_calls_survive_any_cut(style, calls, plain, cuts):
    text = write(style, calls, plain=plain)
    said, found = read(style, cut(text, cuts))
    assert (said, shown(found)) == ("", [(name, arguments) for name, arguments in calls])


FRAGMENTS = st.sampled_from(
    [
        "<tool_call>",
        "</tool_call>",
        '{"name": "weather", "arguments": ',
        '"parameters": ',
        "{",
        "}",
        '"',
        "\\",
        "\n",
        "[TOOL_CALLS]",
        "[ARGS]",
        "weather",
        "<|python_tag|>",
        "[",
        "]",
        ",",
        ";",
        " ",
        "a",
        "\\u00",
        "天",
    ]
)


@pytest.mark.parametrize("style", STYLES)
@given(pieces=st.lists(FRAGMENTS, max_size=25), cuts=st.lists(st.integers(1, 9), min_size=1, max_size=20))
def test_garbage_reads_the_same_however_it_is_cut(style, pieces, cuts):
    text = "".join(pieces)
    whole = events(style, [text])
    assert events(style, cut(text, cuts)) == whole
    assert events(style, list(text)) == whole
    _, calls = gathered(whole)
    assert all(isinstance(json.loads(call.arguments, strict=False), dict) for call in calls)


def cut(text, sizes):
    pieces, at = [], 0
    while at < len(text):
        size = sizes[len(pieces) % len(sizes)]
        pieces.append(text[at : at + size])
        at += size
    return pieces


def events(style, pieces):
    """With neighbours of one kind joined."""
    reader = CallReader(STYLES[style], NAMES, "strict")
    joined = []
    for found in [*(found for piece in pieces for found in reader.feed(piece)), *reader.finish()]:
        if joined and type(found) is type(joined[-1]) and isinstance(found, Said | Argued):
            joined[-1] = type(found)(joined[-1].text + found.text)
        else:
            joined.append(found)
    return joined


def test_gathered_calls_are_plain():
    assert gathered([Begun("clock"), Argued("{"), Argued("}"), Ended()]) == ("", [Call("clock", "{}")])
