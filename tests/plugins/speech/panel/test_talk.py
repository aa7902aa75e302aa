"""Talking through the panel: the button, the open microphone, mute, barge-in, and what goes wrong."""

from __future__ import annotations

import asyncio

from fake_voice import conversation, no_microphone
from myna.errors import EngineCrashed, ExtraMissing, ModelMissing
from myna.testing import FakeEngine

QUESTION = "What is the capital of France?"


# push to talk


async def test_what_is_said_while_the_button_is_held_is_answered(person):
    one = await person(listen="push-to-talk")
    await one.act("press")
    await one.until(lambda: one.state["session"] == "open")
    one.say(QUESTION)
    await one.until(lambda: one.microphone.quiet)
    await one.act("release")
    await one.until(lambda: one.state["floor"] == "myna")
    await one.until(lambda: one.state["floor"] == "nobody")
    assert await one.history() == [("user", QUESTION), ("assistant", "It is Paris. A big city.")]
    assert one.desk.seen("floor") == ["nobody", "person", "thinking", "myna", "nobody"]
    assert "Paris" in one.equipment.heard()
    assert one.state["session"] == "open"


async def test_what_is_said_while_the_models_are_loaded_is_not_lost(person):
    one = await person(listen="push-to-talk")
    one.equipment.hold = asyncio.Event()
    one.say(QUESTION)
    await one.act("press")
    await one.until(lambda: one.microphone.seconds > 2.5)
    await one.act("release")
    assert one.state["session"] == "opening"
    one.equipment.hold.set()
    await one.until(lambda: one.state["floor"] == "myna")
    assert (await one.history())[0] == ("user", QUESTION)


async def test_what_is_said_beside_the_button_is_not_heard(person):
    one = await person(listen="push-to-talk")
    await one.act("press")
    await one.until(lambda: one.state["session"] == "open")
    await one.act("release")
    await one.until(lambda: one.state["floor"] == "nobody" and one.state["remark"] == "nothing-said")
    level = len(one.desk.seen("level"))
    one.say(QUESTION, then=2.0)
    await one.until(lambda: one.microphone.quiet)
    assert set(one.desk.seen("level")[level:]) <= {0.0}
    assert await one.history() == []


async def test_a_button_that_is_let_go_before_the_microphone_was_open(person):
    one = await person(listen="push-to-talk")
    await one.act("press")
    await one.act("release")
    assert one.state["remark"] == "nothing-said"
    await one.until(lambda: one.state["session"] == "open")
    assert one.state["floor"] == "nobody"
    assert await one.history() == []


async def test_the_microphone_is_closed_when_nobody_uses_it(person):
    one = await person(listen="push-to-talk")
    await one.act("press")
    await one.until(lambda: one.state["session"] == "open")
    await one.act("release")
    began = one.microphone.seconds
    await one.until(lambda: one.state["session"] == "closed")
    assert 60 <= one.microphone.seconds - began < 63
    assert not one.microphone.open
    await one.act("press")
    await one.until(lambda: one.state["session"] == "open")
    assert one.microphone.opened == 2


# open microphone


async def test_an_open_microphone_answers_until_it_is_closed(person):
    one = await person()
    await one.act("toggle")
    await one.until(lambda: one.state["session"] == "open")
    one.say(QUESTION, then=1.0)
    await one.until(lambda: one.state["floor"] == "myna")
    await one.until(lambda: one.state["floor"] == "nobody")
    one.say("And of Spain?", then=1.0)
    await one.until(lambda: len(one.engine.requests) > 0 and one.desk.seen("floor").count("myna") == 2)
    await one.act("toggle")
    assert one.state["session"] == "closed"
    assert one.state["floor"] == "nobody"
    assert [text for role, text in await one.history() if role == "user"] == [QUESTION, "And of Spain?"]


async def test_what_is_being_said_is_shown_stable_and_not(person):
    one = await person()
    await one.act("begin")
    one.say("one two three four five six seven eight nine ten eleven twelve", then=1.0)
    await one.until(lambda: one.state["floor"] == "myna")
    partials = list(zip(one.desk.seen("stable"), one.desk.seen("rest"), strict=False))
    assert any(stable.startswith("one two") for stable, _ in partials)
    assert any(rest for _, rest in partials)
    # It stands in the conversation now.
    assert (one.state["stable"], one.state["rest"]) == ("", "")


async def test_the_level_follows_what_is_heard_twenty_times_a_second_at_most(person):
    one = await person()
    await one.act("begin")
    await one.until(lambda: one.state["session"] == "open")
    began, count = one.microphone.seconds, len(one.desk.seen("level"))
    for _ in range(5):
        one.say("word " * 3, then=0.5)
    await one.until(lambda: one.microphone.quiet)
    values = one.desk.seen("level")[count:]
    assert max(values) > 0.5
    assert min(values) == 0.0
    assert all(0 <= value <= 1 for value in values)
    assert len(values) <= 20 * (one.microphone.seconds - began) + 1


