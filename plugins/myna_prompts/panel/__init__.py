"""The page of prompt templates."""

from __future__ import annotations

from .panel import PromptsPanel

__all__ = ["PromptsPanel"]
