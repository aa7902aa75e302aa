"""States of long system prompts on disk: warm after a restart, and never used when anything differs."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from myna.engine.protocols import Lora, Sampling, TextRequest
from myna.engine.text.prefix_store import MIN_TOKENS, PrefixStore
from myna.messages import system, user
from myna.testing.tiny_gguf import NEVER_END, write_tiny_model
from myna.tools import NO_TOOLS

SYSTEM = system("Answer as a bird would, " * 10)


def ask(text="Who are you?", **changes):
    fields = {
        "messages": (SYSTEM, user(text)),
        "sampling": Sampling(temperature=0, logit_bias=NEVER_END),
        "max_tokens": 10,
        "logprobs": 0,
        **changes,
    }
    return TextRequest(**fields)


def states(folder: Path) -> list[Path]:
    return sorted((folder / "prefixes").glob("*.state"))


@pytest.fixture
def kept(llama, tmp_path):
    """An answer whose system prompt was kept in `tmp_path`."""
    engine = llama(cache_dir=tmp_path)
    answer = engine.ask(ask())
    engine.idle()
    assert len(states(tmp_path)) == 1
    return answer


def test_a_restart_is_warm(llama, tmp_path, kept):
    again = llama(cache_dir=tmp_path).ask(ask())
    assert again.end.usage.prompt_tokens - again.end.usage.cached_tokens < 40
    assert again.tokens == kept.tokens


def test_another_question_under_the_same_prompt_is_warm_too(llama, tmp_path, kept):
    other = llama(cache_dir=tmp_path).ask(ask("Something else?"))
    assert other.end.usage.cached_tokens > MIN_TOKENS


def test_the_state_ends_with_the_system_prompt(llama, tmp_path, kept):
    # Nothing of the question is in it: it belongs to whoever asked.
    engine = llama(cache_dir=tmp_path)
    first, second = (engine.engine._prompts.from_messages((SYSTEM, user(q)), tools=NO_TOOLS, options={}) for q in "ab")
    assert first.prefix == second.prefix
    assert first.tokens[: first.prefix] == second.tokens[: second.prefix]
    assert engine.engine._vocabulary.is_control(first.tokens[first.prefix - 1])


def test_closing_keeps_what_was_not_kept_yet(llama, tmp_path):
    with llama(cache_dir=tmp_path) as engine:
        engine.ask(ask())
        assert not states(tmp_path)
    assert len(states(tmp_path)) == 1


def test_a_second_restart_writes_nothing_new(llama, tmp_path, kept):
    before = states(tmp_path)[0].read_bytes()
    engine = llama(cache_dir=tmp_path)
    engine.ask(ask())
    engine.idle()
    (only,) = states(tmp_path)
    assert only.read_bytes() == before
    assert not list((tmp_path / "prefixes").glob("*.partial"))


def damaged(data: bytes, damage: str) -> bytes:
    changed = bytearray(data)
    match damage:
        case "cut":
            del changed[-100:]
        case "longer":
            changed += b"x"
        case "empty":
            changed.clear()
        case "foreign":
            changed[:4] = b"\x7f" * 4
        case "zeros at the end":
            changed[4096:] = bytes(len(changed) - 4096)
        case "one bit":
            changed[len(changed) // 2] ^= 1
    return bytes(changed)


@pytest.mark.parametrize("damage", ["cut", "longer", "empty", "foreign", "zeros at the end", "one bit"])
def test_a_damaged_file_is_not_used_and_is_replaced(llama, tmp_path, kept, damage):
    (path,) = states(tmp_path)
    data = path.read_bytes()
    path.write_bytes(damaged(data, damage))
    engine = llama(cache_dir=tmp_path)
    again = engine.ask(ask())
    assert again.end.usage.cached_tokens == 0
    assert again.tokens == kept.tokens
    engine.idle()
    assert states(tmp_path)[0].read_bytes() == data


def test_a_state_of_other_tokens_under_this_name_is_not_used(llama, tmp_path, kept):
    (path,) = states(tmp_path)
    engine = llama(cache_dir=tmp_path / "other")
    engine.ask(ask(messages=(system("Another bird, " * 20), user("hi"))))
    engine.idle()
    (other,) = states(tmp_path / "other")
    path.unlink()
    other.rename(path.with_name(path.stem.split("-")[0] + "-" + other.name.split("-", 1)[1]))
    again = llama(cache_dir=tmp_path).ask(ask())
    assert again.end.usage.cached_tokens == 0
    assert again.tokens == kept.tokens


def test_another_model_does_not_match(llama, tmp_path, kept):
    other = write_tiny_model(tmp_path / "other.gguf", seed=2)
    assert llama(model=other, cache_dir=tmp_path).ask(ask()).end.usage.cached_tokens == 0


def test_another_kind_of_cache_does_not_match(llama, tmp_path, kept):
    assert llama(kv_type="q8_0", cache_dir=tmp_path).ask(ask()).end.usage.cached_tokens == 0


def test_another_adapter_does_not_match(llama, tmp_path, kept, tiny_adapter):
    adapted = ask(loras=(Lora(str(tiny_adapter)),))
    assert llama(cache_dir=tmp_path).ask(adapted).end.usage.cached_tokens == 0


def test_whoever_asks_may_forbid_it(llama, tmp_path):
    with llama(cache_dir=tmp_path) as engine:
        engine.ask(ask(persist_prefix=False))
    assert not states(tmp_path)


@pytest.mark.parametrize("options", [{"prefix_cache_mb": 0}, {"cache_dir": None}])
def test_it_can_be_switched_off(llama, tmp_path, options):
    with llama(**{"cache_dir": tmp_path, **options}) as engine:
        engine.ask(ask())
    assert not states(tmp_path)


def test_a_short_prompt_is_not_kept(llama, tmp_path):
    with llama(cache_dir=tmp_path) as engine:
        engine.ask(ask(messages=(system("short"), user("x" * 300))))
    assert not states(tmp_path)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_only_costs_time(llama, tmp_path):
    tmp_path.chmod(0o500)
    answer = llama(cache_dir=tmp_path).ask(ask())
    assert answer.end.reason == "length"


def test_a_file_in_place_of_the_folder_only_costs_time(llama, tmp_path, capfd):
    (tmp_path / "prefixes").write_text("in the way")
    engine = llama(cache_dir=tmp_path)
    answer = engine.ask(ask())
    engine.idle()
    assert answer.end.reason == "length"
    assert "was not kept" in capfd.readouterr().err


def test_a_state_larger_than_the_room_only_costs_time(llama, tmp_path, kept):
    engine = llama(cache_dir=tmp_path, initial_cells=512, max_cells=512)
    busy = engine.submit(ask(messages=(user("y" * 350),), max_tokens=50))
    engine.until(lambda: busy.tokens)
    again = engine.submit(ask())
    engine.run(busy, again)
    assert again.tokens == kept.tokens


# the folder itself


def tokens(first: int) -> np.ndarray:
    return np.arange(first, first + MIN_TOKENS, dtype=np.int32)


def put(store: PrefixStore, first: int, size: int, age: float) -> Path:
    temporary = store.temporary()
    temporary.write_bytes(b"s" * size)
    os.utime(temporary, (age, age))
    store.commit(temporary, tokens(first), ())
    return next(path for path in store._folder.glob("*.state") if path.name.startswith(store._stem(tokens(first), ())))


def test_the_oldest_goes_first_when_the_limit_is_reached(tmp_path):
    store = PrefixStore(tmp_path, context_key="k", limit_bytes=250)
    old, newer = put(store, 0, 100, 1000.0), put(store, 1, 100, 2000.0)
    # Using the older one makes it the newer.
    assert store.find(tokens(0), ()) == old
    newest = put(store, 2, 100, 3000.0)
    assert old.exists()
    assert not newer.exists()
    assert newest.exists() or store.find(tokens(2), ()) is None


def test_one_state_above_the_limit_is_not_kept(tmp_path):
    store = PrefixStore(tmp_path, context_key="k", limit_bytes=50)
    temporary = store.temporary()
    temporary.write_bytes(b"s" * 100)
    store.commit(temporary, tokens(0), ())
    assert not list(tmp_path.iterdir())


def test_keys_tell_everything_apart(tmp_path):
    store = PrefixStore(tmp_path, context_key="k", limit_bytes=1000)
    put(store, 0, 10, 1000.0)
    assert store.find(tokens(0), ())
    assert store.find(tokens(0), (("adapter", 1.0),)) is None
    assert store.find(tokens(1), ()) is None
    assert store.find(np.arange(MIN_TOKENS + 1, dtype=np.int32), ()) is None
    assert PrefixStore(tmp_path, context_key="other", limit_bytes=1000).find(tokens(0), ()) is None
    assert not store.wants(tokens(0), ())
    assert store.wants(tokens(1), ())


def test_a_damaged_file_is_removed(tmp_path):
    store = PrefixStore(tmp_path, context_key="k", limit_bytes=1000)
    path = put(store, 0, 10, 1000.0)
    path.write_bytes(b"s" * 9 + b"t")
    assert store.find(tokens(0), ()) is None
    assert not path.exists()
