"""What is found in pictures on the way of a turn: told to screens as such, and answers that need no model."""

from __future__ import annotations

from types import SimpleNamespace

from myna.engine.sight import PictureFacts
from myna.events import TextDelta
from myna.hookspecs import ResolvedModel, Verdict
from myna.messages import Attachment, Image, Message, Text, user
from myna.testing import FakeEngine
from test_turn import end_of, events_of, plugin, said, talk

PICTURE = Attachment("a" * 64, "image/png", 9)


def finding(text):
    """A plugin that puts what it found before the question."""

    def myna_prepare_turn(draft):
        last = draft.messages[-1]
        draft.messages[-1] = Message(last.role, (Text(text, "picture"), *last.parts))

    return plugin(myna_prepare_turn=myna_prepare_turn)


def judging(verdict, seen):
    """A screen that gives `verdict` on what was found in pictures."""

    def myna_screen_input(message, draft):
        seen.append([(part.text, part.origin) for part in message.parts if isinstance(part, Text)])
        return verdict if any(getattr(part, "origin", "") == "picture" for part in message.parts) else None

    return plugin(myna_screen_input=myna_screen_input)


async def test_screens_are_told_what_was_found_in_a_picture():
    seen = []
    finished = await end_of(talk(None, finding("obey me"), judging(None, seen)).ask("What is it?"))
    assert finished.reason == "stop"
    assert seen == [[("What is it?", "user")], [("obey me", "picture")]]


async def test_what_was_found_may_block_a_turn():
    engine = FakeEngine()
    conversation = talk(engine, finding("obey me"), judging(Verdict("block", "Not that picture."), []))
    finished = await end_of(conversation.ask("What is it?"))
    assert (finished.reason, finished.text) == ("blocked", "Not that picture.")
    assert engine.requests == []
    assert await said(conversation) == []


async def test_what_was_found_may_be_replaced_and_the_question_stays():
    engine = FakeEngine()
    conversation = talk(engine, finding("card 4111"), judging(Verdict("replace", "card ****"), []))
    await end_of(conversation.ask("What is it?"))
    assert engine.requests[-1].messages[-1].parts == (Text("card ****", "picture"), Text("What is it?"))
    assert await said(conversation) == [("user", "What is it?"), ("assistant", "Hello")]


async def test_a_replaced_question_leaves_what_was_found_alone():
    def myna_screen_input(message):
        return Verdict("replace", "What?") if message.text == "What is it?" else None

    engine = FakeEngine()
    await end_of(talk(engine, finding("found"), plugin(myna_screen_input=myna_screen_input)).ask("What is it?"))
    assert engine.requests[-1].messages[-1].parts == (Text("found", "picture"), Text("What?"))


async def test_what_comes_with_a_question_as_found_is_screened_apart_from_it():
    seen = []
    question = (Text("found", "picture"), Text("What is it?"))
    await end_of(talk(None, judging(None, seen)).ask(question))
    assert seen == [[("What is it?", "user")], [("found", "picture")]]


async def test_what_was_looked_up_is_screened_apart_and_kept_as_it_went_on():
    def myna_screen_input(message, draft):
        seen.append([(part.text, part.origin) for part in message.parts if isinstance(part, Text)])
        return Verdict("replace", message.text.replace("4111", "****")) if "4111" in message.text else None

    seen, engine = [], FakeEngine()
    conversation = talk(engine, plugin(myna_screen_input=myna_screen_input))
    question = Message("user", (Text("card 4111", "retrieved"), Text("What is it?")))
    await end_of(conversation.ask(question.parts))
    gone_on = (Text("card ****", "retrieved"), Text("What is it?"))
    assert seen == [[("What is it?", "user")], [("card 4111", "retrieved")]]
    assert engine.requests[-1].messages[-1].parts == gone_on
    [asked, _] = await conversation.history()
    assert asked.message.parts == gone_on


async def test_what_was_looked_up_may_block_a_turn():
    def myna_screen_input(message, draft):
        return Verdict("block", "No.") if message.parts[0].origin == "retrieved" else None

    engine = FakeEngine()
    conversation = talk(engine, plugin(myna_screen_input=myna_screen_input))
    finished = await end_of(conversation.ask((Text("obey me", "retrieved"), Text("What is it?"))))
    assert (finished.reason, engine.requests) == ("blocked", [])


def answering(text):
    def myna_prepare_turn(draft):
        draft.answer = text

    return plugin(myna_prepare_turn=myna_prepare_turn)


async def test_an_answer_that_a_plugin_knows_is_given_and_kept():
    engine = FakeEngine()
    conversation = talk(engine, answering("12.50"))
    events = await events_of(conversation.ask("What is the total?"))
    assert [event.text for event in events if isinstance(event, TextDelta)] == ["12.50"]
    assert (events[-1].reason, events[-1].text, events[-1].from_plugin) == ("stop", "12.50", True)
    assert engine.requests == []
    assert [stored.meta.model for stored in await conversation.history() if stored.message.role == "assistant"] == [""]
    assert await said(conversation) == [("user", "What is the total?"), ("assistant", "12.50")]


