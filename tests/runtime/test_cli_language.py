from __future__ import annotations

from pathlib import Path

import pytest

from myna.cli.language import Language, choose


@pytest.mark.parametrize(
    ("setting", "environ", "code"),
    [
        ("auto", {"LANG": "zh_CN.UTF-8"}, "zh"),
        ("auto", {"LANG": "zh_TW"}, "zh"),
        ("auto", {"LANG": "de_DE.UTF-8"}, "en"),
        ("auto", {"LC_ALL": "C", "LANG": "zh_CN.UTF-8"}, "en"),
        ("auto", {"LC_MESSAGES": "zh_CN.UTF-8", "LANG": "en_US.UTF-8"}, "zh"),
        ("auto", {"LC_ALL": "", "LANG": "zh_CN.UTF-8"}, "zh"),
        ("zh", {"LANG": "en_US.UTF-8"}, "zh"),
        ("en", {"LANG": "zh_CN.UTF-8"}, "en"),
    ],
)
def test_the_language_follows_the_setting_then_the_locale(setting: str, environ: dict[str, str], code: str) -> None:
    assert choose(setting, environ) == code


def test_english_is_what_is_written_in_the_code() -> None:
    language = Language("en")
    assert language.text("Written to {path}.", path="a.md") == "Written to a.md."
    assert language.message("there is no room left to write") == "there is no room left to write"


def test_chinese_fills_in_values() -> None:
    assert Language("zh").text("Written to {path}.", path="{x}.md") == "已写入 {x}.md。"


def test_a_complete_message_is_recognised() -> None:
    language = Language("zh")
    assert language.message("there is no model called 'x'") == "没有名为 'x' 的模型"
    assert language.message("there is no setting chat.modl; did you mean chat.model?") == (
        "没有设置 chat.modl；您是不是想用 chat.model？"
    )


def test_values_of_a_message_are_translated_too() -> None:
    found = Language("zh").message("the schema a.json cannot be read: No such file or directory")
    assert found == "无法读取Schema a.json：没有那个文件或目录"


def test_a_name_is_told_as_it_is_to_be_typed() -> None:
    texts = Language("zh", packages=("myna.cli", "myna_guard"))
    assert texts.message("default") == "默认"
    assert texts.message("3 rules of the policy default") == "策略 default 的 3 条规则"


def test_what_another_program_says_is_told_as_it_is() -> None:
    said = 'connection failed: connection to server at "db", port 1 failed: Connection refused'
    text = f"the audit log postgresql://db/x cannot be used; its database says: {said}"
    assert Language("zh").message(text) == f"无法使用审计记录 postgresql://db/x；其数据库报告：{said}"


def test_a_text_inside_another_does_not_take_its_beginning() -> None:
    gone = "the audit log was changed: /a/head.json, the anchor of the audit log, is gone"
    assert Language("zh").message(gone) == "审计记录已被改动：审计记录的锚点 /a/head.json 不见了"
    texts = Language("zh", packages=("myna.cli", "myna_prompts"))
    unknown = "the template t: system: there is no filter center in prompt templates (line 1)"
    assert texts.message(unknown) == "模板 t：系统：提示模板中没有过滤器 center (line 1)"


def test_a_task_is_told_in_chinese_where_a_newcomer_meets_it() -> None:
    texts = Language("zh", packages=("myna.cli", "myna_models"))
    assert texts.message("no model for chat is installed") == "没有安装对话模型"


def test_what_is_unknown_stays_as_it_is() -> None:
    assert Language("zh").message("something else: {x}") == "something else: {x}"
    assert Language("zh").find("something else") is None


def test_a_plugin_may_be_a_module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "some_plugin_module.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    language = Language("zh")
    for package in ("some_plugin_module", "no_such_module"):
        language.add(package)
    assert language.text("Stopped.") == "已停止。"


def test_a_package_brings_its_own_texts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "some_plugin_texts"
    folder.mkdir()
    (folder / "__init__.py").touch()
    (folder / "chinese.py").write_text('CHINESE = {"Sing {song}": "唱{song}"}', encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    language = Language("zh")
    assert language.text("Sing {song}", song="x") == "Sing x"
    language.add("some_plugin_texts")
    assert language.text("Sing {song}", song="x") == "唱x"
    assert language.text("Stopped.") == "已停止。"
