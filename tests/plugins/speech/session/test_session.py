"""The rules of a conversation by voice, on made-up sound in audio time."""

import asyncio

import pytest

from myna.errors import EngineCrashed, ModelMissing
from myna.events import TurnFinished, TurnStarted
from myna.testing import FakeEngine
from myna.voice_events import (
    AnswerText,
    DeviceChanged,
    Final,
    NothingSaid,
    Partial,
    Paused,
    Resumed,
)

QUESTION = "What is the capital of France?"
LONG = ("This is the first sentence of it. ", "And here comes the second sentence. ", "The third one is the last.")
TEXT = "".join(LONG)


# the plain way


async def test_a_question_is_answered_aloud(play):
    done = await play([1.0, QUESTION, 6.0])
    assert done.names == [
        "listening",
        "speech-started",
        "partial",
        "thinking",
        "final",
        "answer",
        "spoken",
        "speaking",
        "turn-done",
    ]
    assert done.questions == [QUESTION]
    assert done.heard == "This is an answer. It has two sentences."
    [turn] = done.turns
    assert (turn.question, turn.text, turn.reason) == (QUESTION, done.heard, "stop")
    assert await done.history() == [("user", QUESTION), ("assistant", done.heard)]
    assert "".join(event.text for event in done.told(AnswerText)) == done.heard


async def test_two_questions_one_after_the_other(play):
    done = await play([1.0, "Who are you?", 6.0, "今天星期几？", 6.0])
    assert done.questions == ["Who are you?", "今天星期几？"]
    assert [turn.reason for turn in done.turns] == ["stop", "stop"]


async def test_the_first_word_is_never_lost(play):
    # Nothing before it: the stream begins with speech.
    assert (await play(["Yes we can", 6.0])).questions == ["Yes we can"]
    assert (await play([0.05, "Yes we can", 6.0])).questions == ["Yes we can"]


@pytest.mark.parametrize("word", ["Yes", "No", "好"])
async def test_a_short_word_counts(stage, word):
    done = stage()
    done.microphone._sound = iter(done.make([1.0, done.speech.say(word, 0.2), 6.0]))
    await done.run()
    assert done.questions == [word]
    assert len(done.turns) == 1


async def test_what_is_shorter_than_a_word_is_none(stage):
    done = stage([1.0, ("click", 0.03), 3.0])
    await done.run()
    assert done.names == ["listening"]
    assert done.transcriber.requests == []


async def test_a_noise_without_words_is_told_and_nothing_more(play):
    done = await play([1.0, ("cough", 0.4), 3.0])
    assert done.names == ["listening", "speech-started", "nothing-said"]
    assert done.told(NothingSaid)[0].reason == "no-voice"
    assert await done.history() == []


async def test_partial_transcripts_come_while_the_person_speaks(play):
    done = await play([1.0, "one two three four five six seven eight", 6.0])
    partials = done.told(Partial)
    assert len(partials) >= 3
    assert all(event.at < done.told(Final)[0].at for event in partials)
    assert (partials[0].stable, partials[0].rest) == ("one", "two")


async def test_the_end_of_the_input_is_the_end_of_what_is_said(play):
    done = await play([0.5, QUESTION])
    assert done.questions == [QUESTION]
    assert done.heard == done.turns[0].text


@pytest.mark.parametrize("sound", [[], [0.02], [5.0]])
async def test_without_speech_it_just_ends(play, sound):
    assert (await play(sound)).names == ["listening"]


# where a turn ends


async def test_a_pause_for_thought_is_no_end(play):
    done = await play([1.0, "Tell me,", 0.7, "who are you?", 6.0])
    assert done.questions == ["Tell me,who are you?"]


async def test_an_end_is_heard_soon_and_an_open_one_late(play):
    soon, late = await play([1.0, "Who are you?", 6.0]), await play([1.0, "Well,", 6.0])
    end = soon.turns[0].timings["voice_endpoint"]
    assert end <= 300
    assert 1100 <= late.turns[0].timings["voice_endpoint"] <= 1400


async def test_noise_that_never_stops_ends_by_the_hard_limit(stage):
    def noise():
        for _ in range(60):
            yield done.speech.cough(60.0)

    done = stage(longest_turn_s=60.0, keep=False, chunk=3200)
    done.microphone._sound = noise()
    done.transcriber.keep = False
    await done.run()
    ends = done.told(NothingSaid)
    assert 58 <= len(ends) <= 60
    assert done.observed == []


