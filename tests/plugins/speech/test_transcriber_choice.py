from __future__ import annotations

from pathlib import Path

import pytest

from myna.config import Settings, SpeechSettings
from myna.errors import ModelMissing
from myna.paths import Paths
from myna_models.installed import Installed
from myna_speech.recognition.models import choose, resolve_transcriber
from myna_speech.recognition.tags import chinese_opening, whisper_language, whisper_languages


def installed(name: str, languages: tuple[str, ...], parameters: int = 39_000_000) -> Installed:
    return Installed(
        name, name, "transcribe", ".ct2", "MIT", "2026-01-01T00:00:00Z", (), parameters, languages=languages
    )


TINY = installed("whisper-tiny-en", ("en",))
BASE = installed("whisper-base", ("en", "zh", "*"), 74_000_000)
SMALL = installed("whisper-small", ("en", "zh", "*"), 244_000_000)
GERMAN = installed("german", ("de",))


@pytest.fixture(autouse=True)
def memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("myna.engine.memory.available_memory", lambda: 8 << 30)


@pytest.mark.parametrize(
    ("languages", "name"),
    [
        (("en",), "whisper-tiny-en"),
        (("en-GB",), "whisper-tiny-en"),
        (("en", "zh"), "whisper-small"),
        (("zh-CN",), "whisper-small"),
        (("sv",), "whisper-small"),
        ((), "whisper-small"),
    ],
)
def test_the_model_follows_the_languages(languages: tuple[str, ...], name: str) -> None:
    assert choose([TINY, BASE, SMALL], languages).id == name


def test_what_does_not_fit_the_memory_is_not_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("myna.engine.memory.available_memory", lambda: 200_000_000)
    assert choose([TINY, BASE, SMALL], ("en", "zh")).id == "whisper-base"


def test_a_model_that_knows_some_of_the_languages_is_better_than_none() -> None:
    assert choose([TINY], ("en", "zh")).id == "whisper-tiny-en"
    assert choose([GERMAN, TINY], ("en", "zh")).id == "whisper-tiny-en"


def test_without_english_alone_any_model_serves_english() -> None:
    assert choose([BASE], ("en",)).id == "whisper-base"


def test_an_unknown_language_says_what_to_pull() -> None:
    with pytest.raises(ModelMissing, match="knows the language zh is installed") as missing:
        choose([TINY], ("zh",), strict=True)
    assert missing.value.hint == "myna models pull whisper-base"
    with pytest.raises(ModelMissing, match="knows the language en is installed") as missing:
        choose([GERMAN], ("en",))
    assert missing.value.hint == "myna models pull whisper-tiny-en"


def test_nothing_installed_says_what_to_pull() -> None:
    with pytest.raises(ModelMissing, match="no model for speech to text") as missing:
        choose([], ("en", "zh"))
    assert missing.value.hint == "myna models pull whisper-base"


def test_names_that_are_not_installed_are_left_to_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MYNA_HOME", str(tmp_path))
    assert resolve_transcriber("somebody's", Settings(), Paths.find()) is None
    with pytest.raises(ModelMissing):
        resolve_transcriber("", Settings(), Paths.find())
    settings = Settings(speech=SpeechSettings(transcriber="whisper-small"))
    assert resolve_transcriber("", settings, Paths.find()) is None


def test_tags_become_the_names_that_whisper_has() -> None:
    assert [whisper_language(tag) for tag in ("zh-CN", "en_US", "cmn", "nb-NO", "DE")] == ["zh", "en", "zh", "no", "de"]
    assert whisper_languages(["zh-CN", "zh-TW", "", "en"]) == {"zh", "en"}


def test_chinese_is_simplified_unless_the_tag_says_otherwise() -> None:
    assert (
        chinese_opening(["en", "zh"]) == chinese_opening(["zh-CN"]) == chinese_opening([""]) == "以下是普通话的句子。"
    )
    assert chinese_opening(["zh-TW"]) == chinese_opening(["en", "zh_Hant"]) == "以下是普通話的句子。"
