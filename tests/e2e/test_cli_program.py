"""The installed program on the real default model: what people and scripts rely on."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

GREEDY = ("--temperature", "0", "--max-tokens", "16")
PARIS = "What is the capital of France?"
STORY = "Write a long story about a bird that wanted to learn to swim."

posix = pytest.mark.skipif(os.name == "nt", reason="signals and pipes of POSIX")


def test_a_question_through_a_pipe(myna) -> None:
    ended = myna("ask", "-", *GREEDY, stdin=f"{PARIS}\n")
    assert (ended.status, ended.err) == (0, "")
    assert "Paris" in ended.out
    assert ended.out.endswith("\n")


def test_an_answer_as_json(myna) -> None:
    ended = myna("ask", PARIS, *GREEDY, "--json")
    answer = json.loads(ended.out)
    assert ended.status == 0
    assert "Paris" in answer["text"]
    assert answer["model"] == "smollm2-135m-instruct"
    assert answer["finish_reason"] in {"stop", "length"}
    assert answer["usage"]["prompt_tokens"] > 0
    assert answer["timings"]["first_token"] > 0
    assert all(round(milliseconds, 3) == milliseconds for milliseconds in answer["timings"].values())


def test_an_answer_that_fits_a_schema(myna, tmp_path: Path) -> None:
    schema = tmp_path / "s.json"
    kind = {
        "type": "object",
        "properties": {"a": {"enum": ["x", "y"]}},
        "required": ["a"],
        "additionalProperties": False,
    }
    schema.write_text(json.dumps(kind), encoding="utf-8")
    ended = myna("ask", "Pick one.", "--schema", str(schema), "--temperature", "1")
    assert ended.status == 0
    assert json.loads(ended.out)["a"] in {"x", "y"}


def test_the_same_seed_gives_the_same_answer(myna) -> None:
    options = ("--temperature", "1", "--seed", "7", "--max-tokens", "12")
    first, second = (myna("ask", "Invent a name.", *options).out for _ in range(2))
    assert first == second
    assert first.strip()


def test_a_chat_through_a_pipe_remembers(myna) -> None:
    ended = myna("chat", stdin="My name is Ada.\n/history\n/quit\n", env={"MYNA_CHAT_MAX_TOKENS": "8"})
    assert ended.status == 0
    assert "My name is Ada." in ended.out
    listed = json.loads(myna("conversations", "list", "--json").out)
    assert [one["messages"] for one in listed] == [2]


def test_ten_megabytes_are_too_long_and_say_so(myna) -> None:
    ended = myna("ask", "-", stdin="hello world " * 900_000)
    assert (ended.status, ended.out) == (6, "")
    assert ended.err.startswith("myna: ")
    assert "hint: " in ended.err
    assert len(ended.err.splitlines()) == 2


def test_without_a_model_the_way_to_get_one_is_named(bare_myna) -> None:
    for arguments in (("ask", "Hi"), ("chat",), ("demo",)):
        ended = bare_myna(*arguments)
        assert ended.status == 3
        assert "myna models pull" in ended.err
        assert "Traceback" not in ended.err


def test_a_file_that_is_no_model(myna, tmp_path: Path) -> None:
    fake = tmp_path / "fake.gguf"
    fake.write_text("this is text", encoding="utf-8")
    ended = myna("ask", "Hi", "--model", str(fake))
    assert (ended.status, ended.out) == (6, "")
    assert len(ended.err.splitlines()) <= 2


def test_a_model_by_its_path(myna, default_model_file: Path) -> None:
    ended = myna("ask", PARIS, *GREEDY, "--model", str(default_model_file))
    assert ended.status == 0
    assert "Paris" in ended.out


@posix
def test_ctrl_c_ends_an_answer(myna) -> None:
    with myna.start("ask", STORY, "--temperature", "0") as running:
        assert running.stdout.read(1), running.stderr.read()
        running.send_signal(signal.SIGINT)
        _, err = running.communicate(timeout=20)
    assert (running.returncode, err) == (130, b"")


@posix
def test_a_reader_that_leaves_early_is_no_error(myna) -> None:
    with myna.start("ask", STORY, "--temperature", "0") as running:
        assert running.stdout.read(1), running.stderr.read()
        running.stdout.close()
        running.stdin.close()
        assert running.stderr.read() == b""
        assert running.wait(timeout=30) == 141


def test_help_does_not_import_what_is_slow(bare_myna) -> None:
    code = (
        "import sys; from myna.cli.main import run; run(['--help']);"
        "print(sorted({'asyncio', 'sqlalchemy', 'rich', 'prompt_toolkit', 'numpy', 'jinja2', 'httpx', 'psutil',"
        " 'huggingface_hub', 'llama_cpp'} & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env=bare_myna.environment(),
        check=True,
        timeout=60,
    )
    assert done.stderr == "[]\n"


def test_it_also_runs_as_a_module(bare_myna) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "myna.cli", "config", "path"],
        capture_output=True,
        text=True,
        env=bare_myna.environment(),
        check=True,
        timeout=60,
    )
    assert done.stdout.strip().endswith("config.toml")


def test_chinese_is_printed_under_any_locale(bare_myna) -> None:
    ended = bare_myna("--help", env={"LC_ALL": "C", "MYNA_LANGUAGE": "zh"})
    assert "提一个问题" in ended.out
    ended = bare_myna("--help", env={"PYTHONIOENCODING": "iso8859-1", "MYNA_LANGUAGE": "zh"})
    assert (ended.status, ended.err) == (0, "")
    assert "?" in ended.out