async def test_muted_it_hears_nothing_and_stays_open(person):
    one = await person()
    await one.act("begin")
    await one.until(lambda: one.state["session"] == "open")
    await one.act("mute", on=True)
    one.say(QUESTION, then=2.0)
    await one.until(lambda: one.microphone.quiet)
    assert one.state["muted"]
    assert set(one.desk.seen("level")) == {0.0}
    assert await one.history() == []
    await one.act("mute", on=False)
    one.say(QUESTION, then=1.0)
    await one.until(lambda: one.state["floor"] == "myna")


async def test_mute_ends_with_the_session(person):
    one = await person()
    await one.act("begin")
    await one.act("mute", on=True)
    await one.act("end")
    assert not one.state["muted"]
    await one.act("begin")
    one.say(QUESTION, then=1.0)
    await one.until(lambda: one.state["floor"] == "myna")


async def test_mute_in_the_middle_of_a_question_takes_what_was_said(person):
    one = await person()
    await one.act("begin")
    one.say("What is the capital of France and of all the others in Europe?", then=2.0)
    await one.until(lambda: one.state["floor"] == "person" and one.state["stable"] != "")
    await one.act("mute", on=True)
    await one.until(lambda: one.state["floor"] == "myna")
    [(role, asked), *_] = await one.history()
    assert role == "user"
    assert asked.startswith("What is the")
    assert not asked.endswith("Europe?")


async def test_muted_while_myna_speaks_the_answer_goes_on(person):
    one = await person()
    await one.act("begin")
    one.say(QUESTION, then=1.0)
    await one.until(lambda: one.state["floor"] == "myna")
    await one.act("mute", on=True)
    one.say("No, wait, tell me about Spain instead", then=1.0)
    await one.until(lambda: one.state["floor"] == "nobody")
    assert (await one.history())[-1] == ("assistant", "It is Paris. A big city.")


# whose turn it is


LONG = tuple(f"This is sentence number {count} of many. " for count in range(12))


async def test_speaking_interrupts_unless_that_is_off(person):
    one = await person()
    for on, answers in ((True, 2), (False, 1)):
        one.desk.conversation = conversation(FakeEngine(LONG))
        await one.act("set", name="barge_in", value="true" if on else "false")
        await one.act("begin")
        await one.until(lambda: one.state["session"] == "open")
        seen = one.desk.seen("floor").count("myna")
        one.say(QUESTION, then=1.0)
        await one.until(lambda seen=seen: one.desk.seen("floor").count("myna") == seen + 1)
        one.say("No, tell me about Spain now", then=1.0)
        await one.until(lambda: one.microphone.quiet and one.state["floor"] == "nobody")
        assert [role for role, _ in await one.history()].count("assistant") == answers
        await one.act("end")


async def test_the_settings_of_a_session_are_changed_while_it_runs(person):
    one = await person()
    await one.act("begin")
    await one.until(lambda: one.state["session"] == "open")
    await one.act("set", name="speed", value="1.5")
    one.say(QUESTION, then=1.0)
    await one.until(lambda: one.state["floor"] == "myna")
    assert {request.speed for request in one.equipment.synthesizer.requests} == {1.5}
    assert len(one.equipment.sessions) == 1


async def test_by_hand_an_answer_is_silenced(person):
    one = await person()
    one.desk.conversation = conversation(FakeEngine(LONG))
    await one.act("begin")
    one.say(QUESTION, then=1.0)
    await one.until(lambda: one.state["floor"] == "myna")
    await one.act("silence")
    await one.until(lambda: one.state["floor"] == "nobody")
    assert len((await one.history())[-1][1]) < len("".join(LONG))


# other conversations, other devices


async def test_another_conversation_takes_the_open_microphone_along(person):
    one = await person()
    before = one.desk.conversation
    await one.act("begin")
    await one.until(lambda: one.state["session"] == "open")
    one.desk.conversation = conversation(FakeEngine(["Madrid."]))
    await one.until(lambda: len(one.equipment.sessions) == 2 and one.state["session"] == "open")
    one.say("Capital of Spain?", then=1.0)
    await one.until(lambda: one.state["floor"] == "myna")
    await one.until(lambda: one.state["floor"] == "nobody")
    assert await one.history() == [("user", "Capital of Spain?"), ("assistant", "Madrid.")]
    assert await before.history() == []


