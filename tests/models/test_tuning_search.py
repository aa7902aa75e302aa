"""The search itself, on speeds and qualities that are written down."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from fitted import ScriptedLab
from myna.errors import DiskFull, EngineError, ModelMissing
from myna_models.tuning.journal import Journal, Subject
from myna_models.tuning.search import Found, Search
from myna_models.tuning.setups import RECIPES, Recipe, Setup, option_trials
from myna_models.tuning.trials import Trials

SUBJECT = Subject("0" * 64, "a machine", "an engine")
PLAIN = tuple(recipe for recipe in RECIPES if recipe.name in {"Q8_0", "Q4_0", "Q4_0+"})


def find(
    lab: ScriptedLab,
    tmp_path: Path,
    *,
    time_s: float = 1e9,
    recipes: tuple[Recipe, ...] = PLAIN,
    fixed: tuple[str, ...] = (),
    clock: object = None,
    check: object = None,
) -> Found:
    trials = Trials(
        lab, Journal(tmp_path / "journal.jsonl", SUBJECT), lambda *_: None, **({"clock": clock} if clock else {})
    )  # type: ignore[arg-type]
    search = Search(
        trials, lab, budget=0.01, time_s=time_s, languages=("en",), cores=2, logical=2, idle=False, fixed=fixed,
        recipes=recipes, **({"check": check} if check else {}),  # type: ignore[arg-type]
    )  # fmt: skip
    return asyncio.run(search.run())


def test_the_fastest_format_within_the_budget_is_chosen(tmp_path: Path) -> None:
    lab = ScriptedLab({"original": (300, 100), "Q8_0": (620, 115), "Q4_0": (970, 190)}, {"Q4_0": 0.2})
    found = find(lab, tmp_path)
    assert found.chosen == Setup("Q8_0")
    outcomes = {one.name: one.outcome for one in found.figures}
    assert outcomes["original"] == "original"
    assert outcomes["Q8_0"] == "chosen"
    assert outcomes["Q4_0"] == "costs too much quality"
    assert "Q4_0" in lab.discarded
    chosen = next(one for one in found.figures if one.outcome == "chosen")
    assert chosen.speed is not None
    assert chosen.speed.prefill_ratio == pytest.approx(620 / 300)
    assert chosen.speed.decode_ratio == pytest.approx(1.15)
    assert chosen.quality["en"].agreement == 1.0
    # The other language is measured of what is chosen, too.
    assert set(chosen.quality) == {"en", "zh"}
    assert chosen.counted == ("en",)


def test_a_format_slightly_over_the_budget_is_tried_with_its_embedding_kept(tmp_path: Path) -> None:
    lab = ScriptedLab({"original": (300, 100), "Q4_0": (900, 150), "Q4_0+": (800, 140)}, {"Q4_0": 0.03, "Q4_0+": 0.002})
    assert find(lab, tmp_path).chosen == Setup("Q4_0+")


def test_a_format_far_over_the_budget_is_not(tmp_path: Path) -> None:
    lab = ScriptedLab({"original": (300, 100), "Q4_0": (900, 150), "Q4_0+": (800, 140)}, {"Q4_0": 0.5})
    found = find(lab, tmp_path)
    assert found.chosen == Setup()
    assert "Q4_0+" not in {one.name for one in found.figures}


def test_no_gain_in_reading_is_worth_slower_writing(tmp_path: Path) -> None:
    found = find(ScriptedLab({"original": (300, 100), "Q8_0": (900, 80)}), tmp_path)
    assert found.chosen == Setup()
    assert {one.name: one.outcome for one in found.figures}["Q8_0"] == "slower"


def test_a_setting_that_helps_stays_and_one_that_the_owner_set_is_left_alone(tmp_path: Path) -> None:
    speeds = {
        "original": (300, 100), "Q8_0": (600, 110), "Q8_0 ubatch=256": (700, 110), "Q8_0 ubatch=128": (650, 110),
        "Q8_0 flash_attention=on ubatch=256": (690, 110), "Q8_0 kv_type=q8_0 ubatch=256": (900, 150),
    }  # fmt: skip
    cost = {"Q8_0 kv_type=q8_0 ubatch=256": 0.0}
    assert find(ScriptedLab(speeds, cost), tmp_path / "a").chosen == Setup("Q8_0", {"ubatch": 256, "kv_type": "q8_0"})
    spoilt = {"Q8_0 kv_type=q8_0 ubatch=256": 0.5}
    assert find(ScriptedLab(speeds, spoilt), tmp_path / "b").chosen == Setup("Q8_0", {"ubatch": 256})
    lab = ScriptedLab(speeds, spoilt)
    assert find(lab, tmp_path / "c", fixed=("ubatch", "kv_type")).chosen == Setup("Q8_0")
    assert not any("ubatch" in asked for asked in lab.asked)


def test_settings_alone_can_be_better(tmp_path: Path) -> None:
    lab = ScriptedLab({"original": (300, 100), "original ubatch=256": (400, 100)})
    assert find(lab, tmp_path).chosen == Setup("", {"ubatch": 256})


def test_a_format_that_fails_is_left_out(tmp_path: Path) -> None:
    found = find(ScriptedLab({"original": (300, 100), "Q8_0": (620, 115)}), tmp_path)
    assert found.chosen == Setup("Q8_0")
    assert {one.name: one.outcome for one in found.figures}["Q4_0"] == "Q4_0 cannot be loaded"


def test_an_original_that_cannot_be_measured_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="original cannot be loaded"):
        find(ScriptedLab({"Q8_0": (620, 115)}), tmp_path)


def test_what_there_is_no_time_for_is_said(tmp_path: Path) -> None:
    ticks = iter(range(100_000))
    lab = ScriptedLab({"original": (300, 100), "Q8_0": (620, 115), "Q4_0": (970, 190)})
    found = find(lab, tmp_path, time_s=10, clock=lambda: float(next(ticks)))
    assert found.chosen == Setup("Q8_0")
    assert "Q4_0" in found.untried
    assert "ubatch 256" in found.untried


def test_a_full_disk_ends_the_search(tmp_path: Path) -> None:
    class Full(ScriptedLab):
        async def loaded(self, setup: Setup):  # type: ignore[no-untyped-def]
            if setup.recipe:
                raise DiskFull("no space left while Q8_0 was written")
            return await super().loaded(setup)

    with pytest.raises(DiskFull):
        find(Full({"original": (300, 100), "Q8_0": (620, 115)}), tmp_path)


def test_a_model_that_is_removed_meanwhile_ends_the_search(tmp_path: Path) -> None:
    def check() -> None:
        raise ModelMissing("tiny was removed while it was optimized")

    with pytest.raises(ModelMissing, match="removed"):
        find(ScriptedLab({"original": (300, 100), "Q8_0": (620, 115)}), tmp_path, check=check)


def test_a_search_that_was_stopped_goes_on_where_it_was(tmp_path: Path) -> None:
    speeds = {"original": (300, 100), "Q8_0": (620, 115), "Q4_0": (970, 190)}

    class Stopping(ScriptedLab):
        async def score(self, setup, piece):  # type: ignore[no-untyped-def]
            if setup.recipe == "Q4_0":
                raise KeyboardInterrupt
            return await super().score(setup, piece)

    first = Stopping(speeds, {"Q4_0": 0.2})
    with pytest.raises(KeyboardInterrupt):
        find(first, tmp_path)
    whole = ScriptedLab(speeds, {"Q4_0": 0.2})
    find(whole, tmp_path / "whole")
    second = ScriptedLab(speeds, {"Q4_0": 0.2})
    assert find(second, tmp_path).chosen == Setup("Q8_0")
    # Nothing that the first run measured is measured again.
    assert len(first.asked) + len(second.asked) == len(whole.asked)
    third = ScriptedLab({"original": (1, 1)})
    assert find(third, tmp_path).chosen == Setup("Q8_0")
    assert third.asked == []


def test_threads_are_tried_on_an_idle_machine_only() -> None:
    busy = option_trials(8, 16, gpu=False, idle=False)
    idle = option_trials(8, 16, gpu=False, idle=True)
    assert not any("threads" in trial for trial in busy)
    assert [trial["threads"] for trial in idle if "threads" in trial] == [7, 4, 16]
    assert not any("threads" in trial for trial in option_trials(1, 1, gpu=False, idle=True))


def test_layers_on_a_gpu_are_tried_where_there_is_one() -> None:
    assert {"gpu_layers": 0} in option_trials(4, 4, gpu=True, idle=False)
    assert not any("gpu_layers" in trial for trial in option_trials(4, 4, gpu=False, idle=False))
