from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from myna.bench import BenchInfo, Measurement
from myna.cli.bench import BenchContext, Better, Samples, changes, choose, reaches_target, read_baseline
from myna.cli.context import Context
from myna.cli.main import run
from myna.errors import BadInput, UsageError

KEYS = {"name", "value", "unit", "peer", "peer_value", "ratio", "runs", "machine", "better"}


def figures(*values: float) -> Callable[[], float]:
    left = list(values)
    return lambda: left.pop(0)


@pytest.fixture
def bench() -> BenchContext:
    return BenchContext(Context(quiet=True))


async def test_measure_leaves_out_the_warm_up(bench: BenchContext) -> None:
    samples = await bench.measure("x", figures(100, 3, 1, 2), runs=3, warm_up=1)
    assert samples.values == (3, 1, 2)
    assert samples.median == 2


async def test_measure_takes_the_wall_time_of_what_gives_no_figure(bench: BenchContext) -> None:
    async def once() -> None:
        return None

    samples = await bench.measure("x", once, runs=2)
    assert len(samples.values) == 2
    assert all(value > 0 for value in samples.values)


async def test_pair_takes_turns_and_changes_who_is_first(bench: BenchContext) -> None:
    order: list[str] = []

    def ours() -> float:
        order.append("ours")
        return 1

    def peer() -> float:
        order.append("peer")
        return 2

    mine, theirs = await bench.pair(ours, peer, runs=2, warm_up=0)
    assert order == ["ours", "peer", "peer", "ours"]
    assert (mine.values, theirs.values) == ((1, 1), (2, 2))


async def test_runs_of_the_command_line_count(bench: BenchContext) -> None:
    fewer = BenchContext(Context(quiet=True), runs=1)
    assert len((await fewer.measure("x", lambda: 1.0, runs=9)).values) == 1
    assert bench.runs(9) == 9


def test_compare_puts_medians_side_by_side(bench: BenchContext) -> None:
    found = bench.compare(
        "decode", Samples("a", (9, 10, 30)), Samples("b", (5, 5)), unit="tokens/s", better="higher", target=1.5
    )
    assert (found.value, found.peer, found.peer_value, found.ratio, found.runs) == (10, "b", 5, 2, 3)
    assert reaches_target(found) is True
    alone = bench.compare("memory", Samples("a", (10,)), unit="MiB", better="lower")
    assert (alone.peer, alone.peer_value, alone.ratio) == ("", None, None)
    assert reaches_target(alone) is None


def test_spread_and_percentiles() -> None:
    samples = Samples("x", (10, 11, 9, 10, 30))
    assert samples.spread == pytest.approx(0.1)
    assert samples.percentile(0) == 9
    assert samples.percentile(50) == 10
    assert samples.percentile(100) == 30
    assert Samples("x", (1, 2)).percentile(50) == 1.5


def figure(name: str, value: float, better: Better = "higher", ratio: float | None = None) -> Measurement:
    return Measurement(name, value, "ms", better, "peer" if ratio else "", None, ratio)


def test_changes_compare_ratios_where_there_are_some() -> None:
    before = [figure("a", 100, ratio=1.0), figure("b", 100, "lower"), figure("c", 100), figure("gone", 1)]
    now = [figure("a", 50, ratio=1.2), figure("b", 120, "lower"), figure("c", 102), figure("new", 1)]
    found = {change.name: (change.verdict, round(change.change, 3)) for change in changes(before, now)}
    assert found == {"a": ("better", 0.2), "b": ("worse", 0.2), "c": ("same", 0.02)}


@pytest.mark.parametrize("content", ["", "{}", '[{"name": 1}]', "[", "\xff"])
def test_a_baseline_must_be_what_bench_prints(tmp_path: Path, content: str) -> None:
    file = tmp_path / "b.json"
    file.write_text(content, encoding="latin-1")
    with pytest.raises(BadInput, match="baseline"):
        read_baseline(str(file))


def test_a_baseline_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot be read"):
        read_baseline(str(tmp_path / "nowhere.json"))


def test_choose_keeps_the_order_of_what_is_known() -> None:
    assert choose(["a", "b", "c"], ["c", "a"]) == ["a", "c"]
    assert choose(["a", "b"], []) == ["a", "b"]
    with pytest.raises(UsageError, match="did you mean decode"):
        choose(["decode"], ["decde"])


@pytest.fixture
def groups(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "some_benchmarks.py").write_text(
        "from myna.errors import ModelMissing\n"
        "async def good(bench):\n"
        "    ours, peer = await bench.pair(lambda: 2.0, lambda: 1.0, runs=2)\n"
        "    return [bench.compare('good.x', ours, peer, unit='ms', better='lower', target=0.5)]\n"
        "async def missing(bench):\n"
        "    raise ModelMissing('no model', hint='myna models pull')\n"
        "async def broken(bench):\n"
        "    return 1 / 0\n",
        encoding="utf-8",
    )
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr("myna.cli.measure.CORE", "no_such_module_of_benchmarks")
    monkeypatch.setattr(
        "myna.host.PluginHost.benchmarks",
        lambda _: [
            BenchInfo(name, f"about {name}", f"some_benchmarks:{name}") for name in ("good", "missing", "broken")
        ],
    )


def test_bench_prints_the_objects_of_the_contract(groups: None, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["bench", "good", "--json"]) == 0
    (found,) = json.loads(capfd.readouterr().out)
    assert found.keys() >= KEYS
    assert (found["value"], found["peer_value"], found["ratio"], found["better"]) == (2, 1, 2, "lower")
    assert "processors" in found["machine"]


def test_bench_compares_with_a_baseline(groups: None, capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert run(["bench", "good", "--json"]) == 0
    baseline = tmp_path / "base.json"
    baseline.write_text(capfd.readouterr().out, encoding="utf-8")
    assert run(["bench", "good", "--baseline", str(baseline)]) == 0
    out = capfd.readouterr().out
    assert "BEFORE" in out
    assert "+0.0% same" in out
    assert "≤ 0.5 ✗" in out


def test_a_benchmark_that_fails_does_not_stop_the_others(groups: None, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["bench", "--json"]) == 3
    captured = capfd.readouterr()
    assert [one["name"] for one in json.loads(captured.out)] == ["good.x"]
    assert "ZeroDivisionError" in captured.err
    assert run(["bench", "broken"]) == 5


def test_bench_lists_what_it_can_measure(groups: None, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["bench", "--list"]) == 0
    assert "about good" in capfd.readouterr().out
