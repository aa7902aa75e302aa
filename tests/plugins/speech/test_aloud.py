"""A text as it is spoken elsewhere: cut, read, and each part given to a voice of its language."""

from __future__ import annotations

import pytest

from myna.config import Settings, SpeechSettings
from myna.errors import ModelMissing
from myna.paths import Paths
from myna_speech.voices import aloud
from myna_speech.voices.voice import Voice

ENGLISH, CHINESE = Voice("joe", ("en",)), Voice("huayan", ("zh",))


@pytest.fixture
def said(monkeypatch, tmp_path):
    def say(text, *voices, language="", voice="", speech=SpeechSettings()):  # noqa: B008
        monkeypatch.setattr(aloud, "installed_voices", lambda _models: list(voices))
        found = aloud.utterances(text, language, voice, Settings(speech=speech), Paths.find(tmp_path))
        return [(one.text, one.language, one.voice) for one in found]

    return say


def test_each_part_has_a_voice_of_its_language(said):
    first, second = said("It costs **5 €**. 你好。", ENGLISH, CHINESE)
    assert first == ("It costs five euros.", "en", "joe")
    assert second[1:] == ("zh", "huayan")


def test_what_no_voice_can_say_is_left_out_unless_it_is_all(said):
    assert [part[2] for part in said("Hello there. 你好。", ENGLISH)] == ["joe"]
    with pytest.raises(ModelMissing):
        said("你好。", ENGLISH)


def test_a_voice_that_was_named_says_all(said):
    assert {part[2] for part in said("Hello there. 你好。", ENGLISH, CHINESE, voice="other")} == {"other"}


def test_the_voice_of_the_settings_comes_first(said):
    other = Voice("amy", ("en",))
    assert said("Hello.", other, ENGLISH, speech=SpeechSettings(voice="amy"))[0][2] == "amy"


def test_what_makes_no_sound_is_no_part(said):
    assert said("…", ENGLISH) == []
