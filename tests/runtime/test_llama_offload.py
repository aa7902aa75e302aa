"""Where the layers of a model go, with GPUs that only the test has; and what llama.cpp tells of this machine."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from myna.engine.bindings import C
from myna.engine.gguf import GgufHeader, GgufTensor
from myna.engine.llama.devices import Device, devices, graphics
from myna.engine.llama.model import load_model, open_model, plan_load
from myna.engine.llama.native import NativeLog
from myna.engine.llama.offload import RESERVE, Offload, layer_sizes, plan_offload
from myna.engine.llama.options import LlamaOptions
from myna.engine.protocols import EngineSpec
from myna.errors import OutOfMemory
from myna.testing.tiny_gguf import write_tiny_model

MB = 1024**2
LAYERS = 8
LAYER = 100 * MB
OUTPUT = 50 * MB


def tensor(name: str, size: int) -> GgufTensor:
    return GgufTensor(name, (size,), "I8", 0, size)


def header(*, own_output: bool = True) -> GgufHeader:
    tensors = [tensor("token_embd.weight", OUTPUT), tensor("output_norm.weight", MB)]
    tensors += [tensor(f"blk.{at}.{part}", LAYER // 2) for at in range(LAYERS) for part in ("attn_q", "ffn_up")]
    if own_output:
        tensors.append(tensor("output.weight", OUTPUT))
    metadata = {
        "general.architecture": "llama",
        "llama.block_count": LAYERS,
        "llama.attention.head_count": 4,
        "llama.attention.head_count_kv": 4,
        "llama.embedding_length": 64,
        "llama.context_length": 4096,
    }
    return GgufHeader("model.gguf", 10**9, 3, metadata, {}, tuple(tensors), 0)


def gpu(free_mb: int, name: str = "CUDA0", kind: str = "gpu") -> Device:
    return Device(name, f"A card called {name}", kind, RESERVE + free_mb * MB, RESERVE + free_mb * MB)  # type: ignore[arg-type]


@pytest.mark.parametrize("own_output", [True, False])
def test_the_output_counts_as_a_layer_wherever_its_weights_are(own_output: bool) -> None:
    assert layer_sizes(header(own_output=own_output)) == [LAYER] * LAYERS + [OUTPUT + MB]


def test_all_fit_on_one() -> None:
    made = plan_offload(header(), [gpu(900)], cache=0, compute=0)
    assert (made.layers, made.of, made.split) == (9, 9, (9,))
    assert made.size == LAYERS * LAYER + OUTPUT + MB
    assert made.words() == "9 of 9 layers: 9 on CUDA0"


def test_as_many_as_there_is_room_for_with_their_cache_and_a_batch() -> None:
    made = plan_offload(header(), [gpu(500)], cache=LAYERS * 20 * MB, compute=40 * MB)
    # The output and three layers of 120 MB: 411 of 460.
    assert made.split == (4,)
    assert made.size == OUTPUT + MB + 3 * 120 * MB


def test_two_share_what_one_cannot_hold_and_one_holds_it_where_it_can() -> None:
    two = [gpu(300, "CUDA0"), gpu(650, "CUDA1")]
    made = plan_offload(header(), two, cache=0, compute=0)
    assert made.split == (3, 6)
    assert made.words() == "9 of 9 layers: 3 on CUDA0, 6 on CUDA1"
    assert plan_offload(header(), [gpu(300, "CUDA0"), gpu(2000, "CUDA1")], cache=0, compute=0).split == (0, 9)


@pytest.mark.parametrize("free", [-384, 0, 40])
def test_a_full_one_gets_nothing(free: int) -> None:
    made = plan_offload(header(), [gpu(free)], cache=0, compute=0)
    assert (made.layers, made.size, made.words()) == (0, 0, "0 of 9 layers")


def test_no_more_than_was_asked_for() -> None:
    assert plan_offload(header(), [gpu(2000)], cache=0, compute=0, wanted=3).split == (3,)
    assert plan_offload(header(), [gpu(2000)], cache=0, compute=0, wanted=99).layers == 9
    assert plan_offload(header(), [gpu(2000)], cache=0, compute=0, wanted=0).layers == 0
    assert plan_offload(header(), [], cache=0, compute=0).layers == 0


def test_one_that_shares_the_memory_of_the_machine_saves_none() -> None:
    made = plan_offload(header(), [gpu(2000, "Vulkan0", "igpu")], cache=0, compute=0)
    assert (made.layers, made.size) == (9, 0)


@given(st.lists(st.integers(0, 1500), max_size=4), st.integers(0, 400), st.integers(0, 100))
def test_no_device_gets_more_than_it_has(free: list[int], cache: int, compute: int) -> None:
    gpus = [gpu(size, f"CUDA{at}") for at, size in enumerate(free)]
    made = plan_offload(header(), gpus, cache=cache * MB, compute=compute * MB)
    needs = [LAYER + cache * MB // LAYERS] * LAYERS + [OUTPUT + MB]
    at = made.of - made.layers
    assert sum(made.split) == made.layers
    for one, count in zip(gpus, made.split, strict=True):
        assert not count or sum(needs[at : at + count]) + compute * MB + RESERVE <= one.free
        at += count


def test_cards_of_their_own_come_before_those_that_share() -> None:
    own, shared, processor = gpu(1), gpu(9, "Vulkan0", "igpu"), gpu(9, "CPU", "cpu")
    assert graphics([processor, shared, own]) == [own]
    assert graphics([processor, shared]) == [shared]
    assert graphics([processor]) == []


def test_what_is_on_a_gpu_needs_no_memory_of_the_machine() -> None:
    options = LlamaOptions(context=4096, memory_reserve_mb=0)
    small = 300 * MB
    with pytest.raises(OutOfMemory):
        plan_load(header(), options, small)
    made = plan_load(header(), options, small, gpus=[gpu(4000)])
    assert made.offload.layers == 9
    assert made.context == 4096


def test_a_gpu_that_takes_no_layer_changes_nothing() -> None:
    options = LlamaOptions(context=4096, memory_reserve_mb=0)
    assert plan_load(header(), options, 10**12, gpus=[gpu(1)]) == plan_load(header(), options, 10**12)


def test_a_longer_cache_takes_no_layer_from_a_gpu() -> None:
    """What is kept for conversations at rest must not push layers back to the processor."""
    options = LlamaOptions(context=4096, memory_reserve_mb=0)
    alone = plan_load(header(), options, 10**12, gpus=[gpu(875)])
    assert alone.offload.layers == plan_load(header(), options, 10**12, gpus=[gpu(10_000)]).offload.layers
    assert alone.max_cells < 4 * 4096


def test_llama_cpp_tells_what_is_here() -> None:
    found = devices()
    processor = next(one for one in found if one.kind == "cpu")
    assert processor.total > 0
    assert processor.description


def test_llama_cpp_takes_devices_and_shares_from_us(tmp_path: Path) -> None:
    """There is only the processor here, which it takes in the place of a card."""
    processor = next(one for one in devices() if one.kind == "cpu")
    path = write_tiny_model(tmp_path / "tiny.gguf")
    model = open_model(str(path), Offload(2, 3, (2,), (processor,)))
    assert model
    C.llama_model_free(model)


def test_where_the_gpus_cannot_be_told_the_processor_computes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("myna.engine.llama.devices._file", lambda folder, name: tmp_path / name)
    monkeypatch.setattr("myna.engine.llama.model.uses_gpu", lambda _: True)
    caplog.set_level(logging.CRITICAL)
    log = NativeLog()
    path = write_tiny_model(tmp_path / "tiny.gguf")
    model, info, _ = load_model(EngineSpec("tiny", "", {"model": str(path)}), LlamaOptions(), log)
    C.llama_model_free(model)
    log.close()
    assert info.device == "cpu"


class Refusing:
    """Opens no model that is to lie on a GPU."""

    def __init__(self) -> None:
        self.asked: list[int] = []

    def __call__(self, path: str, offload: Offload) -> Any:
        self.asked.append(offload.layers)
        return None if offload.layers else open_model(path, offload)


def test_a_gpu_that_refuses_a_model_leaves_it_to_the_processor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    path = write_tiny_model(tmp_path / "tiny.gguf")
    refusing = Refusing()
    monkeypatch.setattr("myna.engine.llama.model.devices", lambda: [gpu(4000)])
    monkeypatch.setattr("myna.engine.llama.model.uses_gpu", lambda _: True)
    monkeypatch.setattr("myna.engine.llama.model.open_model", refusing)
    caplog.set_level(logging.CRITICAL)
    log = NativeLog()
    model, info, plan = load_model(EngineSpec("tiny", "", {"model": str(path)}), LlamaOptions(), log)
    C.llama_model_free(model)
    log.close()
    assert len(refusing.asked) == 2
    assert refusing.asked[0] > 0 == refusing.asked[1]
    assert (info.device, plan.offload.layers) == ("cpu", 0)
