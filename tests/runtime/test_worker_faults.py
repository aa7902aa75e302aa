import errno

import msgspec
import pytest

from myna.engine.protocols import EngineSpec
from myna.errors import (
    BadInput,
    BadModelFile,
    EngineCrashed,
    EngineError,
    ExtraMissing,
    ModelLoadFailed,
    OutOfMemory,
)
from myna.worker.faults import Isolated, translated

SPEC = EngineSpec("whisper", "myna_speech.engine:Whisper", {}, extra="speech")


@pytest.mark.parametrize(
    ("error", "phase", "kind"),
    [
        (BadModelFile("x"), "load", BadModelFile),
        (MemoryError(), "load", OutOfMemory),
        (OSError(errno.ENOMEM, "no"), "load", OutOfMemory),
        (MemoryError(), "work", OutOfMemory),
        (ValueError("x"), "load", ModelLoadFailed),
        (ValueError("x"), "submit", EngineError),
        (msgspec.ValidationError("x"), "submit", BadInput),
        (ValueError("x"), "work", EngineCrashed),
        (ImportError("libfoo.so: not found"), "load", ModelLoadFailed),
    ],
)
def test_what_an_engine_raises_becomes_one_of_ours(error, phase, kind):
    ours = translated(error, SPEC, phase)
    assert type(ours) is kind


def test_a_missing_package_names_the_extra_that_brings_it():
    ours = translated(ModuleNotFoundError("No module", name="ctranslate2"), SPEC, "load")
    assert isinstance(ours, ExtraMissing)
    assert "ctranslate2" in ours.message
    assert "myna[speech]" in ours.hint


def test_a_missing_engine_is_not_a_missing_extra():
    for name in ("myna_speech", "myna_speech.engine"):
        assert isinstance(translated(ModuleNotFoundError("x", name=name), SPEC, "load"), ModelLoadFailed)


def test_a_foreign_error_is_isolated_and_its_traceback_logged(capsys):
    with Isolated(SPEC, "submit") as isolated:
        raise ValueError("a detail")
    assert isinstance(isolated.error, EngineError)
    assert "Traceback" in capsys.readouterr().err


def test_our_own_errors_leave_no_traceback(capsys):
    with Isolated(SPEC, "load") as isolated:
        raise BadModelFile("x")
    assert isinstance(isolated.error, BadModelFile)
    assert capsys.readouterr().err == ""


def test_an_exit_is_not_isolated():
    with pytest.raises(SystemExit), Isolated(SPEC, "work"):
        raise SystemExit(3)


def test_a_long_message_is_cut():
    assert len(translated(ValueError("x" * 100_000), SPEC, "load").message) < 1200
