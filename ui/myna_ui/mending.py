"""What a person can do about an error with one click, by its code.

The value is `again` (ask once more), `edit` (change the question), `release` (start the model although it was put in
quarantine, and ask once more), or the name of the page where it is mended. Empty where no click mends it: a second try
would fail as the first did.
"""

from __future__ import annotations

MENDS: dict[str, str] = {
    "internal": "",
    "usage": "",
    "missing": "",
    "model-missing": "models",
    "extra-missing": "",
    "device-missing": "voice",
    "plugin-missing": "plugins",
    "conversation-missing": "history",
    "message-missing": "",
    "attachment-missing": "",
    "prompt-missing": "prompts",
    "source-unavailable": "again",
    "disk-full": "health",
    "blocked": "edit",
    "ask-again": "again",
    "engine": "again",
    "engine-crashed": "again",
    "engine-unavailable": "again",
    "engine-hung": "again",
    "engine-unloaded": "again",
    "model-quarantined": "release",
    "model-load-failed": "models",
    "out-of-memory": "models",
    "store-failed": "health",
    "audit-failed": "health",
    "plugin-failed": "plugins",
    "bad-input": "edit",
    "bad-model-file": "models",
    "bad-template": "models",
    "bad-grammar": "prompts",
    "bad-config": "settings",
    "bad-policy": "safety",
    "bad-prompt": "prompts",
    "hash-mismatch": "models",
    "audit-broken": "health",
    "prompt-too-long": "edit",
    "regression": "",
    "cancelled": "again",
}


def mend_of(code: str) -> str:
    """Empty for a code that is not known here: of a plugin, say."""
    return MENDS.get(code, "")