async def test_a_speech_without_end_is_taken_as_it_is(play):
    text = " ".join(["word"] * 40)
    done = await play([0.5, text, 3.0], longest_turn_s=5.0)
    assert len(done.questions) >= 2
    assert all(question.startswith("word") for question in done.questions)


# speculation


async def test_the_answer_begins_before_the_turn_is_certain(play):
    done = await play([1.0, "Well,", 8.0])
    timings = done.turns[0].timings
    assert timings["voice_transcript"] < timings["voice_endpoint"] - 500
    assert timings["voice_first_token"] < timings["voice_endpoint"] - 500
    assert timings["voice_first_sentence"] < timings["voice_endpoint"] - 500
    # But nothing is heard before.
    assert timings["voice_audio_written"] >= timings["voice_endpoint"]
    assert timings["voice_audio_played"] >= timings["voice_audio_written"]
    assert len(done.asked) == 1


async def test_a_speculation_that_was_wrong_leaves_nothing(play):
    done = await play([1.0, "Tell me,", 0.7, "who are you?", 6.0])
    asked = [request.messages[-1].text for request in done.asked]
    assert asked == ["Tell me,", "Tell me,who are you?"]
    assert {event.turn for event in done.observed} == {done.observed[0].turn}
    assert [type(event) for event in done.observed].count(TurnStarted) == 1
    assert [message for _, message in await done.history()] == ["Tell me,who are you?", done.turns[0].text]
    assert len(done.turns) == 1
    assert done.engine.running == 0


async def test_there_is_at_most_one_speculation(stage):
    running = []

    class Watched(FakeEngine):
        async def generate(self, request, **more):
            async for item in super().generate(request, **more):
                running.append(self.running)
                yield item

    done = stage([1.0, "One,", 0.5, "two,", 0.5, "three,", 0.5, "four.", 5.0], engine=Watched(["x"] * 300))
    await done.run()
    assert len(done.asked) == 4
    assert max(running) == 1


async def test_the_model_reads_what_is_being_said_and_nothing_else_comes_of_it(play):
    text = "one two three four five six seven eight nine ten eleven twelve"
    done = await play([1.0, text, 6.0])
    read = [request.messages[-1].text for request in done.engine.requests if request.max_tokens == 1]
    assert len(read) >= 2
    assert all(text.startswith(part) for part in read)
    assert len({event.turn for event in done.observed}) == 1
    assert await done.history() == [("user", done.questions[0]), ("assistant", done.heard)]


async def test_the_model_waits_while_the_first_words_are_made(stage):
    made = []

    class Counting(FakeEngine):
        async def generate(self, request, **more):
            async for item in super().generate(request, **more):
                made.append(item)
                yield item

    done = stage([1.0, "Well,", 8.0], engine=Counting(["First words. ", "And "] + ["more "] * 200))
    synthesize = done.synthesizer.synthesize
    seen = []

    async def slow(request):
        if not seen:
            for _ in range(300):
                await asyncio.sleep(0)
            seen.append(len(made))
        async for piece in synthesize(request):
            yield piece

    done.synthesizer.synthesize = slow
    await done.run()
    assert seen[0] < 30
    assert len(made) > 200


# barge-in


def interrupted_by(stage, sound, *, after=1.2, answer=LONG, **settings):
    """A stage on which `sound` comes `after` seconds of the answer."""
    done = stage(answer=answer, **settings)

    def script():
        yield from done.make([1.0, QUESTION])
        while done.loudspeaker.heard < after:
            yield bytes(640)
        yield from done.make([*sound, 10.0])

    done.microphone._sound = script()
    return done


async def test_a_cough_lets_the_answer_go_on(stage):
    done = await interrupted_by(stage, [("cough", 0.3)]).run()
    assert (len(done.told(Paused)), len(done.told(Resumed)), done.cuts) == (1, 1, [])
    assert done.heard == TEXT
    assert done.questions == [QUESTION]
    assert [turn.reason for turn in done.turns] == ["stop"]


