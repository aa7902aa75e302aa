"""The shortest way through everything: the installed program, the default model, one question."""

import json

QUESTION = "What is the capital of France?"


def test_a_question_on_standard_input_is_answered(myna):
    ended = myna("ask", "--temperature", "0", "-", stdin=QUESTION)
    assert ended.status == 0, ended.err
    assert "Paris" in ended.out
    assert ended.err == ""


def test_the_answer_as_json(myna):
    ended = myna("ask", "--json", "--temperature", "0", QUESTION)
    assert ended.status == 0, ended.err
    answer = json.loads(ended.out)
    assert "Paris" in answer["text"]
    assert answer["model"] == "smollm2-135m-instruct"
    assert answer["finish_reason"] == "stop"
    assert answer["usage"]["completion_tokens"] > 0
    assert {"first_token", "decode", "total"} <= answer["timings"].keys()


def test_without_a_model_the_command_that_brings_one_is_named(bare_myna):
    ended = bare_myna("ask", QUESTION)
    assert ended.status == 3
    assert ended.out == ""
    assert "hint: myna models pull" in ended.err
    assert "Traceback" not in ended.err


def test_removing_a_model_here_leaves_the_shared_one(myna, shared_models):
    assert myna("models", "remove", "smollm2-135m-instruct").status == 0
    assert myna("ask", QUESTION).status == 3
    assert list((shared_models / "smollm2-135m-instruct").glob("*.gguf"))
