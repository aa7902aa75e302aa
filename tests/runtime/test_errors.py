"""Errors: codes that may be relied on, and the exit statuses that the command line promises."""

import json
from collections.abc import Iterator

import msgspec
import pytest

from myna import errors
from myna.errors import EngineError, ErrorInfo, MynaError, from_info


def tree(root: type[MynaError] = MynaError) -> Iterator[type[MynaError]]:
    yield root
    for child in root.__subclasses__():
        yield from tree(child)


OWN = [kind for kind in tree() if kind.__module__ == errors.__name__]

STATUS = {
    "internal": 1,
    "usage": 2,
    "missing": 3,
    "model-missing": 3,
    "extra-missing": 3,
    "device-missing": 3,
    "plugin-missing": 3,
    "prompt-missing": 3,
    "source-unavailable": 3,
    "disk-full": 3,
    "blocked": 4,
    "ask-again": 4,
    "engine": 5,
    "engine-crashed": 5,
    "engine-hung": 5,
    "engine-unloaded": 5,
    "model-quarantined": 5,
    "model-load-failed": 5,
    "out-of-memory": 5,
    "store-failed": 5,
    "plugin-failed": 5,
    "bad-input": 6,
    "bad-model-file": 6,
    "bad-template": 6,
    "bad-grammar": 6,
    "bad-config": 6,
    "bad-policy": 6,
    "bad-prompt": 6,
    "hash-mismatch": 6,
    "prompt-too-long": 6,
    "regression": 4,
    "cancelled": 130,
}
"""Written out, because scripts depend on them: a code that is here may not change or go."""


def test_codes_and_exit_statuses_are_those_that_were_promised():
    assert STATUS.items() <= {kind.code: kind.exit_status for kind in OWN}.items()


def test_every_code_belongs_to_one_error():
    codes = [kind.code for kind in OWN]
    assert len(codes) == len(set(codes))
    assert all(kind.code in vars(kind).values() for kind in OWN), "each error has a code of its own"


@pytest.mark.parametrize("kind", OWN, ids=lambda kind: kind.code)
def test_each_error_keeps_the_exit_status_of_its_branch(kind):
    parents = [parent for parent in kind.__mro__[1:] if issubclass(parent, MynaError) and parent is not MynaError]
    assert all(parent.exit_status == kind.exit_status for parent in parents)
    assert kind.exit_status in {1, 2, 3, 4, 5, 6, 130}


@pytest.mark.parametrize("kind", OWN, ids=lambda kind: kind.code)
def test_each_error_is_drawn_in_the_tree_at_the_top(kind):
    assert any(kind.__name__ in line.split() for line in errors.__doc__.splitlines())


@pytest.mark.parametrize("kind", OWN, ids=lambda kind: kind.code)
def test_an_error_survives_as_data(kind):
    info = msgspec.json.decode(msgspec.json.encode(kind("what happened", hint="do this").info()), type=ErrorInfo)
    error = from_info(info)
    assert type(error) is kind
    assert (str(error), error.message, error.hint) == ("what happened", "what happened", "do this")
    assert kind("x").hint == kind.default_hint


@pytest.mark.parametrize(
    "kind", [errors.BadModelFile, errors.BadTemplate, errors.BadGrammar, errors.SourceUnavailable, errors.HashMismatch]
)
def test_what_comes_from_strangers_has_a_hint(kind):
    assert kind("x").hint


def test_an_empty_hint_stays_empty():
    error = from_info(errors.ModelMissing("gone", hint="").info())
    assert error.hint == ""


def test_an_unknown_code_is_an_engine_error_that_tells_it():
    error = from_info(ErrorInfo("from-the-future", "what happened", "do this"))
    assert type(error) is EngineError
    assert (error.message, error.hint) == ("from-the-future: what happened", "do this")


def test_an_error_of_a_plugin_comes_back_as_itself():
    class Strange(EngineError):
        code = "strange"

    assert type(from_info(Strange("x").info())) is Strange


def test_info_is_what_json_answers_hold():
    encoded = json.loads(msgspec.json.encode(errors.Blocked("not here").info()))
    assert encoded == {"code": "blocked", "message": "not here", "hint": ""}
