"""What a profile makes of each turn: the template that its question is put into."""

from __future__ import annotations

from typing import TYPE_CHECKING

from myna.hookspecs import hookimpl

if TYPE_CHECKING:
    from myna.hookspecs import TurnDraft

    from .profile import Code, Profile, Prompt


class KioskRules:
    """A plugin of the kiosk's own; it sees typed and spoken questions alike."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile

    @hookimpl(tryfirst=True)
    def myna_prepare_turn(self, draft: TurnDraft) -> None:
        if draft.prompt:
            return
        code: Code = "zh" if draft.settings.language == "zh" else "en"
        question = next((one.typed().text for one in reversed(draft.messages) if one.role == "user"), "")
        prompt = self._prompt(question.strip(), code)
        if prompt.name:
            draft.prompt = prompt.name
            draft.variables = {**prompt.values(code), **draft.variables}

    def _prompt(self, question: str, code: Code) -> Prompt:
        for suggestion in self._profile.suggestions:
            if suggestion.prompt is not None and suggestion.asks(code).strip() == question:
                return suggestion.prompt
        return self._profile.prompt