async def test_it_falls_silent_at_once_and_says_nothing_twice(stage):
    done = await interrupted_by(stage, [("cough", 0.3)]).run()
    [paused], [resumed] = done.told(Paused), done.told(Resumed)
    # Two windows are a voice; the pause is known 128 ms after the cough.
    assert resumed.at - paused.at < 0.5
    assert done.loudspeaker.pauses == 1
    assert done.loudspeaker.heard == pytest.approx(len(done.loudspeaker.sound) / 2 / 16000)


@pytest.mark.parametrize("nod", ["Uh-huh.", "Yeah.", "OK", "mm-hmm", "嗯嗯", "好的。"])
async def test_a_nod_lets_the_answer_go_on(stage, nod):
    done = await interrupted_by(stage, [nod]).run()
    assert done.cuts == []
    assert (done.heard, done.questions) == (TEXT, [QUESTION])


async def test_even_a_long_nod(stage):
    done = await interrupted_by(stage, ["Yeah, okay, right, I see."]).run()
    assert done.cuts == []
    assert done.heard == TEXT


async def test_a_noise_that_goes_on_does_not_silence_it_for_long(stage):
    done = await interrupted_by(stage, [("drill", 4.0)]).run()
    assert done.cuts == []
    assert done.heard == TEXT


@pytest.mark.parametrize("question", ["And what about Italy?", "那么意大利的首都呢？"])
async def test_real_speech_ends_it_and_is_the_next_question(stage, question):
    done = await interrupted_by(stage, [question]).run()
    assert done.questions == [QUESTION, question]
    [cut] = done.cuts
    assert cut == "This is the first"
    assert [turn.reason for turn in done.turns] == ["cancelled", "stop"]
    # Of the first answer nothing is heard after the second question was begun.
    # A word that was cut in its second half can be guessed, but is not kept.
    assert done.heard in {f"{cut} {TEXT}", f"{cut} sentence {TEXT}"}
    assert await done.history() == [
        ("user", QUESTION),
        ("assistant", cut),
        ("user", question),
        ("assistant", TEXT),
    ]
    assert [message.text for message in done.engine.requests[-1].messages] == [QUESTION, cut, question]


@pytest.mark.parametrize("word", ["Stop.", "Stop!", "Please stop it.", "Be quiet", "停！", "别说了", "安静"])
async def test_a_stop_word_ends_it_and_asks_nothing(stage, word):
    done = await interrupted_by(stage, [word]).run()
    assert done.cuts == ["This is the first"]
    assert done.questions[1:] == [word]
    assert [turn.question for turn in done.turns] == [QUESTION]
    assert await done.history() == [("user", QUESTION), ("assistant", "This is the first")]
    assert len(done.asked) == 1


async def test_stop_words_are_a_setting(stage):
    done = await interrupted_by(stage, ["Banana"], stop_words=("banana",)).run()
    assert done.cuts == ["This is the first"]
    assert (await interrupted_by(stage, ["Stop"], stop_words=("banana",)).run()).cuts == []


async def test_nothing_of_a_cancelled_answer_is_heard_later(stage):
    endless = [f"Sentence number {number} of many. " for number in range(200)]
    done = await interrupted_by(stage, ["Now tell me something else."], answer=endless, after=3.0).run()
    [cut] = done.cuts
    first = done.turns[0]
    assert first.text == cut
    assert cut.startswith("Sentence number 0 of many. Sentence number 1")
    # What the loudspeaker has played is what was kept, then the second answer from its start.
    words = done.heard
    assert words.startswith(cut)
    rest = words[len(cut) :].strip()
    assert "number 0 of many" in rest


async def test_an_answer_may_be_left_to_finish(stage):
    done = await interrupted_by(stage, ["And what about Italy?"], barge_in=False).run()
    assert done.told(Paused) == []
    assert (done.heard, done.questions) == (TEXT, [QUESTION])


async def test_who_goes_on_before_the_answer_was_heard_has_said_one_thing(stage):
    engine = FakeEngine(LONG, hold_after=0)
    done = stage([1.0, "Who wrote that?", 1.0, "And when was it?", 2.0], engine=engine)
    done.microphone.at(5.5, engine.release)
    await done.run()
    assert done.questions == ["Who wrote that?And when was it?"]
    assert done.cuts == []
    assert await done.history() == [("user", "Who wrote that?And when was it?"), ("assistant", TEXT)]
    assert [type(event) for event in done.observed].count(TurnStarted) == 1


