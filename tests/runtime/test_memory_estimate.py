from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from myna.engine.gguf import GgufHeader, GgufTensor
from myna.engine.gguf_read import ArrayInfo
from myna.engine.memory import _cgroup_left, available_memory, cache_bytes_per_token, estimate


def header(**changes: Any) -> GgufHeader:
    """SmolLM2-135M, as its file says it."""
    metadata: dict[str, Any] = {
        "general.architecture": "llama",
        "llama.block_count": 30,
        "llama.embedding_length": 576,
        "llama.feed_forward_length": 1536,
        "llama.attention.head_count": 9,
        "llama.attention.head_count_kv": 3,
        **{key.replace("__", "."): value for key, value in changes.items()},
    }
    tensors = (GgufTensor("token_embd.weight", (576, 49152), "Q8_0", 0, 96_576_768),)
    arrays = {"tokenizer.ggml.tokens": ArrayInfo("string", 49152, 0)}
    return GgufHeader("tiny.gguf", 0, 3, metadata, arrays, tensors, 0)


MIB = 1 << 20


@pytest.mark.parametrize(("context", "kv_type", "mib"), [(8192, "f16", 180), (2048, "f16", 45), (8192, "q8_0", 95.625)])
def test_the_cache_is_what_llama_cpp_reports(context: int, kv_type: str, mib: float) -> None:
    assert estimate(header(), context=context, kv_type=kv_type).cache == mib * MIB


@pytest.mark.parametrize(
    ("context", "batch", "flash", "measured"),
    [(8192, 512, True, 98.25), (2048, 512, True, 102.51), (8192, 128, True, 24.56), (8192, 512, False, 166.38)],
)
def test_the_compute_buffer_is_never_estimated_too_small(
    context: int, batch: int, flash: bool, measured: float
) -> None:
    need = estimate(header(), context=context, batch=batch, flash_attention=flash)
    assert measured * MIB <= need.compute <= 1.3 * measured * MIB


def test_layers_with_different_numbers_of_heads_are_summed() -> None:
    heads = tuple([3] * 10 + [0] * 20)
    assert cache_bytes_per_token(header(llama__attention__head_count_kv=heads)) == 10 * 3 * 128 * 2


def test_stated_lengths_of_keys_and_values_count() -> None:
    changed = header(llama__attention__key_length=128, llama__attention__value_length=32)
    assert cache_bytes_per_token(changed) == 30 * 3 * 160 * 2


def test_sliding_windows_need_less_unless_all_is_kept() -> None:
    changed = header(llama__attention__sliding_window=512, llama__attention__sliding_window_pattern=6)
    whole = estimate(changed, context=8192)
    short = estimate(changed, context=8192, full_window=False)
    assert whole.cache == 180 * MIB
    # Five layers of thirty keep 8,192 cells, the others 512 and a batch of 512.
    assert short.cache == (5 * 8192 + 25 * 1024) * 3 * 128 * 2


def test_recurrent_layers_hold_a_state_for_each_sequence() -> None:
    changed = header(
        llama__ssm__state_size=16,
        llama__ssm__inner_size=1152,
        llama__ssm__conv_kernel=4,
        llama__attention__head_count_kv=tuple([0] * 30),
    )
    one, four = (estimate(changed, context=1024, sequences=count).cache for count in (1, 4))
    assert one == 30 * 4 * (3 * 1152 + 16 * 1152)
    assert four == 4 * one


def test_a_header_without_numbers_costs_its_weights() -> None:
    empty = GgufHeader("x.gguf", 0, 3, {}, {}, (), 0)
    assert estimate(empty, context=1024).cache == 0


def test_memory_is_there() -> None:
    assert available_memory() > 1 << 20


def group(folder: Path, limit: str, used: int, inactive: int = 0) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "memory.max").write_text(limit)
    (folder / "memory.current").write_text(str(used))
    (folder / "memory.stat").write_text(f"anon 5\ninactive_file {inactive}\n")


def test_the_tightest_control_group_counts(tmp_path: Path) -> None:
    membership = tmp_path / "cgroup"
    membership.write_text("0::/user/app\n")
    root = tmp_path / "fs"
    group(root / "user", "1000000", 400000, 100000)
    group(root / "user" / "app", "max", 300000)
    assert _cgroup_left(membership, root) == 700000


def test_version_1_of_control_groups_is_understood(tmp_path: Path) -> None:
    membership = tmp_path / "cgroup"
    membership.write_text("5:cpu,memory:/box\n4:pids:/box\n")
    folder = tmp_path / "fs" / "memory" / "box"
    folder.mkdir(parents=True)
    (folder / "memory.limit_in_bytes").write_text("5000")
    (folder / "memory.usage_in_bytes").write_text("4000")
    (folder / "memory.stat").write_text("total_inactive_file 500\n")
    assert _cgroup_left(membership, tmp_path / "fs") == 1500


def test_no_limit_is_no_limit(tmp_path: Path) -> None:
    membership = tmp_path / "cgroup"
    membership.write_text("0::/\n")
    group(tmp_path / "fs", "max", 5)
    assert _cgroup_left(membership, tmp_path / "fs") is None
    assert _cgroup_left(tmp_path / "none", tmp_path / "fs") is None
