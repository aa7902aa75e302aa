"""How much another server may send: whatever it is, it is not trusted."""

from __future__ import annotations

LINE = 1 << 20
"""Bytes of one event. A token with 20 alternatives takes 4 kB; a whole tool call comes in one at worst."""

ANSWER = 64 << 20
"""Bytes of one answer, all events together: 100,000 tokens with their alternatives take less."""

WHOLE = 1 << 20
"""Bytes of an answer that is no stream: an error, a list of models."""

MESSAGE = 200
"""Characters of a server's own words that people are shown."""