async def test_interrupted_before_it_was_heard(stage):
    engine = FakeEngine(LONG, hold_after=0)
    done = stage([1.0, QUESTION, 3.0, "No, wait, tell me something else.", 1.0], engine=engine)
    done.microphone.at(7.5, engine.release)
    await done.run()
    assert done.cuts == [""]
    assert await done.history() == [
        ("user", QUESTION),
        ("user", "No, wait, tell me something else."),
        ("assistant", TEXT),
    ]


async def test_what_was_heard_leaves_out_what_was_not_spoken(stage):
    answer = ("Run this. ", "`ls -l` is it. ", "It lists the files of a folder.")
    done = await interrupted_by(stage, ["And what about Italy?"], answer=answer, after=0.2).run()
    assert done.cuts == ["Run"]
    done = await interrupted_by(stage, ["And what about Italy?"], answer=answer, after=1.2).run()
    assert done.cuts[0].startswith("Run this. `ls -l` is it. It lists")


# wake phrase and follow-up


async def test_without_the_wake_phrase_nothing_is_for_myna(play):
    done = await play([1.0, QUESTION, 4.0], listen="wake")
    assert done.names == ["listening", "speech-started"]
    assert done.engine.requests == []
    assert done.observed == []


@pytest.mark.parametrize(
    "spoken",
    ["Hey Myna, what is this?", "Hey, Maina. What is this?", "Hey Mina what is this?", "So hey Myna what is this?"],
)
async def test_the_wake_phrase_and_a_question(play, spoken):
    done = await play([1.0, spoken, 6.0], listen="wake")
    assert [turn.question for turn in done.turns] == ["What is this?"]
    assert done.names[:4] == ["listening", "speech-started", "partial", "awake"] or "awake" in done.names


async def test_the_wake_phrase_in_chinese(play):
    done = await play([1.0, "你好八哥，今天星期几？", 6.0], listen="wake")
    assert [turn.question for turn in done.turns] == ["今天星期几？"]


async def test_the_wake_phrase_alone_waits_for_the_question(play):
    done = await play([1.0, "Hey Myna.", 3.0, "What is this?", 6.0], listen="wake")
    assert [turn.question for turn in done.turns] == ["What is this?"]


async def test_a_wake_phrase_and_its_question_belong_together_across_a_pause(play):
    # "Hey" alone is no wake phrase, and what comes after the pause is none either.
    done = await play([1.0, "Hey", 0.9, "Myna, what is this?", 6.0], listen="wake")
    assert [turn.question for turn in done.turns] == ["What is this?"]
    done = await play([1.0, "Hey", 4.0, "Myna, what is this?", 6.0], listen="wake")
    assert done.turns == []


async def test_talk_that_is_not_for_myna_is_not_collected(play):
    long = "we talk and talk of this and that"
    done = await play([1.0, *[long, 0.9] * 5, 3.0], listen="wake")
    lengths = [len(request.audio) / 32000 for request in done.transcriber.requests]
    assert max(lengths) < 4.5
    assert done.observed == []


async def test_a_follow_up_needs_no_wake_phrase_for_some_seconds(play):
    sound = [1.0, "Hey Myna, what is this?", 8.0, "And what is that?"]
    done = await play([*sound, 8.0], listen="wake", follow_up_s=8.0)
    assert [turn.question for turn in done.turns] == ["What is this?", "And what is that?"]
    done = await play([*sound, 20.0, "And what is that?", 8.0], listen="wake", follow_up_s=2.0)
    assert [turn.question for turn in done.turns] == ["What is this?"]


async def test_an_answer_can_be_interrupted_without_the_wake_phrase(stage):
    done = stage(answer=LONG, listen="wake")

    def script():
        yield from done.make([1.0, "Hey Myna, what is this?"])
        while done.loudspeaker.heard < 1.2:
            yield bytes(640)
        yield from done.make(["And what about Italy?", 10.0])

    done.microphone._sound = script()
    await done.run()
    assert [turn.question for turn in done.turns] == ["What is this?", "And what about Italy?"]


