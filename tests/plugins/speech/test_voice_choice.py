"""Which voice speaks a language, and what is said where none does."""

from __future__ import annotations

from pathlib import Path

import pytest

from myna.assistant import Assistant
from myna.config import Settings
from myna.errors import ModelMissing
from myna.host import PluginHost
from myna.paths import Paths
from myna_models.catalog import Catalog
from myna_speech.voices import voice as voice_module
from myna_speech.voices.script import PULLS, primary, pull_hint, sayable
from myna_speech.voices.voice import ESPEAK, Voice, Voices, choose, installed_voices, voice_for

JOE = Voice("piper-en-us-joe", ("en",))
AMY = Voice("piper-en-us-amy", ("en",))
HUAYAN = Voice("piper-zh-cn-huayan", ("zh",))
ESPEAK_VOICE = Voice(ESPEAK)


def test_the_recommended_voice_comes_first_and_espeak_last() -> None:
    assert choose("en", [ESPEAK_VOICE, AMY, JOE]) is JOE
    assert choose("en-GB", [ESPEAK_VOICE, AMY]) is AMY
    assert choose("zh-CN", [ESPEAK_VOICE, AMY, HUAYAN]) is HUAYAN
    assert choose("sw", [AMY, ESPEAK_VOICE]) is ESPEAK_VOICE


def test_the_voice_that_was_set_speaks_its_own_language_only() -> None:
    assert choose("en", [JOE, HUAYAN], AMY) is AMY
    assert choose("zh", [JOE, HUAYAN], AMY) is HUAYAN


@pytest.mark.parametrize(
    ("language", "message", "hint"),
    [
        ("zh-CN", "no voice for Chinese is installed", "myna models pull piper-zh-cn-huayan"),
        ("en", "no voice for English is installed", "myna models pull piper-en-us-joe"),
        ("sw", "no voice for sw is installed", "myna models list --task synthesize"),
    ],
)
def test_the_way_to_a_missing_voice_is_named(language: str, message: str, hint: str) -> None:
    with pytest.raises(ModelMissing) as raised:
        choose(language, [Voice("piper-de-de-thorsten", ("de",))])
    assert (raised.value.message, raised.value.hint) == (message, hint)


def test_voices_that_are_recommended_are_in_the_catalog_for_their_language(own_home: Path) -> None:
    catalog = Catalog.find(Paths.find(), Settings())
    for language, name in PULLS.items():
        manifest = catalog.get(name)
        assert manifest is not None, name
        assert (manifest.task, manifest.languages) == ("synthesize", (language,))
        assert pull_hint(language) == f"myna models pull {name}"


def test_installed_voices_are_listed_with_espeak_where_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "models" / "piper-en-us-joe"
    folder.mkdir(parents=True)
    (folder / "lock.toml").write_text(
        'id = "piper-en-us-joe"\nname = "Joe"\ntask = "synthesize"\nformat = ".onnx"\nlicence = "CC0-1.0"\n'
        'installed = "2026-11-24T00:00:00Z"\nlanguages = ["en"]\nfiles = []\n',
        encoding="utf-8",
    )
    monkeypatch.setattr(voice_module.shutil, "which", lambda name: f"/usr/bin/{name}")
    assert installed_voices(tmp_path / "models") == [JOE, ESPEAK_VOICE]
    monkeypatch.setattr(voice_module.shutil, "which", lambda name: None)
    assert installed_voices(tmp_path / "models") == [JOE]


@pytest.fixture
async def assistant(own_home: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(voice_module.shutil, "which", lambda name: None)
    settings = Settings()
    async with await Assistant.open(Paths.find(), settings, host=PluginHost.load(settings.plugins)) as opened:
        yield opened


async def test_without_any_voice_the_assistant_says_how_to_get_one(assistant: Assistant) -> None:
    with pytest.raises(ModelMissing, match="no voice for Chinese is installed"):
        await voice_for(assistant, "zh")


async def test_espeak_is_a_model_like_any_other(assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ModelMissing, match="espeak-ng is not installed"):
        await assistant.synthesizer(ESPEAK)
    monkeypatch.setattr(voice_module.shutil, "which", lambda name: f"/opt/{name}")
    model = await assistant.resolve(ESPEAK, "synthesize")
    spec = assistant.engine_spec(model)
    assert spec.options == {"program": "/opt/espeak-ng"}
    assert spec.factory == "myna_speech.voices.worker.espeak:EspeakEngine"
    assert await Voices(assistant).name("zh") == ESPEAK


async def test_a_voice_that_was_asked_for_speaks_everything(assistant: Assistant) -> None:
    voices = Voices(assistant, "some-voice", only=True)
    assert [await voices.name(language) for language in ("en", "zh")] == ["some-voice", "some-voice"]
    with pytest.raises(ModelMissing, match="no model called 'some-voice'"):
        await voices.voice("en")


async def test_the_language_of_a_voice_given_by_path(assistant: Assistant, tmp_path: Path) -> None:
    model = tmp_path / "x.onnx"
    model.touch()
    assert await Voices(assistant, str(model)).language() == ""
    (tmp_path / "x.onnx.json").write_text(
        '{"audio": {"sample_rate": 16000}, "espeak": {"voice": "de"}, "num_symbols": 3, "num_speakers": 1,'
        ' "phoneme_id_map": {"_": [0], "^": [1], "$": [2]}}',
        encoding="utf-8",
    )
    assert await Voices(assistant, str(model)).language() == "de"


@pytest.mark.parametrize(("tag", "language"), [("en-US", "en"), ("zh_CN", "zh"), ("cmn", "zh"), ("EN", "en"), ("", "")])
def test_primary_language(tag: str, language: str) -> None:
    assert primary(tag) == language


@pytest.mark.parametrize(
    ("text", "language", "kept", "lacking"),
    [
        ("Hello 你好!", "en-us", "Hello  !", "你"),
        ("你好 world", "cmn", "你好 world", ""),
        ("Привет", "ru", "Привет", ""),
        ("Привет", "en", " ", "П"),
        ("naïve 3 €", "en", "naïve 3 €", ""),
    ],
)
def test_letters_that_a_voice_lacks_are_left_out(text: str, language: str, kept: str, lacking: str) -> None:
    assert sayable(text, language) == (kept, lacking)
