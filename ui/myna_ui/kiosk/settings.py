"""The settings of a kiosk: those of the machine, and what the profile says over them."""

from __future__ import annotations

import msgspec

from myna.config import Settings

from .profile import Profile

NEEDED = ("llama", "models", "chat", "guard", "prompts", "desktop")
"""Plugins without which there are no answers, or none that were judged."""


SEEING = "vision"
"""The plugin that looks at pictures; it comes with what visitors may show, and need not be named."""


def _plugins(profile: Profile) -> tuple[str, ...]:
    shown = "camera" in profile.inputs or profile.pictures.folder
    return tuple(dict.fromkeys((*NEEDED, *profile.plugins, *((SEEING,) if shown else ()))))


def settings_for(profile: Profile, settings: Settings) -> Settings:
    """What a kiosk with `profile` runs with."""
    change = msgspec.structs.replace
    return change(
        settings,
        language=profile.languages[0],
        chat=change(
            settings.chat, model=profile.models[0] if profile.models else settings.chat.model, record=profile.record
        ),
        # A visitor who comes after a quiet hour does not wait for the model.
        workers=change(settings.workers, idle_unload_s=0.0),
        speech=change(settings.speech, languages=profile.languages),
        guard=change(settings.guard, policies=profile.policies),
        plugins=change(settings.plugins, only=_plugins(profile)),
        audit=change(settings.audit, mode=profile.audit),
        # Its conversations are in a place of their own.
        store=change(settings.store, url=""),
        desktop=change(settings.desktop, tray=False, shortcut="", welcome=False, font_scale=profile.font_scale),
    )