async def test_a_wake_word_model_wakes_too(stage):
    class Model:
        seen = 0

        async def heard(self, audio):
            self.seen += 1
            return self.seen == 50

    done = await stage([2.0, "What is this?", 6.0], listen="wake", wake_word=Model()).run()
    assert [turn.question for turn in done.turns] == ["What is this?"]


# push-to-talk


async def test_push_to_talk_takes_what_is_said_while_it_is_held(stage):
    done = stage([1.0, "not for you", 1.0, "One,", 2.0, "two.", 6.0], listen="push-to-talk")
    done.microphone.at(2.7, done.session.press)
    done.microphone.at(5.4, done.session.release)
    await done.run()
    assert done.questions == ["One,two."]
    assert done.turns[0].timings["voice_endpoint"] > 0
    assert done.heard == done.turns[0].text


async def test_push_to_talk_silences_an_answer(stage):
    done = stage(answer=LONG, listen="push-to-talk")

    def script():
        yield from done.make([1.0])
        done.session.press()
        yield from done.make([QUESTION])
        done.session.release()
        while done.loudspeaker.heard < 1.2:
            yield bytes(640)
        done.session.press()
        yield from done.make([0.4, "Another one?"])
        done.session.release()
        yield bytes(640) * 400

    done.microphone._sound = script()
    await done.run()
    assert done.questions == [QUESTION, "Another one?"]
    assert done.cuts == ["This is the first"]


async def test_held_in_silence_nothing_is_said(stage):
    done = stage([3.0], listen="push-to-talk")
    done.microphone.at(1.0, done.session.press)
    done.microphone.at(2.0, done.session.release)
    await done.run()
    assert [event.reason for event in done.told(NothingSaid)] == ["no-voice"]


async def test_a_button_that_is_never_released_has_a_limit(stage):
    done = stage([0.5, "one two three", 9.0], listen="push-to-talk", longest_turn_s=3.0)
    done.microphone.at(0.4, done.session.press)
    await done.run()
    assert done.questions == ["one two three"]


# devices and workers that fail


async def test_an_unplugged_microphone_is_told_and_picked_up_again(stage):
    done = stage([1.0, QUESTION, 6.0, 4.0, "Who are you?", 6.0])
    done.microphone.at(6.0, done.microphone.lose)
    done.microphone.at(9.0, done.microphone.find)
    await done.run()
    assert [(event.kind, event.name) for event in done.told(DeviceChanged)] == [
        ("lost", "fake microphone"),
        ("found", "fake microphone"),
    ]
    assert done.questions == [QUESTION, "Who are you?"]


async def test_unplugged_in_mid_sentence(stage):
    done = stage([1.0, "one two three four five six", 6.0])
    done.microphone.at(2.0, done.microphone.lose)
    await done.run()
    assert len(done.questions) == 1
    assert "one two three four five six".startswith(done.questions[0])


async def test_a_model_that_is_killed_ends_its_turn_with_an_error_that_is_heard(stage):
    crash = EngineCrashed("it is gone")
    engine = FakeEngine(LONG, error=crash, error_after=2)
    done = stage([1.0, QUESTION, 9.0, "Who are you?", 9.0], engine=engine)
    done.microphone.at(10.0, lambda: setattr(engine, "_error", None))
    await done.run()
    assert [turn.reason for turn in done.turns] == ["error", "stop"]
    assert done.turns[0].error.code == "engine-crashed"
    assert done.heard.startswith("".join(LONG[:2]) + "Sorry, something went wrong.")
    assert (await done.history())[1] == ("assistant", "".join(LONG[:2]))


async def test_a_model_that_is_missing_is_said_and_told(stage):
    done = stage([1.0, QUESTION, 6.0], engine=FakeEngine(error=ModelMissing("none")))
    await done.run()
    assert [turn.error.code for turn in done.turns] == ["model-missing"]
    assert done.heard == "Sorry, something went wrong."


async def test_a_voice_that_is_killed_ends_its_turn_with_what_was_heard(stage):
    done = stage([1.0, QUESTION, 9.0, "Who are you?", 9.0], answer=LONG)
    done.synthesizer.error, done.synthesizer._error_after = EngineCrashed("the voice is gone"), 3
    done.microphone.at(10.0, lambda: setattr(done.synthesizer, "error", None))
    await done.run()
    assert [turn.reason for turn in done.turns] == ["error", "stop"]
    heard = done.turns[0].text
    assert heard
    assert LONG[0].startswith(heard)
    assert done.heard.startswith(heard)
    assert (await done.history())[1] == ("assistant", heard)


