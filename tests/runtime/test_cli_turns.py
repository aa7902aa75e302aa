"""`ask`, `chat` and `demo` on a scripted engine, and what they leave in the store."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace

import pytest

from myna.cli.main import run
from myna.cli.session import Chat
from myna.engine.protocols import TextRequest
from myna.errors import EngineCrashed
from myna.hookspecs import ChatCommand
from myna.host import PluginHost
from myna.testing import FakeEngine, answered_by

Run = Callable[..., tuple[int, str, str]]


class Piped(io.TextIOWrapper):
    """Standard input that somebody fills."""

    def __init__(self, data: bytes) -> None:
        super().__init__(io.BytesIO(data), encoding="utf-8")


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[FakeEngine], None]]:
    """Let this engine answer, without any plugin."""
    monkeypatch.setenv("MYNA_PLUGINS_ONLY", "nothing")
    with ExitStack() as used:
        yield lambda fake: used.enter_context(answered_by(fake))


@pytest.fixture
def engine(use: Callable[[FakeEngine], None]) -> FakeEngine:
    fake = FakeEngine(["Par", "is."])
    use(fake)
    return fake


@pytest.fixture
def myna(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    def call(*arguments: str, stdin: bytes = b"") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "stdin", Piped(stdin))
        status = run(arguments)
        captured = capfd.readouterr()
        return status, captured.out, captured.err

    return call


def test_ask_prints_the_answer_and_nothing_else(myna: Run, engine: FakeEngine) -> None:
    assert myna("ask", "What is the capital of France?") == (0, "Paris.\n", "")
    assert engine.requests[0].messages[-1].text == "What is the capital of France?"


def test_ask_without_streaming_prints_the_same(myna: Run, engine: FakeEngine) -> None:
    assert myna("ask", "Hello", "--no-stream") == (0, "Paris.\n", "")


def test_ask_as_json(myna: Run, engine: FakeEngine) -> None:
    status, out, err = myna("ask", "Hello", "--json")
    answer = json.loads(out)
    assert (status, err) == (0, "")
    assert list(answer) == ["text", "model", "finish_reason", "usage", "timings"]
    assert (answer["text"], answer["model"], answer["finish_reason"]) == ("Paris.", "fake", "stop")
    assert answer["usage"]["completion_tokens"] == 2
    assert answer["timings"]["total"] > 0


def test_ask_reads_standard_input(myna: Run, engine: FakeEngine) -> None:
    assert myna("ask", "-", stdin="\ufeff法国的首都？\r\n".encode())[0] == 0
    assert engine.requests[0].messages[-1].text == "法国的首都？"


@pytest.mark.parametrize("stdin", [b"\xff\xfeh", b"ok \xc3", b"", b" \n"])
def test_ask_refuses_what_is_no_text(myna: Run, engine: FakeEngine, stdin: bytes) -> None:
    status, out, err = myna("ask", "-", stdin=stdin)
    assert (status, out) == (6, "")
    message, hint = err.splitlines()
    assert message.startswith("myna: standard input is ")
    assert hint.startswith("hint: ")
    assert engine.requests == []


def test_ask_passes_its_options_on(myna: Run, engine: FakeEngine, tmp_path: Path) -> None:
    schema = tmp_path / "schema.json"
    schema.write_text('{"type": "object"}', encoding="utf-8")
    adapter = tmp_path / "a.gguf"
    adapter.touch()
    status, _, err = myna(
        *("ask", "Hi", "--system", "Be brief.", "--temperature", "0", "--max-tokens", "7", "--seed", "5"),
        *("--schema", str(schema), "--lora", f"{adapter}:0.5", "--lora", str(adapter)),
    )
    assert (status, err) == (0, "")
    request: TextRequest = engine.requests[0]
    assert request.messages[0].text == "Be brief."
    assert (request.sampling.temperature, request.sampling.seed, request.max_tokens) == (0, 5, 7)
    assert request.schema == '{"type": "object"}'
    assert [lora.scale for lora in request.loras] == [0.5, 1.0]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b'{"type":', "is not JSON"),
        (b"[1]", "must be a JSON object"),
        (b"", "is empty"),
        (b"\xff", "is not valid UTF-8"),
        (b"[" * 100_000, "is nested too deeply"),
        (b" " * 1_000_001, "schema.json is larger than 1 MB\nhint: make it smaller first"),
    ],
)
def test_ask_refuses_a_bad_schema(myna: Run, engine: FakeEngine, tmp_path: Path, content: bytes, problem: str) -> None:
    schema = tmp_path / "schema.json"
    schema.write_bytes(content)
    status, _, err = myna("ask", "Hi", "--schema", str(schema))
    assert status == 6
    assert problem in err
    assert engine.requests == []


@pytest.mark.parametrize(
    ("arguments", "status", "problem"),
    [
        (("--schema", "nowhere.json"), 6, "cannot be read"),
        (("--image", "nowhere.png"), 6, "cannot be read"),
        (("--lora", "nowhere.gguf"), 6, "there is no adapter nowhere.gguf"),
        (("--lora", "nowhere.gguf:2"), 6, "there is no adapter nowhere.gguf"),
        (("--prompt", "x"), 3, "--prompt comes with the plugin prompts, which is switched off"),
    ],
)
def test_ask_names_what_is_not_there(
    myna: Run, engine: FakeEngine, arguments: tuple[str, ...], status: int, problem: str
) -> None:
    found, _, err = myna("ask", "Hi", *arguments)
    assert found == status
    assert problem in err


def test_ask_refuses_a_scale_that_is_no_number(myna: Run, engine: FakeEngine, tmp_path: Path) -> None:
    (tmp_path / "a.gguf").touch()
    status, _, err = myna("ask", "Hi", "--lora", f"{tmp_path / 'a.gguf'}:much")
    assert status == 2
    assert "is not a number: much" in err


def test_ask_about_a_picture_with_a_model_that_cannot_see(myna: Run, engine: FakeEngine, tmp_path: Path) -> None:
    picture = tmp_path / "a.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n rest")
    status, _, err = myna("ask", "What is it?", "--image", str(picture))
    assert status == 3
    assert err == "myna: the model fake cannot look at pictures\nhint: myna config get plugins.disabled\n"
    picture.write_bytes(b"not a picture")
    assert myna("ask", "What is it?", "--image", str(picture))[0] == 6


def test_an_error_in_the_middle_comes_after_what_was_answered(myna: Run, use: Callable[[FakeEngine], None]) -> None:
    use(FakeEngine(["Hel", "lo"], error=EngineCrashed("it died", hint="try again"), error_after=1))
    assert myna("ask", "Hi") == (5, "Hel\n", "myna: it died\nhint: try again\n")


def test_an_answer_that_was_cut_off_is_said(myna: Run, engine: FakeEngine) -> None:
    assert myna("ask", "Hi", "--max-tokens", "1") == (0, "Par\n", "The answer was cut off after 1 tokens.\n")
    assert myna("ask", "Hi", "--max-tokens", "1", "--quiet") == (0, "Par\n", "")


def test_a_question_that_is_too_long(myna: Run, engine: FakeEngine) -> None:
    status, out, err = myna("ask", "-", stdin=b"word " * 100_000)
    assert (status, out) == (6, "")
    assert err.startswith("myna: ")


def test_chat_answers_line_by_line(myna: Run, engine: FakeEngine) -> None:
    status, out, err = myna("chat", stdin=b"One?\n\nTwo?\n")
    assert (status, out, err) == (0, "Paris.\nParis.\n", "")
    assert [message.text for message in engine.requests[1].messages][-3:] == ["One?", "Paris.", "Two?"]


def test_chat_knows_its_commands(myna: Run, engine: FakeEngine, tmp_path: Path) -> None:
    saved = tmp_path / "talk.md"
    lines = ["/help", "Hello there", "/history", "/model", f"/save {saved}", "/search hello", "/quit", "never asked"]
    status, out, err = myna("chat", stdin="\n".join(lines).encode())
    assert status == 0
    assert "/regenerate" in out
    assert "fake\n" in out
    assert "Written to" in err
    assert "## User\n\nHello there\n\n## Assistant (fake)\n\nParis." in saved.read_text(encoding="utf-8")
    assert len(engine.requests) == 1


def test_chat_saves_all_branches_as_json(myna: Run, engine: FakeEngine, tmp_path: Path) -> None:
    saved = tmp_path / "talk.json"
    assert myna("chat", stdin=f"First\n/edit Second\n/save {saved}\n".encode())[0] == 0
    found = json.loads(saved.read_text(encoding="utf-8"))
    assert found["format"] == "myna-conversation-1"
    assert len(found["messages"]) == 4


def test_chat_saves_markdown_whose_code_ends(
    myna: Run, engine: FakeEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MYNA_LANGUAGE", "zh")
    saved = tmp_path / "talk.md"
    assert myna("chat", stdin=f"```python\n/save {saved}\n".encode())[0] == 0
    assert "## 用户\n\n```python\n```\n\n## 助手" in saved.read_text(encoding="utf-8")


def test_chat_takes_a_path_in_quotes(myna: Run, engine: FakeEngine, tmp_path: Path) -> None:
    saved = tmp_path / "our talk 谈话.md"
    assert myna("chat", stdin=f'Hello\n/save "{saved}"\n'.encode())[0] == 0
    assert "Hello" in saved.read_text(encoding="utf-8")


def test_chat_says_what_a_name_without_a_suffix_lacks(myna: Run, engine: FakeEngine) -> None:
    status, _, err = myna("chat", stdin=b"Hello\n/save talk\n")
    assert status == 2
    assert err.splitlines() == [
        "myna: talk does not say what kind of file it is",
        "hint: end the name in .md, .json or .txt",
    ]


def test_chat_edits_and_goes_back_to_a_branch(myna: Run, engine: FakeEngine) -> None:
    status, out, err = myna("chat", stdin=b"First\n/edit Second\n/branch\n/branch 1\n/history\n")
    assert (status, err) == (0, "")
    assert engine.requests[1].messages[-1].text == "Second"
    assert out.count("Paris.") == 6
    assert "* 2  " in out
    assert out.rstrip().endswith("Paris.")
    assert "First" in out.partition("* 2  ")[2]


def test_chat_says_a_slash_that_is_meant(myna: Run, engine: FakeEngine) -> None:
    assert myna("chat", stdin=b"//etc is what?\n")[0] == 0
    assert engine.requests[0].messages[-1].text == "/etc is what?"


@pytest.mark.parametrize(
    ("line", "status", "problem"),
    [
        (b"/hlep", 2, "there is no command /hlep; did you mean /help?"),
        (b"/voice", 3, "/voice comes with the plugin speech, which is"),
        (b"/prompt x", 3, "/prompt comes with the plugin prompts, which is switched off"),
        (b"/image", 2, "the path of a picture is missing"),
        (b"/image nowhere.png", 6, "the picture nowhere.png cannot be read"),
        (b"/branch", 2, "there are no branches yet"),
        (b"/edit", 2, "nothing was asked yet"),
        (b"/search", 2, "there is nothing to search for"),
        (b"\xff", 6, "line 1 is not valid UTF-8"),
    ],
)
def test_chat_goes_on_after_an_error(myna: Run, engine: FakeEngine, line: bytes, status: int, problem: str) -> None:
    found, out, err = myna("chat", stdin=line + b"\nHello\n")
    assert (found, out) == (status, "Paris.\n")
    assert problem in err


async def shout(chat: Chat, argument: str, lines: object) -> None:
    chat.ctx.print(argument.upper())


def test_chat_has_the_commands_of_plugins(myna: Run, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    added = [
        ChatCommand("shout", "TEXT", "Say it loud", f"{__name__}:shout"),
        ChatCommand("gone", "", "Is not there", "myna.nowhere:gone"),
        ChatCommand("new", "", "Takes no built-in name", f"{__name__}:shout"),
    ]
    monkeypatch.setitem(sys.modules, __name__, SimpleNamespace(shout=shout))
    monkeypatch.setattr(PluginHost, "chat_commands", lambda self: added)
    status, out, err = myna("chat", stdin=b"/help\n/shout hello\n/gone\n/new\n/shuot\n")
    assert status == 5
    assert "/shout TEXT" in out
    assert "HELLO\n" in out
    assert "no built-in name" not in out
    assert "the command /gone cannot be loaded: No module named 'myna.nowhere'" in err
    assert "A new conversation begins." in err
    assert "did you mean /shout?" in err


def test_chat_does_not_overwrite_a_file(myna: Run, engine: FakeEngine, tmp_path: Path) -> None:
    saved = tmp_path / "talk.txt"
    saved.write_text("precious", encoding="utf-8")
    status, _, err = myna("chat", stdin=f"Hello\n/save {saved}\n".encode())
    assert status == 6
    assert "is there already" in err
    assert saved.read_text(encoding="utf-8") == "precious"


def test_conversations_are_kept_listed_found_exported_and_deleted(myna: Run, engine: FakeEngine) -> None:
    myna("ask", "Where is the 图书馆 here?")
    (one,) = json.loads(myna("conversations", "list", "--json")[1])
    assert one["messages"] == 2
    prefix = one["id"][:12]
    assert f"{prefix}  " in myna("conversations", "list")[1]
    assert "Where is the 图书馆 here?\n" in myna("conversations", "show", prefix)[1]
    hits = json.loads(myna("conversations", "search", "图书", "--json")[1])
    assert [hit["conversation"] for hit in hits] == [one["id"]]
    assert myna("conversations", "export", prefix)[1].startswith("# Where is the 图书馆 here?\n")
    exported = json.loads(myna("conversations", "export", prefix, "--format", "json")[1])
    assert [message["message"]["role"] for message in exported["messages"]] == ["user", "assistant"]
    assert json.loads(myna("conversations", "delete", prefix, "--json")[1]) == {"deleted": [one["id"]]}
    assert myna("conversations", "list", "--json")[1] == "[]\n"
    status, _, err = myna("conversations", "show", prefix)
    assert status == 3
    assert err.startswith("myna: there is no conversation")


def test_deleting_all_conversations_wants_a_yes(myna: Run, engine: FakeEngine) -> None:
    myna("ask", "One")
    assert myna("conversations", "delete", "--all")[0] == 2
    assert myna("conversations", "delete", "--all", "--yes") == (0, "", "1 conversations were deleted.\n")


def test_a_wrong_id_deletes_nothing(myna: Run, engine: FakeEngine) -> None:
    myna("ask", "One")
    (one,) = json.loads(myna("conversations", "list", "--json")[1])
    assert myna("conversations", "delete", one["id"], "ffff")[0] == 3
    assert len(json.loads(myna("conversations", "list", "--json")[1])) == 1


def test_what_is_not_recorded_is_not_kept(myna: Run, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MYNA_CHAT_RECORD", "false")
    assert myna("ask", "One") == (0, "Paris.\n", "")
    assert myna("conversations", "list", "--json")[1] == "[]\n"


def test_demo_shows_every_part(myna: Run, use: Callable[[FakeEngine], None]) -> None:
    use(FakeEngine(lambda request: ['{"city":', '"Paris"}'] if request.schema else ["Pa", "ris"]))
    status, out, err = myna("demo")
    assert status == 0
    for part in ("A question", "A second question in the same conversation", "Four conversations at the same time"):
        assert part in out
    assert "It is valid JSON with city." in out
    assert "PART" in out
    assert "all four" in out
    assert "\x1b" not in out + err
    assert [part["error"] for part in json.loads(myna("demo", "--json")[1])] == ["", "", "", ""]
    assert myna("conversations", "list", "--json")[1] == "[]\n"


def test_without_a_command_terminal_and_display_the_demo_runs(
    myna: Run, use: Callable[[FakeEngine], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    use(FakeEngine(lambda request: ['{"city":1}'] if request.schema else ["Paris"]))
    status, out, _ = myna()
    assert status == 0
    assert "Four conversations at the same time" in out
