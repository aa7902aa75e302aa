"""Prompts put together within a budget that the model counts."""

from __future__ import annotations

from myna.testing import FakeEmbedder, FakeEngine
from myna_prompts.assembly import assemble
from myna_prompts.choosing import Chooser
from myna_prompts.engine_model import EngineModel


class Nothing:
    async def embed(self, texts):
        from myna.errors import ModelMissing

        raise ModelMissing("no model for the task embed is installed")


def model(context: int = 4096) -> EngineModel:
    return EngineModel(FakeEngine(context=context), Nothing(), context)


def shots(make, count: int, more: str = ""):
    examples = "".join(f'[[examples]]\ninput = "case{n} word{n}"\nanswer = "answer{n}"\n' for n in range(count))
    return make(f"{more}\n{examples}")


async def test_few_examples_are_shown_in_their_order(make, chooser: Chooser) -> None:
    made = await assemble(shots(make, 3), {"input": "word2"}, model(), chooser)
    assert [answer for _, answer in made.shots] == ["answer0", "answer1", "answer2"]
    assert made.method == ""


async def test_of_many_the_closest_are_shown_the_closest_last(make, chooser: Chooser) -> None:
    made = await assemble(shots(make, 40, "shots = 2"), {"input": "word31 word31 and word7"}, model(), chooser)
    assert [answer for _, answer in made.shots] == ["answer7", "answer31"]
    assert made.method == "words"


async def test_over_the_budget_the_least_close_go_first(make, chooser: Chooser) -> None:
    engine = model()
    loaded = shots(make, 8, "budget = 60")
    made = await assemble(loaded, {"input": "word5"}, engine, chooser)
    assert 0 < len(made.shots) < 8
    assert made.shots[-1][1] == "answer5"
    assert made.tokens == await engine.count(made.messages()) <= 60


async def test_then_facts_go_and_the_question_stays(make, chooser: Chooser) -> None:
    loaded = make(
        'budget = 40\n[parts]\nrole = "Answer from facts."\ncontext = "facts"\n[variables.facts]\ntype = "list"\n'
    )
    facts = [f"fact number {n} about thing{n}" for n in range(12)]
    made = await assemble(loaded, {"input": "what of thing9?", "facts": facts}, model(), chooser)
    assert "thing9" in made.system
    assert 0 < len(made.facts) < 12
    assert list(made.facts) == [fact for fact in facts if fact in made.facts], "facts stay in their order"
    assert made.user == "what of thing9?"


async def test_a_small_context_leaves_room_for_the_answer(make, chooser: Chooser) -> None:
    made = await assemble(shots(make, 30, "shots = 30"), {"input": "word3"}, model(context=200), chooser, answer=100)
    assert made.tokens <= 100


async def test_with_an_embedding_model_examples_are_chosen_by_it(make, chooser: Chooser) -> None:
    fitting = EngineModel(FakeEngine(), FakeEmbedder(), 4096)
    made = await assemble(shots(make, 20, "shots = 1"), {"input": "case4 word4"}, fitting, chooser)
    assert made.method == "embedding"
    assert made.shots == (("case4 word4", "answer4"),)


async def test_a_thousand_facts_take_a_few_counts(make, chooser: Chooser) -> None:
    loaded = make('budget = 60\n[parts]\nrole = "R"\ncontext = "facts"\n[variables.facts]\ntype = "list"\n')
    facts = [f"fact {n} of thing{n}" for n in range(1000)]
    counted = []

    class Counting(EngineModel):
        async def count(self, messages):
            counted.append(len(messages))
            return await super().count(messages)

    fitting = Counting(FakeEngine(), Nothing(), 4096)
    made = await assemble(loaded, {"input": "thing77 and thing500", "facts": facts}, fitting, chooser)
    assert {"fact 77 of thing77", "fact 500 of thing500"} <= set(made.facts)
    assert made.tokens <= 60
    assert len(counted) <= 14


async def test_what_does_not_fit_alone_is_left_to_whoever_fits_history(make, chooser: Chooser) -> None:
    made = await assemble(shots(make, 3, "budget = 5"), {"input": "word " * 50}, model(), chooser)
    assert made.shots == ()
    assert made.tokens > 5
