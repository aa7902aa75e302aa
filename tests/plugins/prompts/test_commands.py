"""`myna prompts` and what else of the command line knows templates."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from myna.testing import FakeEngine

from .conftest import HEAD, Run

CASES = (
    'system = "Say {{ word }}."\nsampling = { temperature = 0.0 }\n[variables.word]\ndefault = "yes"\n'
    '[[cases]]\nname = "c1"\ninput = "q1"\nexpect.equals = "yes"\n'
    '[[cases]]\nname = "c2"\ninput = "q2"\nexpect.equals = "yes"\n'
)


@pytest.fixture
def tried(prompts_folder: Path) -> Path:
    path = prompts_folder / "tried.toml"
    path.write_text(HEAD + CASES, encoding="utf-8")
    return path


def test_list(myna: Run, tried: Path) -> None:
    (tried.parent / "broken.toml").write_text("x", encoding="utf-8")
    status, out, err = myna("prompts", "list", "--language", "en")
    assert status == 0
    assert len(out.splitlines()) == 1 + 12 + 1
    assert "tried" in out
    assert "the template broken.toml is not TOML" in err
    rows = json.loads(myna("prompts", "list", "--json")[1])
    assert {row["source"] for row in rows} == {"en", "zh", "yours"}
    assert [row["error"] for row in rows if row["error"]] == [err.strip()]


def test_list_tells_what_is_hidden(myna: Run, prompts_folder: Path) -> None:
    text = HEAD.replace('"tried"', '"summary"')
    (prompts_folder / "mine.toml").write_text(text, encoding="utf-8")
    assert "1 are hidden" in myna("prompts", "list")[2]
    rows = json.loads(myna("prompts", "list", "--json", "--all")[1])
    assert [row["hidden_by"].endswith("mine.toml") for row in rows if row["hidden_by"]] == [True]


def test_show(myna: Run, tried: Path) -> None:
    status, out, _ = myna("prompts", "show", "tried")
    assert status == 0
    assert all(text in out for text in ("tried 1.0 (en)", "word: text, default yes", "Say {{ word }}.", "c1"))
    shown = json.loads(myna("prompts", "show", "tried", "--json")[1])
    assert shown["template"]["name"] == "tried"
    assert myna("prompts", "show", "gone")[0] == 3


def test_render(myna: Run, tried: Path) -> None:
    assert myna("prompts", "render", "tried", "why?", "--var", "word=no")[1] == "system\nSay no.\n\nuser\nwhy?\n\n"
    rendered = json.loads(myna("prompts", "render", "tried", "-", "--json", stdin=b"{{ word }}")[1])
    assert rendered["messages"][-1] == {"role": "user", "text": "{{ word }}"}


@pytest.mark.parametrize(
    ("arguments", "status", "problem"),
    [
        (("render", "tried"), 6, "the variable input has no value"),
        (("render", "tried", "q", "--var", "word"), 2, "--var takes NAME=VALUE"),
        (("render", "tried", "q", "--var", "a=1", "--var", "a=2"), 2, "--var gives a two values"),
        (("render", "tried", "q", "--var", "word=@gone.txt"), 6, "the file gone.txt cannot be read"),
        (("render", "tried", "q", "--var", "wrod=1"), 6, "the template has no variable wrod; did you mean word?"),
        (("new", "Not A Name"), 2, "cannot be the name of a template"),
        (("new", "x", "--language", "fr"), 2, "there is no blank template in the language fr"),
        (("eval", "tried", "--baseline", "gone.json"), 6, "the baseline gone.json cannot be read"),
        (("eval", "tried", "--baseline", "a", "--compare", "b"), 2, "exclude one another"),
        (("eval", "tried", "--html", "gone/report.html"), 6, "the report gone/report.html cannot be written: No such"),
        (("eval", "tried", "--html", "."), 6, "the report . cannot be written: Is a directory"),
        (("optimize", "tried"), 2, "2 cases are too few"),
        (("optimize", "tried", "--log", "gone/log.json"), 6, "the log gone/log.json cannot be written: No such"),
        (("split", "tried", "2.0=1"), 2, "there is no version 2.0"),
        (("split", "tried", "1.0=nan"), 2, "the weight of 1.0 is not a number"),
        (("split", "tried", "1.0=0"), 2, "all weights are 0"),
        (("rate", "up"), 2, "there is no answer to rate"),
        (("rate", "up", "--message", "f" * 32), 3, "there is no message"),
    ],
)
def test_wrong_usage(myna: Run, tried: Path, arguments: tuple[str, ...], status: int, problem: str) -> None:
    found, out, err = myna("prompts", *arguments)
    assert (found, out) == (status, "")
    assert problem in err


def test_a_value_from_a_file(myna: Run, tried: Path, tmp_path: Path) -> None:
    (tmp_path / "word.txt").write_text("from a file", encoding="utf-8")
    assert "Say from a file." in myna("prompts", "render", "tried", "q", "--var", f"word=@{tmp_path / 'word.txt'}")[1]
    assert "Say @me." in myna("prompts", "render", "tried", "q", "--var", "word=@@me")[1]
    (tmp_path / "word.txt").write_bytes(b"\xff")
    assert myna("prompts", "render", "tried", "q", "--var", f"word=@{tmp_path / 'word.txt'}")[0] == 6


@pytest.mark.parametrize("language", ["en", "zh"])
def test_new(myna: Run, own_home: Path, language: str) -> None:
    status, out, _ = myna("prompts", "new", "mine", "--language", language)
    path = Path(out.strip())
    assert (status, path.parent) == (0, own_home / "data" / "prompts")
    assert myna("prompts", "show", f"mine:{language}")[0] == 0
    assert myna("prompts", "new", "mine", "--language", language)[0] == 2
    assert myna("prompts", "new", "copy", "--from", f"summary:{language}")[0] == 0
    assert "copy 1.0" in myna("prompts", "show", f"copy:{language}")[1]


def test_eval_prints_figures_and_writes_a_report(myna: Run, use, tried: Path, tmp_path: Path) -> None:
    use(FakeEngine(["yes"]))
    status, out, _ = myna("prompts", "eval", "tried", "--html", str(tmp_path / "r.html"))
    assert status == 0
    assert "task completion" in out
    assert "<svg" in (tmp_path / "r.html").read_text(encoding="utf-8")


def test_a_regression_ends_with_its_own_status(myna: Run, use, tried: Path, tmp_path: Path) -> None:
    use(FakeEngine(["yes"]))
    baseline = tmp_path / "baseline.json"
    baseline.write_text(myna("prompts", "eval", "tried", "--json")[1], encoding="utf-8")
    assert myna("prompts", "eval", "tried", "--baseline", str(baseline))[0] == 0
    use(FakeEngine(["no"]))
    status, out, err = myna("prompts", "eval", "tried", "--baseline", str(baseline))
    assert status == 4
    assert "worse" in out
    assert "myna: the template tried 1.0 is worse than before" in err
    assert "c1, c2" in err
    assert myna("prompts", "eval", "tried", "--baseline", str(baseline), "--tolerance", "1")[0] == 0
    assert myna("prompts", "eval", "tried", "--baseline", str(tried))[0] == 6


def test_two_versions_are_compared(myna: Run, use, tried: Path) -> None:
    text = (HEAD + CASES).replace('"1.0"', '"1.1"').replace("Say {{ word }}.", "Shout {{ word }}.")
    (tried.parent / "newer.toml").write_text(text, encoding="utf-8")
    use(FakeEngine(lambda request: ["yes" if "Say" in request.messages[0].text else "no"]))
    assert myna("prompts", "eval", "tried", "--compare", "tried@1.0")[0] == 4
    assert myna("prompts", "eval", "tried@1.0", "--compare", "tried@1.1")[0] == 0


def test_optimize_writes_a_new_version_and_its_log(myna: Run, use, tried: Path, tmp_path: Path) -> None:
    more = "".join(f'[[cases]]\nname = "m{n}"\ninput = "m{n}"\nexpect.equals = "yes"\n' for n in range(10))
    tried.write_text(HEAD + CASES + more, encoding="utf-8")
    before = tried.read_bytes()
    use(FakeEngine(lambda request: ["yes" if "exactly" in request.messages[0].text else "no"]))
    log = tmp_path / "log.json"
    status, out, _ = myna("prompts", "optimize", "tried", "--proposals", "0", "--log", str(log))
    assert status == 0, out
    assert "better beyond chance" in out
    report = json.loads(log.read_text(encoding="utf-8"))
    assert len(report["outcome"]["trials"]) > 6
    assert Path(report["written"]).name == "tried.en.1.1.toml"
    assert tried.read_bytes() == before
    assert "tried 1.1" in myna("prompts", "show", "tried")[1]


def test_what_changes_the_templates_is_on_record(
    myna: Run, use, tried: Path, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MYNA_AUDIT_MODE", "metadata")
    test_optimize_writes_a_new_version_and_its_log(myna, use, tried, tried.parent)
    assert myna("prompts", "new", "mine", "--language", "en")[0] == 0
    assert myna("prompts", "new", "mine", "--language", "en")[0] == 2
    assert myna("prompts", "split", "tried", "1.0=1", "1.1=3")[0] == 0
    records = [json.loads(line) for line in (own_home / "data" / "audit" / "audit.jsonl").read_bytes().splitlines()]
    done = [record["data"] for record in records if record["kind"] == "admin" and record["data"]["phase"] != "begun"]
    assert [(one["action"], one["prompt"], one["phase"]) for one in done] == [
        ("prompts.optimize", "tried", "done"),
        ("prompts.new", "mine", "done"),
        ("prompts.new", "mine", "failed"),
        ("prompts.split", "tried:en", "done"),
    ]
    assert done[-1]["weights"] == ["1.0=1", "1.1=3"]


@pytest.mark.logs
def test_what_cannot_be_recorded_is_not_done_where_the_policy_closes(
    myna: Run, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MYNA_AUDIT_MODE", "metadata")
    monkeypatch.setenv("MYNA_AUDIT_ON_FAILURE", "closed")
    (own_home / "data" / "audit").mkdir(parents=True)
    (own_home / "data" / "audit" / "head.json").write_text("spoiled", encoding="utf-8")
    status, out, err = myna("prompts", "new", "mine", "--language", "en")
    assert (status, out) != (0, "")
    assert "is no anchor" in err
    assert not (own_home / "data" / "prompts" / "mine.en.toml").exists()


def test_thumbs_are_reported_by_version(myna: Run, use, tried: Path) -> None:
    use(FakeEngine(["yes"]))
    (tried.parent / "newer.toml").write_text((HEAD + CASES).replace('"1.0"', '"1.1"'), encoding="utf-8")
    for version, thumb in (("1.0", "up"), ("1.1", "down"), ("1.1", "up"), ("1.1", "none")):
        assert myna("ask", "q", "--prompt", f"tried@{version}")[0] == 0
        assert myna("prompts", "rate", thumb)[0] == 0
    rows = json.loads(myna("prompts", "votes", "tried", "--json")[1])
    counted = {
        row["votes"]["version"]: (row["votes"]["answers"], row["votes"]["good"], row["votes"]["bad"]) for row in rows
    }
    assert counted == {"1.0": (1, 1, 0), "1.1": (3, 1, 1)}
    assert [row["share"] for row in rows] == [1.0, 0.5]
    assert "0.50" in myna("prompts", "votes")[1]


def test_split_is_shown_and_taken_back(myna: Run, tried: Path) -> None:
    (tried.parent / "newer.toml").write_text((HEAD + CASES).replace('"1.0"', '"1.1"'), encoding="utf-8")
    assert "75%" in myna("prompts", "split", "tried", "1.0=1", "1.1=3")[1]
    assert json.loads(myna("prompts", "split", "tried", "--json")[1])["weights"] == {"1.0": 1.0, "1.1": 3.0}
    assert "is not split" in myna("prompts", "split", "tried", "--off")[1]


def test_ask_with_a_template(myna: Run, use, tried: Path) -> None:
    engine = FakeEngine(["fine"])
    use(engine)
    assert myna("ask", "why?", "--prompt", "tried", "--var", "word=maybe")[:2] == (0, "fine\n")
    assert engine.requests[0].messages[0].text == "Say maybe."
    assert myna("ask", "why?", "--prompt", "tried", "--system", "x")[0] == 2
    assert myna("ask", "why?", "--prompt", "tired")[0] == 3


def test_an_answer_says_which_template_it_is_of(myna: Run, use, tried: Path) -> None:
    use(FakeEngine(["fine"]))
    shown = json.loads(myna("prompts", "show", "tried", "--json")[1])
    asked = json.loads(myna("ask", "why?", "--prompt", "tried", "--json")[1])
    assert asked["prompt"] == {"name": "tried", "version": "1.0", "sha256": shown["sha256"]}
    [listed] = json.loads(myna("conversations", "list", "--json")[1])
    question, answer = [
        line for line in myna("conversations", "show", listed["id"])[1].splitlines() if line.startswith(("user", "ass"))
    ]
    assert answer.endswith(f" · tried 1.0 ({shown['sha256'][:12]})")
    assert "tried" not in question
    assert "prompt" not in json.loads(myna("ask", "why?", "--json")[1])


def test_chat_uses_a_template_until_it_is_off(myna: Run, use, tried: Path) -> None:
    engine = FakeEngine(["fine"])
    use(engine)
    lines = b"/prompt\n/prompt tried word='so so'\nq1\n/rate up\n/prompt\n/prompt off\nq2\n"
    status, out, err = myna("chat", stdin=lines)
    assert status == 0, err
    assert out == "No template is used.\nfine\ntried\nfine\n"
    assert engine.requests[0].messages[0].text == "Say so so."
    assert "so so" not in engine.requests[1].messages[0].text


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (b"/prompt gone", "there is no template called"),
        (b"/prompt tried wrod=1", "the template has no variable wrod"),
        (b"/prompt tried word='x", "a quote is not closed"),
        (b"/rate perhaps", "say whether the answer was good"),
        (b"/rate up", "there is no answer to rate"),
    ],
)
def test_chat_goes_on_after_a_mistake(myna: Run, use, tried: Path, line: bytes, problem: str) -> None:
    use(FakeEngine(["fine"]))
    status, out, err = myna("chat", stdin=line + b"\nq\n")
    assert status != 0
    assert problem in err
    assert out == "fine\n"
