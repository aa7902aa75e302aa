"""What goes wrong at a bad moment: every turn ends, and so does the session."""

import asyncio

from myna.errors import EngineCrashed

QUESTION = "What is the capital of France?"


async def ends(stage):
    """`stage`, run to its end. A session that never ends is the failure that is looked for: nothing here takes a
    second."""
    async with asyncio.timeout(10):
        return await stage.run()


async def test_a_voice_that_fails_for_an_answer_that_is_not_wanted_any_more(stage):
    done = stage([1.0, "Tell me,", 0.7, "who are you?", 6.0])
    done.synthesizer.error = EngineCrashed("the voice is gone")
    done.microphone.at(2.4, lambda: setattr(done.synthesizer, "error", None))
    await ends(done)
    assert done.questions == ["Tell me,who are you?"]
    assert [turn.reason for turn in done.turns] == ["stop"]


async def test_a_voice_that_has_no_sound_for_the_first_words(stage):
    done = stage([1.0, QUESTION, 6.0], answer=("… ", "\u2014. ", "And ", "this ", "is ", "heard."))
    synthesize = done.synthesizer.synthesize

    async def some(request):
        if any(char.isalnum() for char in request.text):
            async for piece in synthesize(request):
                yield piece

    done.synthesizer.synthesize = some
    await ends(done)
    assert [turn.reason for turn in done.turns] == ["stop"]
    assert done.heard == "And this is heard."


async def test_a_turn_at_its_limit_is_transcribed_although_somebody_goes_on(stage):
    done = stage([0.5, " ".join(["word"] * 40), 3.0], longest_turn_s=5.0)

    async def half_a_second():
        # About what a recogniser needs for 5 s: somebody who goes on is noticed before it is done.
        heard = asyncio.Event()
        done.microphone.at(done.microphone.seconds + 0.5, heard.set)
        await heard.wait()

    done.transcriber._wait = half_a_second
    await ends(done)
    assert len(done.questions) >= 2


async def test_voice_activity_that_fails_in_the_middle_of_a_question(stage):
    done = stage([1.0, QUESTION, 20.0])

    def once():
        done.voice.error = EngineCrashed("gone")
        done.microphone.at(2.55, lambda: setattr(done.voice, "error", None))

    done.microphone.at(2.5, once)
    ended = []
    done.microphone.at(15.0, lambda: ended.append((done.session._listener.utterance, len(done.turns))))
    await ends(done)
    assert done.failures == ["engine-crashed"]
    assert ended == [(None, 1)]


async def test_voice_activity_that_fails_when_the_question_was_over(stage):
    done = stage([1.0, QUESTION, 20.0])

    def once():
        done.voice.error = EngineCrashed("gone")
        done.microphone.at(2.85, lambda: setattr(done.voice, "error", None))

    done.microphone.at(2.79, once)
    ended = []
    done.microphone.at(15.0, lambda: ended.append((done.session._listener.utterance, len(done.turns))))
    await ends(done)
    assert ended == [(None, 1)]


async def test_a_wake_word_model_that_is_gone_is_told_once(stage):
    class Gone:
        asked = 0

        async def heard(self, audio):
            self.asked += 1
            raise EngineCrashed("gone")

    model = Gone()
    done = await ends(stage([1.0, "Hey Myna, what is this?", 6.0], listen="wake", wake_word=model))
    assert [turn.question for turn in done.turns] == ["What is this?"]
    assert done.failures == ["engine-crashed"]
    assert model.asked > 100
