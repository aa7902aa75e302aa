"""The program as a whole, run in this process: exit statuses, the form of errors, help, options."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable
from pathlib import Path

import click
import pytest

from myna import errors
from myna.cli.context import Context, pass_context
from myna.cli.failure import report
from myna.cli.group import BUILT_IN, PROVIDERS
from myna.cli.main import run
from myna.hookspecs import CommandInfo

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def myna(capfd: pytest.CaptureFixture[str]) -> Run:
    def call(*arguments: str) -> tuple[int, str, str]:
        status = run(arguments)
        captured = capfd.readouterr()
        return status, captured.out, captured.err

    return call


def fail_with(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    """Make `myna config path` raise."""

    def raises(_: object) -> Path:
        raise error

    monkeypatch.setattr("myna.settings.config_file", raises)


def test_help_lists_every_built_in_command(myna: Run) -> None:
    status, out, err = myna("--help")
    assert (status, err) == (0, "")
    for info in BUILT_IN:
        assert f"  {info.name} " in out
        assert info.summary in out


def test_help_works_with_a_broken_settings_file(myna: Run, own_home: Path) -> None:
    (own_home / "config").mkdir(parents=True)
    (own_home / "config" / "config.toml").write_text("language = [", encoding="utf-8")
    status, out, err = myna("--help")
    assert status == 0
    assert "config" in out
    assert "config.toml" in err


@pytest.mark.parametrize("name", [info.name for info in BUILT_IN])
def test_every_command_has_the_shared_options(myna: Run, name: str) -> None:
    status, out, _ = myna(name, "--help")
    assert status == 0
    for option in ("--json", "--quiet", "--verbose", "--home", "--help"):
        assert option in out


def test_version(myna: Run) -> None:
    assert myna("--version")[1].startswith("myna 0.")


def printed_errors() -> list[type[errors.MynaError]]:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.MynaError)]
    return [kind for kind in kinds if kind is not errors.Cancelled]


@pytest.mark.parametrize("error", printed_errors())
def test_errors_end_with_their_status(
    myna: Run, monkeypatch: pytest.MonkeyPatch, error: type[errors.MynaError]
) -> None:
    fail_with(monkeypatch, error("it is so", hint="do this"))
    assert myna("config", "path") == (error.exit_status, "", "myna: it is so\nhint: do this\n")
    status, out, err = myna("config", "path", "--json")
    assert (status, out) == (error.exit_status, "")
    assert json.loads(err) == {"error": {"code": error.code, "message": "it is so", "hint": "do this"}}


def test_the_statuses_are_those_of_the_contract() -> None:
    statuses = {
        errors.MynaError: 1,
        errors.UsageError: 2,
        errors.ModelMissing: 3,
        errors.Blocked: 4,
        errors.EngineCrashed: 5,
        errors.BadInput: 6,
        errors.Cancelled: 130,
    }
    assert {kind: kind.exit_status for kind in statuses} == statuses


def test_a_message_of_several_lines_becomes_one(myna: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    fail_with(monkeypatch, errors.BadInput("one\n  two", hint=""))
    assert myna("config", "path")[2] == "myna: one two\n"


def test_a_message_cannot_draw_on_the_terminal(myna: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    fail_with(monkeypatch, errors.BadInput("evil\x1b]0;title\x07name", hint=""))
    assert myna("config", "path")[2] == "myna: evil]0;titlename\n"


@pytest.mark.parametrize("interrupt", [KeyboardInterrupt(), errors.Cancelled("interrupted"), click.Abort()])
def test_an_interruption_is_silent(myna: Run, monkeypatch: pytest.MonkeyPatch, interrupt: BaseException) -> None:
    fail_with(monkeypatch, interrupt)
    assert myna("config", "path") == (130, "", "")


@pytest.mark.logs
def test_a_bug_is_one_line_and_a_log(myna: Run, monkeypatch: pytest.MonkeyPatch, own_home: Path) -> None:
    fail_with(monkeypatch, ZeroDivisionError("secret words"))
    status, out, err = myna("config", "path")
    log = own_home / "logs" / "myna.log"
    assert (status, out) == (1, "")
    assert err == f"myna: this is a bug in Myna (ZeroDivisionError)\nhint: the traceback is in {log}\n"
    kept = log.read_text(encoding="utf-8")
    assert "config_file" in kept
    assert "secret words" not in kept


@pytest.mark.logs
def test_a_bug_shows_its_traceback_when_asked(myna: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    fail_with(monkeypatch, ZeroDivisionError("why"))
    status, _, err = myna("config", "path", "--verbose")
    assert status == 1
    assert "ZeroDivisionError: why" in err


@pytest.mark.logs
def test_a_bug_without_a_place_for_logs(myna: Run, monkeypatch: pytest.MonkeyPatch, own_home: Path) -> None:
    own_home.mkdir()
    (own_home / "logs").write_text("in the way", encoding="utf-8")
    fail_with(monkeypatch, ZeroDivisionError("why"))
    status, _, err = myna("config", "path")
    assert status == 1
    assert "--verbose" in err


def test_a_full_disk_is_no_bug(myna: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    context = Context()
    assert report(OSError(28, "No space left on device", "x.db"), context) == 3
    assert report(MemoryError(), context) == 5


def test_a_folder_that_may_not_be_used_is_no_bug(myna: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    fail_with(monkeypatch, OSError(errno.EROFS, "Read-only file system", "/x/y"))
    status, _, err = myna("config", "path")
    message, hint = err.splitlines()
    assert (status, message) == (3, "myna: /x/y cannot be used: Read-only file system")
    assert "--home" in hint


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("nonsense",), "there is no command nonsense"),
        (("demmo",), "there is no command demmo; did you mean demo?"),
        (("--bogus",), "there is no option --bogus"),
        (("ask",), "TEXT must be given"),
        (("ask", "a", "b"), "got unexpected extra argument (b)"),
        (("ask", "a", "--max-tokens", "-1"), "wrong value for --max-tokens: -1 is not in the range x>=0"),
        (("ask", "a", "--max-tokens", "many"), "wrong value for --max-tokens: 'many' is not a whole number\n"),
        (("ask", "a", "--max-tokens", "9" * 30), f"wrong value for --max-tokens: {'9' * 30} is more than 2147483647\n"),
        (("conversations", "list", "--limit", "9" * 20), "wrong value for --limit: 9"),
        (("conversations", "list", "--offset", "9" * 20), "wrong value for --offset: 9"),
        (("conversations", "search", "a", "--limit", "9" * 20), "wrong value for --limit: 9"),
        (("bench", "--runs", "9" * 20), "wrong value for --runs: 9"),
        (("ask", "a", "--temperature", "hot"), "wrong value for --temperature: 'hot' is not a number\n"),
        (("ask", "a", "--seed"), "option '--seed' requires an argument\nhint: myna ask --help\n"),
        (("config",), "one of its commands must be given: get, path, set, show\nhint: myna config --help\n"),
        (("ask", "a", "--temperature", "-0.1"), "wrong value for --temperature: -0.1 is not in the range 0<=x<=5"),
        (("ask", "a", "--temperature", "nan"), "wrong value for --temperature: nan is not a finite number"),
        (("ask", "a", "--seed", "-5"), "wrong value for --seed: -5 is not in the range 0<=x<=4294967294"),
        (("ask", " "), "the question is empty"),
        (("ask", "a", "--var", "k=v"), "--var gives values to a template, and there is no --prompt"),
        (("conversations", "delete"), "give the ids of conversations, or --all"),
        (("conversations", "search", " "), "there is nothing to search for"),
        (("bench", "nonsense"), "there is no benchmark nonsense"),
        (("config", "get", "chat.modl"), "there is no setting chat.modl; did you mean chat.model?"),
    ],
)
def test_wrong_usage(myna: Run, arguments: tuple[str, ...], message: str) -> None:
    status, out, err = myna(*arguments)
    assert (status, out) == (2, "")
    assert err.startswith(f"myna: {message}")
    assert [line.partition(":")[0] for line in err.splitlines()] == ["myna", "hint"]


@pytest.mark.parametrize("arguments", [("models",), ("ask",), ("ask", "a", "--seed"), ("ask", "a", "--seed", "x")])
def test_wrong_usage_is_told_in_chinese(myna: Run, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]) -> None:
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    status, _, err = myna(*arguments)
    first = err.splitlines()[0]
    assert status == 2
    assert "用法错误" not in first  # the fall-back for a text without translation
    assert any(text in first for text in ("必须给出", "需要", "不是整数"))


def test_a_home_that_is_a_file_is_wrong_usage(myna: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MYNA_HOME", "elsewhere")
    (tmp_path / "file").touch()
    status, _, err = myna("config", "path", "--home", str(tmp_path / "file"))
    assert status == 2
    assert err.splitlines()[0].endswith(f"{tmp_path / 'file'} is not a folder")


def test_wrong_usage_as_json(myna: Run) -> None:
    status, out, err = myna("ask", "--json", "--bogus")
    assert (status, out) == (2, "")
    assert json.loads(err)["error"]["code"] == "usage"
    assert json.loads(err)["error"]["hint"] == "myna ask --help"


@pytest.mark.parametrize(
    "name", ["talk", "transcribe", "say", "see", "prompts", "guard", "serve", "wyoming", "desktop"]
)
def test_a_command_of_an_absent_plugin(myna: Run, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("MYNA_PLUGINS_ONLY", "llama")
    status, out, err = myna(name, "--json")
    assert (status, out) == (3, "")
    error = json.loads(err)["error"]
    assert error["code"] == "plugin-missing"
    assert error["message"].startswith(f"{name} comes with the plugin ")


def test_a_command_of_a_plugin_that_is_switched_off(myna: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MYNA_PLUGINS_DISABLED", "models")
    status, _, err = myna("models", "list")
    assert status == 3
    assert err.startswith("myna: models comes with the plugin models, which is switched off\n")


def test_a_command_that_an_active_plugin_does_not_bring(myna: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PROVIDERS, "gallop", "llama")
    status, _, err = myna("gallop")
    assert status == 3
    assert err.splitlines() == [
        "myna: gallop comes with the plugin llama, but not with the version that is installed",
        "hint: myna plugins list",
    ]


@pytest.mark.parametrize("arguments", [("--home", "H", "config", "path"), ("config", "path", "--home", "H")])
def test_home_comes_before_or_after_the_command(
    myna: Run, tmp_path: Path, arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MYNA_HOME", "elsewhere")
    status, out, _ = myna(*[str(tmp_path) if argument == "H" else argument for argument in arguments])
    assert status == 0
    assert out == f"{tmp_path / 'config' / 'config.toml'}\n"


def test_home_decides_on_the_language(myna: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MYNA_HOME", "elsewhere")
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "config.toml").write_text('language = "zh"', encoding="utf-8")
    _, _, err = myna("ask", "--bogus", "--home", str(tmp_path))
    assert err.startswith("myna: 没有选项 --bogus")


def test_chinese_help(myna: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    _, out, _ = myna("ask", "--help")
    assert "用法: myna ask" in out
    assert "提一个问题并输出回答" in out


def test_an_error_without_translation_says_its_kind(myna: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    fail_with(monkeypatch, errors.ModelMissing("xyzzy"))
    assert myna("config", "path")[2] == "myna: 缺少模型：xyzzy\nhint: myna models list\n"


def test_a_plugin_brings_a_command(myna: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "greeting_command.py").write_text(
        "import click\n"
        "from myna.cli.context import pass_context\n"
        "@click.command()\n"
        "@click.argument('name')\n"
        "@pass_context\n"
        "def greet(ctx, name):\n"
        "    '''Greet NAME.'''\n"
        "    ctx.print_json({'hello': name}) if ctx.json else ctx.print(f'hello {name}')\n",
        encoding="utf-8",
    )
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(
        "myna.host.PluginHost.commands",
        lambda _: [
            CommandInfo("greet", "Greet somebody", "greeting_command:greet"),
            CommandInfo("gone", "Is not there", "greeting_command:gone"),
            CommandInfo("ask", "Take a name that is taken", "greeting_command:greet"),
        ],
    )
    assert myna("greet", "you") == (0, "hello you\n", "")
    assert json.loads(myna("greet", "you", "--json")[1]) == {"hello": "you"}
    assert "Greet somebody" in myna("--help")[1]
    assert "Ask one question" in myna("--help")[1]
    status, _, err = myna("gone")
    assert status == errors.PluginFailed.exit_status
    assert err.startswith("myna: the command gone cannot be loaded")


def test_quiet_leaves_out_notes(myna: Run) -> None:
    assert myna("conversations", "list") == (0, "", "There are no conversations yet.\n")
    assert myna("conversations", "list", "--quiet") == (0, "", "")
    assert myna("-q", "conversations", "list") == (0, "", "")


def test_no_colours_in_a_pipe(myna: Run) -> None:
    for arguments in (("config", "show"), ("doctor",), ("plugins", "list"), ("--help",)):
        _, out, err = myna(*arguments)
        assert "\x1b" not in out + err


def test_pass_context_gives_the_context() -> None:
    @click.command()
    @pass_context
    def command(ctx: Context) -> None:
        assert ctx.paths.config == Path(os.environ["MYNA_HOME"]).absolute() / "config"

    command(args=[], obj=Context(), standalone_mode=False)
