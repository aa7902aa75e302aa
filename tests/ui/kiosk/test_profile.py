"""What a profile may say, and what is said to whoever writes one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from myna.config import Settings
from myna.errors import BadConfig
from myna_ui.kiosk.profile import Profile, load_profile, parse_profile
from myna_ui.kiosk.settings import settings_for

ROOT = Path(__file__).parents[3]


def test_without_a_profile_a_kiosk_is_strict(tmp_path: Path) -> None:
    profile = load_profile(tmp_path / "kiosk.toml", named=False)
    settings = settings_for(profile, Settings())
    assert settings.guard.policies == ("kiosk-public",)
    assert settings.audit.mode == "metadata"
    assert not settings.chat.record
    assert settings.workers.idle_unload_s == 0
    assert set(settings.plugins.only) >= {"llama", "chat", "guard"}
    assert not settings.desktop.tray


def test_a_profile_that_was_named_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(BadConfig, match="there is no such file"):
        load_profile(tmp_path / "hall.toml", named=True)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('greting = "Hello"', "no setting greting; did you mean greeting"),
        ("[idle]\nafter = 5", "no setting idle.after; did you mean idle.after_s"),
        ('[[suggestions]]\ntext = { en = "A", fr = "B" }', "no setting suggestions.text.fr"),
        ('languages = ["fr"]', "fr"),
        ("languages = []", "languages is empty"),
        ("[idle]\nafter_s = 0", "idle"),
        ('[idle]\nafter_s = "soon"', "idle"),
        ('[[suggestions]]\nquestion = { en = "Where?" }', "text"),
        ("[[suggestions]]\ntext = {}", "a suggestion has no text"),
        ("languages = [", "kiosk.toml"),
        ('policies = "kiosk-public"', "policies"),
    ],
)
def test_what_cannot_be_used_is_named(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "kiosk.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(BadConfig, match=said) as caught:
        load_profile(file, named=True)
    assert str(file) in caught.value.message


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "kiosk.toml"
    file.write_bytes(b'greeting = "\xff"')
    with pytest.raises(BadConfig, match="not UTF-8"):
        load_profile(file, named=True)


def test_a_text_in_one_language_stands_in_for_the_other() -> None:
    profile = parse_profile({"greeting": {"zh": "你好"}, "suggestions": [{"text": {"en": "Where?"}}]}, "x")
    assert profile.greeting.of("en") == "你好"
    assert profile.suggestions[0].asks("zh") == "Where?"


def test_values_for_templates_are_by_language() -> None:
    tree: dict[str, Any] = {"prompt": {"name": "kiosk", "en": {"place": "the museum"}, "zh": {"place": "博物馆"}}}
    prompt = parse_profile(tree, "x").prompt
    assert (prompt.values("en"), prompt.values("zh")) == ({"place": "the museum"}, {"place": "博物馆"})


def keys(kind: Any) -> list[str]:
    return [field.encode_name for field in msgspec.structs.fields(kind)]


def test_every_key_is_in_the_guide_and_in_the_example() -> None:
    guide = (ROOT / "docs" / "kiosk.md").read_text(encoding="utf-8")
    example = ROOT / "deploy" / "kiosk" / "kiosk.toml"
    profile = load_profile(example, named=True)
    missing = [key for key in keys(Profile) if f"`{key}`" not in guide and f"`{key}." not in guide]
    assert missing == []
    assert profile.suggestions
    assert profile.prompt.name