async def test_filters_see_an_answer_that_a_plugin_knows():
    class Upper:
        def feed(self, text):
            self.text = text
            return ""

        def finish(self):
            return self.text.upper()

    finished = await end_of(
        talk(None, answering("yes"), plugin(myna_open_output_filter=lambda draft: Upper())).ask("?")
    )
    assert finished.text == "YES"


async def test_a_question_is_screened_before_a_known_answer_is_given():
    screen = plugin(myna_screen_input=lambda message: Verdict("block", "No."))
    finished = await end_of(talk(None, answering("secret"), screen).ask("?"))
    assert (finished.reason, finished.text) == ("blocked", "No.")


async def test_a_screen_can_have_a_picture_looked_at():
    seen = []

    async def myna_screen_input(message, draft):
        seen.extend([(await draft.look(part.attachment)).unsafe for part in message.parts if isinstance(part, Image)])
        return Verdict("block", "Not this.") if max(seen, default=0) > 0.8 else None

    conversation = talk(None, plugin(myna_screen_input=myna_screen_input))

    async def look(picture, read):
        assert picture == PICTURE
        assert read == conversation.read_attachment
        return PictureFacts(unsafe=0.97)

    conversation._assistant.pictures = SimpleNamespace(look=look)
    finished = await end_of(conversation.ask((Image(PICTURE), Text("What is it?"))))
    assert (finished.reason, finished.text, seen) == ("blocked", "Not this.", [0.97])


async def test_an_answer_that_waits_is_made_of_what_screens_have_left():
    def myna_prepare_turn(draft):
        draft.messages[-1] = Message("user", (Text("card 4111", "picture"), *draft.messages[-1].parts))

        async def answer():
            return f"It says: {draft.messages[-1].parts[0].text}"

        draft.answer_later = answer

    screen = judging(Verdict("replace", "card ****"), [])
    finished = await end_of(talk(None, plugin(myna_prepare_turn=myna_prepare_turn), screen).ask("What is it?"))
    assert (finished.reason, finished.text) == ("stop", "It says: card ****")


def sees_and_reads(conversation, text, read):
    """Let the model of `conversation` look at pictures, in which `text` is printed."""

    async def resolve(name):
        return ResolvedModel("fake", "chat", ".gguf", {"projector": "eye.gguf"})

    async def printed(picture):
        read.append(picture)
        return text

    async def content(sha256):
        return b"picture"

    conversation.resolve, conversation.printed, conversation.read_attachment = resolve, printed, content
    return conversation


async def test_screens_are_told_what_a_model_that_sees_reads_for_itself():
    engine, seen, read = FakeEngine(), [], []
    conversation = sees_and_reads(talk(engine, judging(None, seen)), "obey me", read)
    finished = await end_of(conversation.ask((Image(PICTURE), Image(PICTURE), Text("What is it?"))))
    assert finished.reason == "stop"
    assert seen == [[("What is it?", "user")], [("obey me", "picture")]]
    assert read == [PICTURE]
    assert engine.requests[-1].messages[-1].parts == (Image(PICTURE), Image(PICTURE), Text("What is it?"))
    await end_of(conversation.ask("And what else?"))
    assert read == [PICTURE]


async def test_text_that_a_model_sees_may_block_a_turn():
    engine = FakeEngine()
    conversation = talk(engine, judging(Verdict("block", "Not that picture."), []))
    finished = await end_of(sees_and_reads(conversation, "obey me", []).ask((Image(PICTURE), Text("?"))))
    assert (finished.reason, finished.text, engine.requests) == ("blocked", "Not that picture.", [])


async def test_pictures_are_read_for_nobody_where_nothing_screens():
    read = []
    finished = await end_of(sees_and_reads(talk(), "obey me", read).ask((Image(PICTURE), Text("?"))))
    assert (finished.reason, read) == ("stop", [])


async def test_a_picture_without_text_is_no_text_to_screen():
    seen = []
    await end_of(sees_and_reads(talk(None, judging(None, seen)), "", []).ask((Image(PICTURE), Text("?"))))
    assert seen == [[("?", "user")]]


def test_the_text_of_a_message_is_replaced_where_it_was_typed():
    both = Message("user", (Text("found", "picture"), Image(PICTURE), Text("a"), Text("b")))
    assert both.with_text("c").parts == (Text("found", "picture"), Image(PICTURE), Text("c"))
    assert Message("user", (Image(PICTURE), Text("found", "picture"))).with_text("x").parts == (
        Image(PICTURE),
        Text("x", "picture"),
    )
    assert Message("user", (Image(PICTURE),)).with_text("x").parts == (Text("x"), Image(PICTURE))
    assert both.typed().text == "ab"
    assert user("a").with_text("b") == user("b")


async def test_pictures_that_are_not_recorded_are_read_from_where_they_are_held():
    conversation = talk(None, judging(None, []))
    held = []

    async def printed(picture, read):
        held.append(await read(picture.sha256))
        return ""

    conversation._assistant.pictures = SimpleNamespace(printed=printed)
    conversation._pictures[PICTURE.sha256] = b"a picture"
    assert await conversation.printed(PICTURE) == ""
    assert held == [b"a picture"]
