"""Settings: where each value comes from, and what is said of one that cannot be used."""

import tomllib
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from myna.config import Settings
from myna.errors import BadConfig, UsageError
from myna.paths import Paths
from myna.settings import (
    SECTIONS,
    SETTINGS,
    VARIABLES,
    SettingSource,
    config_file,
    get,
    load_settings,
    masked,
    set_value,
    sources,
)


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    found = Paths.find(tmp_path)
    found.config.mkdir()
    return found


def write(paths: Paths, text: str) -> Path:
    file = config_file(paths)
    file.write_text(text, encoding="utf-8")
    return file


def test_without_a_file_everything_has_its_default(paths):
    assert load_settings(paths, environ={}) == Settings()
    assert {source.origin for source in sources(paths, environ={})} == {"default"}


def test_flags_beat_the_environment_which_beats_the_file(paths):
    file = write(paths, "language = 'zh'\n[chat]\nmax_tokens = 1\nmodel = 'file'\nsystem = 'file'\n")
    environ = {"MYNA_CHAT_MAX_TOKENS": "2", "MYNA_CHAT_MODEL": "environment"}
    overrides = {"chat.max_tokens": "3"}
    settings = load_settings(paths, environ=environ, overrides=overrides)
    assert (settings.language, settings.chat.system) == ("zh", "file")
    assert (settings.chat.model, settings.chat.max_tokens) == ("environment", 3)
    assert settings.engine == Settings().engine
    told = {source.key: source for source in sources(paths, environ=environ, overrides=overrides)}
    assert list(told) == list(SETTINGS)
    assert (told["chat.system"].origin, told["chat.system"].where) == ("file", str(file))
    assert (told["chat.model"].origin, told["chat.model"].where) == ("environment", "MYNA_CHAT_MODEL")
    assert (told["chat.max_tokens"].value, told["chat.max_tokens"].default) == (3, 0)
    assert told["chat.max_tokens"].origin == "command line"
    assert told["engine.batch"].origin == "default"


def test_every_setting_has_a_variable_of_its_own():
    assert len(VARIABLES) == len(SETTINGS)
    assert VARIABLES["MYNA_WORKERS_IDLE_UNLOAD_S"] == "workers.idle_unload_s"
    assert set(SECTIONS) == {field.name for field in msgspec.structs.fields(Settings)} - {"language"}


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("[chat]\nmax_tokens = -3", "chat.max_tokens is -3; it must be a whole number of at least 0"),
        ("[chat]\nmax_tokens = 3.0", "chat.max_tokens is 3.0; it must be a whole number of at least 0"),
        ("[chat]\nmax_tokens = true", "chat.max_tokens is true; it must be a whole number of at least 0"),
        (
            "[chat]\nmax_tokens = 99999999999999999999",
            "chat.max_tokens is 99999999999999999999; it must be at most 2147483647",
        ),
        ("[chat]\ntemperature = 5.1", "chat.temperature is 5.1; it must be a number from -1 to 5"),
        ("[chat]\ntemperature = nan", "chat.temperature is NaN; it must be a number from -1 to 5"),
        ("[workers]\nhang_timeout_s = inf", "workers.hang_timeout_s is Infinity; it must be a number of at least 0"),
        ("[chat]\nrecord = 1", "chat.record is 1; it must be true or false"),
        ("[chat]\nmodel = 3", "chat.model is 3; it must be a text"),
        ("[chat]\nmodel = 2026-01-01", 'chat.model is "2026-01-01"; it must be a text'),
        ("[engine]\nparallel = 0", "engine.parallel is 0; it must be a whole number from 1 to 64"),
        ("[engine]\nthreads = 513", "engine.threads is 513; it must be a whole number from 0 to 512"),
        ("[log]\nlevel = 'loud'", 'log.level is "loud"; it must be one of debug, error, info, warning'),
        ("[plugins]\nonly = 'chat'", 'plugins.only is "chat"; it must be a list of texts'),
        ("[plugins]\nonly = [1]", "plugins.only is [1]; it must be a list of texts"),
        ("chat = 3", "chat is 3; it must be a table"),
        ("[[chat]]\nmodel = 'x'", 'chat is [{"model": "x"}]; it must be a table'),
        ("[chatt]", "there is no setting chatt; did you mean chat?"),
        ("[chat]\nmax_token = 3", "there is no setting chat.max_token; did you mean chat.max_tokens?"),
        ("max_tokens = 3", "there is no setting max_tokens; did you mean chat.max_tokens?"),
        ("'chat.model' = 'x'", 'there is no setting "chat.model"; did you mean chat.model?'),
        ("qqqqqqq = 3", "there is no setting qqqqqqq"),
        ("[chat]\nmodel = ", "Invalid value (at end of document)"),
        ("[chat]\n[chat]", "Cannot declare ('chat',) twice (at line 2, column 6)"),
        ("x = " + "[" * 5000, "it is nested too deeply"),
        ("[chat]\nmodel = ['" + "x" * 500 + "']", 'chat.model is ["xxx'),
    ],
)
def test_a_mistake_in_the_file_is_told_in_one_line(paths, text, error):
    file = write(paths, text)
    with pytest.raises(BadConfig) as raised:
        load_settings(paths, environ={})
    assert raised.value.message.startswith(f"{file}: {error}")
    assert "\n" not in raised.value.message
    assert len(raised.value.message) < len(str(file)) + 200