async def test_another_conversation_in_the_middle_of_an_answer_keeps_what_was_heard(person):
    one = await person()
    before = one.desk.conversation = conversation(FakeEngine(LONG))
    await one.act("begin")
    one.say(QUESTION, then=1.0)
    await one.until(lambda: one.equipment.mouth.heard > 1.0)
    one.desk.conversation = conversation(FakeEngine(["Madrid."]))
    await one.until(lambda: len(one.equipment.sessions) == 2)
    kept = [stored.message for stored in await before.history()]
    assert [message.role for message in kept] == ["user", "assistant"]
    assert kept[1].text.startswith("This is")
    assert len(kept[1].text) < len("".join(LONG))


async def test_another_conversation_while_the_models_are_loaded(person):
    one = await person()
    one.equipment.hold = asyncio.Event()
    await one.act("begin")
    await one.until(lambda: one.microphone.open)
    one.desk.conversation = conversation(FakeEngine(["Madrid."]))
    await one.until(lambda: one.microphone.opened == 2)
    one.equipment.hold.set()
    await one.until(lambda: one.state["session"] == "open")
    assert [asked is one.desk.conversation for asked, _ in one.equipment.sessions] == [True]


async def test_another_device_is_taken_at_once(person):
    one = await person()
    await one.act("begin")
    await one.until(lambda: one.state["session"] == "open")
    await one.act("set", name="microphone", value="Headset")
    await one.until(lambda: len(one.equipment.sessions) == 2)
    assert one.equipment.sessions[-1][1].microphone == "Headset"
    assert one.desk.changes == [("speech.microphone", "Headset")]


async def test_a_device_that_is_lost_and_found(person):
    one = await person()
    await one.act("begin")
    await one.until(lambda: one.state["session"] == "open")
    one.microphone.lose()
    await one.until(lambda: one.state["lost"] == ["fake microphone"])
    one.microphone.find()
    await one.until(lambda: one.state["lost"] == [])
    one.say(QUESTION, then=1.0)
    await one.until(lambda: one.state["floor"] == "myna")


# what goes wrong


async def test_no_microphone(person):
    one = await person()
    one.microphone.missing = no_microphone()
    await one.act("begin")
    await one.until(lambda: one.state["session"] == "closed" and one.state["trouble"] != {})
    assert one.state["trouble"]["place"] == "talk"
    assert one.state["trouble"]["message"] == "there is no microphone"
    assert one.state["trouble"]["hint"]
    assert one.equipment.looks == 1, "it may have been plugged in since"
    one.microphone.missing = None
    await one.act("begin")
    await one.until(lambda: one.state["session"] == "open")
    assert one.state["trouble"] == {}


async def test_a_model_that_is_not_installed(person):
    one = await person()
    one.equipment.missing = ModelMissing(
        "no model for speech to text is installed", hint="myna models pull whisper-base"
    )
    await one.act("press")
    await one.until(lambda: one.state["session"] == "closed" and one.state["trouble"] != {})
    assert one.state["trouble"]["code"] == "model-missing"
    assert one.state["trouble"]["hint"] == "myna models pull whisper-base"
    assert not one.state["held"]
    assert not one.microphone.open


async def test_an_extra_that_is_not_installed(person):
    one = await person()
    one.microphone.missing = ExtraMissing("sounddevice is not installed", hint="pip install 'myna[speech]'")
    await one.act("begin")
    await one.until(lambda: one.state["trouble"] != {})
    assert one.state["trouble"]["hint"] == "pip install 'myna[speech]'"
    await one.act("calm")
    assert one.state["trouble"] == {}


async def test_a_transcriber_that_fails_is_told_and_the_session_goes_on(person):
    one = await person()
    await one.act("begin")
    one.equipment.transcribing.error = EngineCrashed("the worker of whisper died", hint="try again")
    one.say(QUESTION, then=2.0)
    await one.until(lambda: one.state["trouble"] != {})
    assert one.state["trouble"]["message"] == "the worker of whisper died"
    one.equipment.transcribing.error = None
    one.say(QUESTION, then=1.0)
    await one.until(lambda: one.state["floor"] == "myna")
    assert one.state["session"] == "open"


async def test_closing_the_window_while_somebody_speaks(person):
    one = await person()
    await one.act("begin")
    one.say(QUESTION * 5)
    await one.until(lambda: one.state["floor"] == "person")
    await one.panel.close()
    assert not one.microphone.open
    assert one.state["session"] == "closed"


async def test_closing_the_window_while_the_models_are_loaded(person):
    one = await person()
    one.equipment.hold = asyncio.Event()
    await one.act("press")
    await one.until(lambda: one.microphone.open)
    await one.panel.close()
    assert not one.microphone.open
