"""`myna prompts`: templates are listed, shown, rendered, begun and measured."""

from __future__ import annotations

from .group import prompts

__all__ = ["prompts"]