def test_a_file_that_is_not_utf8_is_told(paths):
    file = config_file(paths)
    file.write_bytes(b"[chat]\nmodel = '\xff'\n")
    with pytest.raises(BadConfig, match="it is not UTF-8 at byte 16"):
        load_settings(paths, environ={})


def test_a_file_that_cannot_be_read_is_told(paths):
    config_file(paths).mkdir()
    with pytest.raises(BadConfig, match="it cannot be read"):
        load_settings(paths, environ={})


def test_a_byte_order_mark_is_no_mistake(paths):
    config_file(paths).write_bytes(b"\xef\xbb\xbf[chat]\r\nmodel = 'x'\r\n")
    assert load_settings(paths, environ={}).chat.model == "x"


@pytest.mark.parametrize(
    ("variable", "text", "error"),
    [
        ("MYNA_CHAT_MAXTOKENS", "3", "there is no such setting; did you mean MYNA_CHAT_MAX_TOKENS?"),
        ("MYNA_LOG_QQQQQQQQQQQQ", "3", "there is no such setting"),
        ("MYNA_CHAT_MAX_TOKENS", "many", 'chat.max_tokens is "many"; it must be a whole number of at least 0'),
        ("MYNA_CHAT_MAX_TOKENS", "", 'chat.max_tokens is ""; it must be a whole number of at least 0'),
        ("MYNA_CHAT_TEMPERATURE", "inf", "chat.temperature is Infinity; it must be a number from -1 to 5"),
        ("MYNA_CHAT_RECORD", "maybe", 'chat.record is "maybe"; it must be true or false'),
        ("MYNA_CHAT_MODEL", "\udcff", "chat.model is not valid UTF-8"),
        ("MYNA_PLUGINS_ONLY", "[1]", "plugins.only is [1]; it must be a list of texts"),
        ("MYNA_PLUGINS_ONLY", "[chat", 'plugins.only is "[chat"; it must be a list of texts'),
    ],
)
def test_a_mistake_in_the_environment_is_told(paths, variable, text, error):
    with pytest.raises(BadConfig) as raised:
        load_settings(paths, environ={variable: text})
    assert variable in raised.value.message
    assert error in raised.value.message


@pytest.mark.parametrize(
    "variable", ["MYNA_HOME", "MYNA_COLOUR", "MYNA_CHATTY", "CHAT_MODEL", "myna_chat_x", "MYNA_CHAT"]
)
def test_other_variables_are_none_of_our_business(paths, variable):
    assert load_settings(paths, environ={variable: "3"}) == Settings()


