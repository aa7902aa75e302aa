"""Files that are no models, memory that is short, and options that make no sense."""

from __future__ import annotations

import pytest

from myna.engine.gguf import read_header
from myna.engine.llama.model import SMALLEST_CONTEXT, plan_load
from myna.engine.llama.options import LlamaOptions
from myna.errors import BadModelFile, ModelMissing, MynaError, OutOfMemory, UsageError
from myna.testing.tiny_gguf import write_projector, write_tiny_adapter, write_tiny_model


def file_of(kind, folder, tiny_model):
    path = folder / "model.gguf"
    whole = tiny_model.read_bytes()
    match kind:
        case "text":
            path.write_text("I am a poem, not a model.\n" * 10)
        case "empty":
            path.touch()
        case "cut off in its weights":
            path.write_bytes(whole[: len(whole) - 4096])
        case "cut off in its header":
            path.write_bytes(whole[:600])
        case "a projector":
            write_projector(path)
        case "an adapter":
            write_tiny_adapter(path)
        case "an unknown architecture":
            write_tiny_model(path, architecture="birdbrain")
        case "noise after the magic number":
            path.write_bytes(whole[:8] + bytes(range(256)) * 40)
    return path


@pytest.mark.parametrize(
    "kind",
    [
        "text",
        "empty",
        "cut off in its weights",
        "cut off in its header",
        "a projector",
        "an adapter",
        "an unknown architecture",
        "noise after the magic number",
    ],
)
def test_what_is_no_model_is_said_to_be_none(llama, tmp_path, tiny_model, kind):
    path = file_of(kind, tmp_path, tiny_model)
    with pytest.raises(BadModelFile) as caught:
        llama(model=path)
    assert "model.gguf" in caught.value.message
    assert "\n" not in caught.value.message


@pytest.mark.parametrize("name", ["missing.gguf", "", "\0"])
def test_what_is_not_there(llama, tmp_path, name):
    with pytest.raises(MynaError) as caught:
        llama(model=tmp_path / name)
    assert isinstance(caught.value, ModelMissing)


@pytest.mark.parametrize("options", [{"unknown": 1}, {"kv_type": "f64"}, {"context": "long"}])
def test_options_that_make_no_sense(llama, options):
    with pytest.raises(UsageError, match="options"):
        llama(**options)


def test_a_model_after_a_failed_one_loads(llama, tmp_path, tiny_model):
    with pytest.raises(BadModelFile):
        llama(model=file_of("an unknown architecture", tmp_path, tiny_model))
    assert llama().engine.info.context == 512


def test_what_is_known_of_a_model(llama, tiny_model):
    info = llama().engine.info
    assert (info.context, info.context_wanted, info.device) == (512, 512, "cpu")
    assert 0 < info.weights_bytes <= tiny_model.stat().st_size
    assert info.load_ms > 0
    assert info.details["vocabulary"] == "274"


def test_closing_twice_is_harmless(llama):
    engine = llama()
    engine.engine.close()
    engine.engine.close()


# how much fits

MB = 1_000_000


@pytest.fixture
def header(tmp_path):
    return read_header(write_tiny_model(tmp_path / "large.gguf", context=32_768))


def plan(header, available, **options):
    return plan_load(header, LlamaOptions(**{"context": 32_768, "memory_reserve_mb": 10, **options}), available)


def test_with_memory_enough_all_is_as_asked(header):
    made = plan(header, 10_000 * MB)
    assert (made.context, made.wanted, made.max_cells) == (32_768, 32_768, 4 * 32_768)
    assert made.cells == LlamaOptions().initial_cells


def test_no_more_context_than_the_model_was_trained_with(header):
    assert plan(header, 10_000 * MB, context=100_000).wanted == 32_768
    assert plan(header, 10_000 * MB, context=0).wanted == 32_768


def test_with_less_memory_the_context_shrinks_until_it_fits(header):
    enough = plan(header, 10_000 * MB, max_cells=32_768).need.total
    made = plan(header, enough // 2 + 10 * MB)
    assert SMALLEST_CONTEXT <= made.context < made.wanted == 32_768
    assert made.need.total <= enough // 2
    assert made.context <= made.max_cells


def test_everything_but_the_reserve_may_be_used(header):
    need = plan(header, 10_000 * MB, max_cells=32_768).need.total
    assert plan(header, need + 10 * MB, max_cells=32_768).context == 32_768
    assert plan(header, need + 10 * MB - 1, max_cells=32_768).context < 32_768


@pytest.mark.parametrize("available", [0, 9 * MB, 10 * MB + 1])
def test_where_nothing_fits_the_error_has_the_numbers(header, available):
    with pytest.raises(OutOfMemory, match=r"large.gguf needs 0\.0\d GB .* 512 tokens, and 0\.00 GB of 0\.0\d GB"):
        plan(header, available)


def test_the_engine_looks_at_the_memory_that_there_is(llama, monkeypatch):
    monkeypatch.setattr("myna.engine.llama.model.available_memory", lambda: 1000)
    with pytest.raises(OutOfMemory):
        llama()
