"""A turn is put into a template, from the question to what is stored."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from myna.assistant import Assistant
from myna.config import PluginSettings, Settings
from myna.draft import AskOptions
from myna.engine.protocols import Sampling
from myna.events import Notice, TurnFinished
from myna.hookspecs import Verdict, hookimpl
from myna.host import PluginHost
from myna.paths import Paths
from myna.testing import FakeEngine
from myna_prompts.plugin import PromptsPlugin

from .conftest import HEAD

TEMPLATE = HEAD + (
    'system = "Be {{ manner }}."\nuser = "Q: {{ input }}"\nmax_tokens = 9\n'
    "sampling = { temperature = 0.5, top_k = 3 }\n"
    '[variables.manner]\ndefault = "kind"\n[[examples]]\ninput = "a"\nanswer = "b"\n'
)


class Screen:
    """A guard that blocks one word and replaces another."""

    @hookimpl
    def myna_screen_input(self, message):
        if "forbidden" in message.text:
            return Verdict("block", "No.", "rule-1")
        if "4111" in message.text:
            return Verdict("replace", message.text.replace("4111", "[card]"), "rule-2")
        return None


@pytest.fixture
async def ask(prompts_folder: Path, use: Callable[[FakeEngine], None]):
    """`await ask(text, prompt=..., ...)`: how the turn ended, all events, and the engine."""
    (prompts_folder / "tried.toml").write_text(TEMPLATE, encoding="utf-8")
    engine = FakeEngine(["fine"])
    use(engine)
    plugins = [("prompts", PromptsPlugin()), ("screen", Screen())]
    host = PluginHost.load(PluginSettings(), extra=plugins, entry_points=[])
    async with await Assistant.open(Paths.find(), Settings(), host=host) as assistant:
        conversation = await assistant.conversation(system="Usual.")

        async def ask(text: str, **options):
            events = [event async for event in conversation.ask(text, options=AskOptions(**options))]
            assert isinstance(events[-1], TurnFinished)
            return events[-1], events, engine, conversation

        yield ask


async def test_the_model_is_told_what_the_template_says(ask) -> None:
    finished, _, engine, _ = await ask("why?", prompt="tried", variables={"manner": "brief"})
    assert finished.reason == "stop"
    [request] = engine.requests
    assert [(message.role, message.text) for message in request.messages] == [
        ("system", "Be brief."),
        ("user", "Q: a"),
        ("assistant", "b"),
        ("user", "Q: why?"),
    ]
    assert request.max_tokens == 9
    assert (request.sampling.temperature, request.sampling.top_k) == (0.5, 3)


async def test_what_was_asked_for_wins_over_the_template(ask) -> None:
    options = {"sampling": Sampling(temperature=0.0, seed=4), "max_tokens": 3, "schema": '{"type": "object"}'}
    _, _, engine, _ = await ask("why?", prompt="tried", **options)
    request = engine.requests[0]
    assert (request.sampling.temperature, request.sampling.seed, request.sampling.top_k) == (0.0, 4, 3)
    assert (request.max_tokens, request.schema) == (3, '{"type": "object"}')


async def test_the_answer_is_stored_with_name_version_and_hash(ask) -> None:
    from myna_prompts.loading import loads

    _, _, _, conversation = await ask("why?", prompt="tried")
    question, answer = await conversation.history()
    assert question.message.text == "why?", "what the person said is kept, not what was made of it"
    assert question.meta.prompt == ""
    meta = answer.meta
    assert (meta.prompt, meta.prompt_version, meta.prompt_hash) == ("tried", "1.0", loads(TEMPLATE).sha256)


async def test_history_stands_before_the_examples(ask) -> None:
    await ask("first")
    _, _, engine, _ = await ask("second", prompt="tried")
    said = [message.text for message in engine.requests[1].messages]
    assert said == ["Be kind.", "first", "fine", "Q: a", "b", "Q: second"]


@pytest.mark.parametrize(
    ("text", "options", "code"),
    [
        ("why?", {"prompt": "none"}, "prompt-missing"),
        ("why?", {"prompt": "tried", "variables": {"x": "1"}}, "bad-prompt"),
        ("why?", {"prompt": "tried", "variables": {"input": "1"}}, "bad-prompt"),
    ],
)
async def test_a_turn_that_does_not_fit_its_template_ends_with_why(ask, text: str, options: dict, code: str) -> None:
    finished, _, engine, _ = await ask(text, **options)
    assert finished.error is not None
    assert finished.error.code == code
    assert engine.requests == []


async def test_values_are_screened_as_the_question_is(ask) -> None:
    finished, _, engine, _ = await ask("why?", prompt="tried", variables={"manner": "forbidden"})
    assert (finished.reason, engine.requests) == ("blocked", [])
    finished, _, engine, _ = await ask("pay 4111", prompt="tried", variables={"manner": "4111 kind"})
    said = [message.text for message in engine.requests[-1].messages]
    assert (said[0], said[-1]) == ("Be [card] kind.", "Q: pay [card]")


async def test_without_the_plugin_a_template_is_not_silently_left_out(use, prompts_folder: Path) -> None:
    engine = FakeEngine(["fine"])
    use(engine)
    host = PluginHost.load(PluginSettings(), entry_points=[])
    async with await Assistant.open(Paths.find(), Settings(), host=host) as assistant:
        conversation = await assistant.conversation(record=False)
        finished = await conversation.ask("why?", options=AskOptions(prompt="tried")).finish()
    assert finished.error is not None
    assert finished.error.code == "plugin-missing"
    assert engine.requests == []


async def test_steps_are_told_apart(ask, prompts_folder: Path) -> None:
    text = TEMPLATE.replace('"tried"', '"steps"').replace("max_tokens = 9", 'answer_after = "Answer:"')
    (prompts_folder / "steps.toml").write_text(text, encoding="utf-8")
    engine_pieces = ["1. Add.\n", "Ans", "wer: ", "4"]
    _, _, engine, _ = await ask("warm up")
    engine._pieces = engine_pieces
    finished, events, _, conversation = await ask("2+2?", prompt="steps")
    assert finished.text == "4"
    assert [(event.code, event.text) for event in events if isinstance(event, Notice)] == [("steps", "1. Add.")]
    assert (await conversation.history())[-1].message.text == "4"


async def test_choosing_by_words_is_said(ask, prompts_folder: Path) -> None:
    many = "".join(f'[[examples]]\ninput = "x{n}"\nanswer = "y"\n' for n in range(9))
    text = HEAD.replace('"tried"', '"many"') + "shots = 2\n" + many
    (prompts_folder / "many.toml").write_text(text, encoding="utf-8")
    _, events, _, _ = await ask("x3", prompt="many")
    assert [event.code for event in events if isinstance(event, Notice)] == ["chosen-by-words"]


async def test_what_was_replaced_stays_out_in_any_form(ask, prompts_folder: Path) -> None:
    """A template may turn a text round or into JSON; the model must not get what a guard took out."""
    text = HEAD.replace('"tried"', '"turned"') + (
        'system = "{{ input[::-1] }} {{ record | tojson }}"\nuser = "{{ input | upper }}"\n'
        '[variables.record]\ntype = "json"\n'
    )
    (prompts_folder / "turned.toml").write_text(text, encoding="utf-8")
    record = {"note": 'card "4111"\n', "4111": [1]}
    finished, _, engine, conversation = await ask("my 4111 x", prompt="turned", variables={"record": record})
    assert finished.reason == "stop"
    said = [message.text for message in engine.requests[-1].messages]
    assert said == ['x ]drac[ ym {"note": "card \\"[card]\\"\\n", "[card]": [1]}', "MY [CARD] X"]
    assert (await conversation.history())[0].message.text == "my [card] x"
