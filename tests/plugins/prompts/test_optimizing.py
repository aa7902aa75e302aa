"""The search for a better wording: what is tried, what is kept, and when the original stays."""

from __future__ import annotations

import pytest

from myna.engine.protocols import TextRequest
from myna.errors import ModelMissing, UsageError
from myna.testing import FakeEngine
from myna_prompts.evaluation.running import Runner
from myna_prompts.loading import check, loads
from myna_prompts.optimizing.halving import Trial, halve
from myna_prompts.optimizing.proposing import proposed
from myna_prompts.optimizing.search import optimize, split
from myna_prompts.optimizing.variants import Variant, mechanical
from myna_prompts.optimizing.verdict import judge
from myna_prompts.saving import as_toml

CASES = "".join(f'[[cases]]\nname = "case {n}"\ninput = "q{n}"\nexpect.equals = "yes"\n' for n in range(12))
TEXT = (
    'system = "Answer with yes or no. Do not explain {{ topic }}."\nsampling = { temperature = 0.0 }\n'
    '[variables.topic]\ndefault = "it"\n'
    '[[examples]]\ninput = "a"\nanswer = "no"\n[[examples]]\ninput = "b"\nanswer = "no"\n' + CASES
)


class NoModel:
    async def embed(self, texts):
        raise ModelMissing("no model for the task embed is installed")


async def search(make, chooser, answers, **options):
    engine = FakeEngine(answers)
    runner = Runner(engine, NoModel(), chooser=chooser, context=4096, model="fake")
    loaded = make(TEXT)
    told: list[Trial] = []
    options = {"proposals": 0, "most": 6, "seed": 0, **options}
    outcome, winner = await optimize(loaded, loaded.template.cases, runner, engine, told=told.append, **options)
    return outcome, winner, told, loaded


async def test_a_better_wording_is_found_and_borne_out(make, chooser) -> None:
    def answers(request: TextRequest) -> list[str]:
        return ["yes"] if "Never " in request.messages[0].text else ["no"]

    outcome, winner, told, original = await search(make, chooser, answers, most=40)
    assert outcome.verdict.accepted
    assert (outcome.verdict.original, outcome.verdict.winner) == (0.0, 1.0)
    assert outcome.verdict.p_value < 0.05
    assert outcome.verdict.low > 0
    assert "Never " in winner.loaded.template.system
    assert "Do not " in original.template.system, "the original is kept"
    assert tuple(told) == outcome.trials
    assert {trial.edit for trial in told} >= {"the original", outcome.winner}


async def test_what_is_only_as_good_does_not_replace_the_original(make, chooser) -> None:
    outcome, winner, _, original = await search(make, chooser, ["yes"])
    assert (outcome.winner, winner.loaded) == ("the original", original)
    assert not outcome.verdict.accepted


async def test_luck_on_the_training_cases_is_not_believed(make, chooser) -> None:
    training = {case.input for case in split(make(TEXT).template.cases, 0)[0]}

    def answers(request: TextRequest) -> list[str]:
        said = request.messages[0].text
        return ["yes"] if "Never " in said and request.messages[-1].text in training else ["no"]

    outcome, _, _, _ = await search(make, chooser, answers, most=40)
    assert outcome.winner != "the original"
    assert not outcome.verdict.accepted
    assert outcome.verdict.why == "it is not better on any held-out case"


async def test_each_prompt_is_asked_for_once(make, chooser) -> None:
    asked: list[tuple[str, ...]] = []

    def answers(request: TextRequest) -> list[str]:
        asked.append(tuple(message.text for message in request.messages))
        return ["no"]

    await search(make, chooser, answers)
    assert len(asked) == len(set(asked))


async def test_the_same_seed_searches_alike(make, chooser) -> None:
    first, second, other = [(await search(make, chooser, ["no"], seed=seed))[0] for seed in (1, 1, 2)]
    assert first == second
    assert first.training != other.training


def test_edits_change_one_thing_each_and_stay_templates(make) -> None:
    original = make(TEXT)
    variants = mechanical(original, 0)
    edits = [variant.edit for variant in variants]
    assert len(edits) == len(set(edits)) >= 8
    assert {"examples the other way round", "without the example 'a'", "'Do not ' becomes 'Never '"} <= set(edits)
    for variant in variants:
        assert check(variant.loaded).template != original.template
        assert variant.loaded.template.cases == original.template.cases


async def test_a_models_wording_must_keep_the_variables(make) -> None:
    said = iter(["Say yes.", "Reply yes or no, and leave out {{ topic }}.", "{{ topic }} {{ topic }}", ""])
    variants, unusable = await proposed(make(TEXT), FakeEngine(lambda request: [next(said)]), 4, 0)
    assert [variant.loaded.template.system for variant in variants] == ["Reply yes or no, and leave out {{ topic }}."]
    assert unusable == 3


async def test_halving_drops_half_and_doubles_the_cases(make) -> None:
    loaded = make(TEXT)
    variants = [Variant(str(number), loaded) for number in range(8)]
    seen: list[tuple[str, int]] = []

    async def score(variant: Variant, cases) -> float:
        seen.append((variant.edit, len(cases)))
        return float(variant.edit) / 10

    told: list[Trial] = []
    winner = await halve(variants, loaded.template.cases, score, told.append)
    assert winner.edit == "7"
    assert [sum(trial.round == number for trial in told) for number in (1, 2, 3)] == [8, 4, 2]
    assert [next(trial.cases for trial in told if trial.round == number) for number in (1, 2, 3)] == [3, 6, 12]


def test_both_tests_must_agree() -> None:
    cases = [str(number) for number in range(8)]
    nothing = dict.fromkeys(cases, 0.0)
    assert judge(nothing, dict.fromkeys(cases, 1.0), 0).accepted
    some = judge(nothing, {case: float(case in "0123") for case in cases}, 0)
    assert (some.accepted, some.better, some.why) == (False, 4, "the sign test does not rule out chance")
    mixed = judge({case: float(case in "01") for case in cases}, {case: float(case not in "01") for case in cases}, 0)
    assert (mixed.accepted, mixed.better, mixed.worse) == (False, 6, 2)


def test_too_few_cases_are_refused(make) -> None:
    with pytest.raises(UsageError, match="7 cases are too few"):
        split(make(TEXT).template.cases[:7], 0)
    training, held = split(make(TEXT).template.cases, 0)
    assert (len(training), len(held)) == (4, 8)


def test_cases_that_are_held_out_stay_so_with_any_seed(make) -> None:
    marked = TEXT.replace('"case 0"', '"case 0"\nheld_out = true')
    for number in (3, 5, 8, 11):
        marked = marked.replace(f'"case {number}"', f'"case {number}"\nheld_out = true')
    cases = make(marked).template.cases
    for seed in (0, 1):
        training, held = split(cases, seed)
        assert [case.name for case in held] == [f"case {number}" for number in (0, 3, 5, 8, 11)]
        assert len(training) == 7
    with pytest.raises(UsageError, match="1 of 12 cases are held out"):
        split(make(TEXT.replace('"case 0"', '"case 0"\nheld_out = true')).template.cases, 0)


def test_a_template_is_written_so_that_it_reads_the_same(make) -> None:
    original = make(TEXT + 'variables = { topic = "a\\nb" }\n')
    assert loads(as_toml(original.template)).template == original.template