@pytest.mark.parametrize(
    ("key", "text", "error"),
    [
        ("chat.max_tokens", "-1", "chat.max_tokens is -1; it must be a whole number of at least 0"),
        ("chat.maxtokens", "1", "there is no setting chat.maxtokens; did you mean chat.max_tokens?"),
        ("temperature", "1", "there is no setting temperature; did you mean chat.temperature?"),
        ("chat", "1", "there is no setting chat"),
        ("", "1", "there is no setting "),
    ],
)
def test_a_mistake_on_the_command_line_is_wrong_usage(paths, key, text, error):
    with pytest.raises(UsageError) as flag:
        load_settings(paths, environ={}, overrides={key: text})
    with pytest.raises(UsageError) as stored:
        set_value(paths, key, text)
    assert flag.value.message.startswith(error)
    assert stored.value.message.startswith(error)
    assert not config_file(paths).exists()


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("chat.record", "OFF", False),
        ("chat.record", " yes ", True),
        ("chat.max_tokens", " 7 ", 7),
        ("chat.temperature", "1", 1.0),
        ("chat.system", " 你好, a = b # c\n", " 你好, a = b # c\n"),
        ("chat.model", "", ""),
        ("language", "zh", "zh"),
        ("plugins.disabled", "", ()),
        ("plugins.disabled", "a, b,", ("a", "b")),
        ("models.folders", '["a, b", "c"]', ("a, b", "c")),
        ("engine.gpu_layers", "-1", -1),
    ],
)
def test_texts_become_values_of_the_settings_type(paths, key, text, value):
    settings = load_settings(paths, environ={}, overrides={key: text})
    assert get(settings, key) == value
    assert set_value(paths, key, text) == value
    stored = get(load_settings(paths, environ={}), key)
    assert stored == value
    assert type(stored) is type(value)


def test_a_section_is_got_whole():
    assert get(Settings(), "chat") == Settings().chat


@pytest.mark.parametrize("key", ["chat.modell", "modell", "", "chat.", "chat.model.x", "__class__", "chat.__class__"])
def test_getting_what_is_not_there_is_wrong_usage(key):
    with pytest.raises(UsageError, match="there is no setting"):
        get(Settings(), key)


@given(st.text())
@hypothesis_settings(max_examples=30)
def test_any_text_survives_the_file(tmp_path_factory, text):
    paths = Paths.find(tmp_path_factory.getbasetemp() / "any-text")
    set_value(paths, "chat.system", text)
    assert tomllib.loads(config_file(paths).read_bytes().decode())["chat"]["system"] == text
    assert load_settings(paths, environ={}).chat.system == text


@pytest.mark.parametrize(
    ("key", "value", "shown"),
    [
        ("store.url", "postgresql://me:hunter2@db/myna", "postgresql://me:***@db/myna"),
        ("serve.keys", "postgresql://me:hunter2@db/myna", "postgresql://me:***@db/myna"),
        ("audit.url", "postgresql://me:hunter2@db/myna", "postgresql://me:***@db/myna"),
        ("audit.url", "postgresql://db/myna?user=me&password=hunter2", "postgresql://db/myna?user=me&password=***"),
        ("store.url", "postgresql://db/m?sslpassword=hunter2&x=1", "postgresql://db/m?sslpassword=***&x=1"),
        ("store.url", "postgresql://me:hunter2@/m?password=hunter2", "postgresql://me:***@/m?password=***"),
        ("store.url", "", ""),
        ("serve.limits", "redis://:hunter2@db", "redis://:***@db"),
        ("serve.limits", "memory://", "memory://"),
        ("chat.system", "me://a:b@c", "me://a:b@c"),
    ],
)
def test_passwords_in_addresses_are_not_shown(key: str, value: str, shown: str) -> None:
    assert masked(SettingSource(key, value, "")) == shown


def test_tables_in_lists_are_read_and_written(tmp_path: Path) -> None:
    paths = Paths.find(tmp_path)
    set_value(paths, "remote.models", '[{name = "far", base_url = "http://far/v1", model = "big"}]')
    (model,) = load_settings(paths, environ={}).remote.models
    assert (model.name, model.model, model.connect_s) == ("far", "big", 3.0)
    with pytest.raises(UsageError, match="unknown field `key`"):
        set_value(paths, "remote.models", '[{name = "far", base_url = "http://far/v1", model = "big", key = "x"}]')
