"""A plugin that screens."""

from __future__ import annotations

from types import ModuleType

from myna.events import GuardFinding
from myna.hookspecs import Verdict, hookimpl


def guard():
    """Blocks bombs, masks cards, long ways and what is very far away, and notes tea."""
    made = ModuleType("guard")
    words = {"bomb": ("offensive", "block"), "card": ("personal-data", "mask"), "tea": ("tea", "log")}
    words |= dict.fromkeys(("long way", "very far away"), ("way", "mask"))

    def myna_screen_input(message, draft):
        verdict = None
        for word, (rule, action) in words.items():
            if word in message.text:
                found = {"policy": "p", "rule": rule, "level": 1, "origin": "user", "action": action, "ms": 0.1}
                draft.emit(GuardFinding(turn="", epoch=0, start=0, end=1, **found))
                if action == "block":
                    return Verdict("block", "Not here.", rule)
                if action == "mask":
                    verdict = Verdict("replace", message.text.replace(word, "***"), rule)
        return verdict

    made.myna_screen_input = hookimpl(myna_screen_input)
    return made
