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
