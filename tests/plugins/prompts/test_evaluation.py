"""Cases run on an engine, the figures, and two evaluations side by side."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from myna.cli.language import Language
from myna.engine.protocols import TextRequest
from myna.errors import ModelMissing
from myna.testing import FakeEmbedder, FakeEngine
from myna_prompts.evaluation.comparing import compare
from myna_prompts.evaluation.html import page
from myna_prompts.evaluation.results import Evaluation
from myna_prompts.evaluation.running import Runner

CASES = (
    'user = "{{ input }}"\nsampling = { temperature = 0.7 }\n'
    '[[cases]]\nname = "one"\ninput = "say one"\nexpect.equals = "one"\n'
    '[[cases]]\nname = "two"\ninput = "say two"\nexpect.contains = ["two"]\nreference = "two <two>"\n'
)


class NoModel:
    async def embed(self, texts):
        raise ModelMissing("no model for the task embed is installed")


def echo(request: TextRequest) -> list[str]:
    """The last word of the question; with an odd seed, only for the first case."""
    word = request.messages[-1].text.split()[-1]
    return [word] if word == "one" or not (request.sampling.seed or 0) % 2 else ["nothing"]


async def evaluate(make, chooser, engine: FakeEngine, text: str = CASES, embedding=None, **options) -> Evaluation:
    runner = Runner(engine, embedding or NoModel(), chooser=chooser, context=4096, model="fake")
    return await runner.evaluate(make(text), **options)


async def test_every_case_is_answered_with_every_seed(make, chooser) -> None:
    engine = FakeEngine(echo)
    found = await evaluate(make, chooser, engine, seed=4, seeds=2)
    assert [(answer.case, answer.seed, answer.text) for answer in found.answers] == [
        ("one", 4, "one"),
        ("one", 5, "one"),
        ("two", 4, "two"),
        ("two", 5, "nothing"),
    ]
    assert [request.sampling.seed for request in engine.requests] == [4, 5, 4, 5]
    assert not any(request.persist_prefix for request in engine.requests)


async def test_answers_to_a_case_count_as_one(make, chooser) -> None:
    found = await evaluate(make, chooser, FakeEngine(echo), seeds=2)
    completion = found.metric("completion")
    assert completion is not None
    assert (completion.value, completion.cases) == (0.75, 2)
    assert 0 < completion.low < 0.75 < completion.high <= 1
    exact = found.metric("exact")
    assert exact is not None
    assert (exact.value, exact.cases) == (1.0, 1)
    assert found.metric("schema") is None
    diversity = found.metric("distinct-1")
    assert diversity is not None
    assert diversity.value == 0.75


async def test_a_greedy_template_is_asked_once(make, chooser) -> None:
    found = await evaluate(make, chooser, FakeEngine(echo), CASES.replace("0.7", "0.0"), seeds=5)
    assert (found.seeds, len(found.answers)) == (1, 2)
    assert found.metric("distinct-1") is None


async def test_similarity_is_by_words_or_by_vectors(make, chooser) -> None:
    by_words = await evaluate(make, chooser, FakeEngine(echo))
    assert by_words.similarity_by == "words"
    assert [answer.similarity for answer in by_words.answers] == [1.0, pytest.approx(2 / 3, abs=1e-4)]
    by_vectors = await evaluate(make, chooser, FakeEngine(echo), embedding=FakeEmbedder())
    assert by_vectors.similarity_by == "embedding"
    assert by_vectors.answers[0].similarity == pytest.approx(1.0)


async def test_an_answer_without_an_end_is_bounded_and_steps_are_not_judged(make, chooser) -> None:
    text = CASES + "expect.max_words = 1\n"
    engine = FakeEngine(["Steps here. ", "Answer: ", "two"])
    found = await evaluate(make, chooser, engine, 'answer_after = "Answer:"\n' + text)
    assert engine.requests[0].max_tokens == 512
    assert found.answers[1].text == "two"
    assert found.answers[1].faults == ()


async def test_the_cache_is_emptied_before_each_answer(make, chooser) -> None:
    cleared = []

    async def clear() -> None:
        cleared.append(len(engine.requests))

    engine = FakeEngine(echo)
    runner = Runner(engine, NoModel(), chooser=chooser, context=4096, model="fake", clear=clear)
    await runner.evaluate(make(CASES))
    assert cleared == [0, 1]


async def test_a_worse_template_is_a_regression_and_an_equal_one_is_not(make, chooser) -> None:
    good = await evaluate(make, chooser, FakeEngine(lambda request: [request.messages[-1].text.split()[-1]]))
    poor = await evaluate(make, chooser, FakeEngine(["two"]))
    worse = compare(good, poor)
    assert worse.regressed
    assert (worse.now_failing, worse.now_passing) == (("one",), ())
    assert {change.name: change.verdict for change in worse.changes}["completion"] == "worse"
    assert not compare(poor, good).regressed
    assert not compare(good, good).regressed
    assert not compare(good, poor, tolerance=1.0).regressed


async def test_similarities_of_another_kind_are_not_compared(make, chooser) -> None:
    by_words = await evaluate(make, chooser, FakeEngine(echo))
    by_vectors = await evaluate(make, chooser, FakeEngine(echo), embedding=FakeEmbedder())
    assert "similarity" not in {change.name for change in compare(by_words, by_vectors).changes}


class Page(HTMLParser):
    """Tags that are open, and everything that would be fetched or run."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.foreign: list[str] = []
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag in {"script", "link", "img", "iframe", "object"} or any(name in {"src", "href"} for name, _ in attrs):
            self.foreign.append(tag)
        if tag != "meta":
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_the_report_is_whole_and_fetches_nothing(make, chooser, language: str) -> None:
    hostile = '<script>alert(1)</script> & "two"'
    found = await evaluate(make, chooser, FakeEngine([hostile]), seeds=2)
    good = await evaluate(make, chooser, FakeEngine(echo))
    spoken = Language(language, ("myna.cli", "myna_prompts"))
    text = page(found, compare(good, found), spoken)
    parsed = Page()
    parsed.feed(text)
    assert (parsed.open, parsed.foreign) == ([], [])
    assert parsed.tags.count("svg") == 3
    assert "<script>" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert not re.search(r"https?://", text)
    assert ("任务完成" in text) is (language == "zh")
    assert ("比以前差" if language == "zh" else "Worse than before") in text
    assert page(good, None, spoken).count("Worse") == 0