async def test_recognition_that_is_killed_is_told_and_the_session_goes_on(stage):
    done = stage([1.0, QUESTION, 6.0, "Who are you?", 6.0])
    done.transcriber.error = EngineCrashed("gone")
    done.microphone.at(6.0, lambda: setattr(done.transcriber, "error", None))
    await done.run()
    assert done.failures == ["engine-crashed"]
    assert done.questions == ["Who are you?"]


async def test_recognition_that_is_killed_during_an_interruption_lets_the_answer_go_on(stage):
    done = interrupted_by(stage, [0.02, ("cough", 0.3)])

    def on(event):
        done.events.append(event)
        if isinstance(event, Paused):
            done.transcriber.error = EngineCrashed("gone")

    done.on_event = on
    await done.run()
    assert done.failures == ["engine-crashed"]
    assert done.heard == TEXT


async def test_voice_activity_that_is_killed_comes_back(stage):
    done = stage([1.0, QUESTION, 6.0, "Who are you?", 6.0])

    def once():
        done.voice.error = EngineCrashed("gone")
        done.microphone.at(5.04, lambda: setattr(done.voice, "error", None))

    done.microphone.at(5.0, once)
    await done.run()
    assert done.failures == ["engine-crashed"]
    assert done.questions == [QUESTION, "Who are you?"]


async def test_a_session_that_hears_nothing_ends_with_the_reason(stage):
    done = stage([5.0])
    done.voice.error = ModelMissing("no voice activity")
    with pytest.raises(ModelMissing):
        await done.run()
    assert not done.microphone.open
    assert not done.loudspeaker.is_open


async def test_turn_end_that_fails_leaves_the_longest_silence(stage):
    done = stage([1.0, "tell me more", 8.0])

    async def turn_end(audio):
        raise EngineCrashed("gone")

    done.voice.turn_end = turn_end
    await done.run()
    assert done.questions == ["tell me more"]
    assert done.turns[0].timings["voice_endpoint"] > 1100


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [("What is this?", 420, 520), ("这是什么？", 420, 520), ("Tell me.", 740, 840), ("Tell me...", 1190, 1290)],
)
async def test_a_whole_sentence_needs_less_silence(stage, text, least, most):
    done = stage([1.0, text, 8.0])

    async def turn_end(audio):
        return 0.1

    done.voice.turn_end = turn_end
    await done.run()
    assert least <= done.turns[0].timings["voice_endpoint"] <= most


async def test_cancelling_the_session_keeps_what_was_heard(stage):
    done = stage(answer=LONG)
    speaking = asyncio.Event()

    def script():
        yield from done.make([1.0, QUESTION])
        while done.loudspeaker.heard < 1.2:
            yield bytes(640)
        speaking.set()
        while True:
            yield bytes(640)

    done.microphone._sound = script()
    running = asyncio.create_task(done.session.run())
    await speaking.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert (await done.history())[0] == ("user", QUESTION)
    assert (await done.history())[1][1].startswith("This is the first")
    assert not done.microphone.open
    assert isinstance(done.observed[-1], TurnFinished)


# figures


async def test_each_turn_reports_its_stages_from_the_true_end_of_speech(play):
    done = await play([1.0, QUESTION, 6.0])
    timings = done.turns[0].timings
    stages = [
        "voice_transcript",
        "voice_first_token",
        "voice_first_sentence",
        "voice_endpoint",
        "voice_audio_written",
        "voice_audio_played",
    ]
    assert sorted(stages, key=timings.__getitem__) == stages
    # A second of silence and six words, in windows of 32 ms.
    assert timings["voice_end_of_speech"] == pytest.approx(1000 + 1800, abs=64)
    assert 0 < timings["voice_transcript"] < timings["voice_audio_played"] < 400
    rows = done.session.percentiles.rows()
    assert [row[0] for row in rows].count("voice_audio_played") == 1
    finished = [event for event in done.observed if isinstance(event, TurnFinished)]
    assert finished[0].timings["voice_audio_played"] == timings["voice_audio_played"]
