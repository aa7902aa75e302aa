"""What a person says of an answer."""

from __future__ import annotations

THUMBS: dict[str, bool | None] = {"up": True, "down": False, "none": None}
"""Words for a thumb; None takes it back."""
