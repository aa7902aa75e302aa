"""Simplified Chinese for the texts of speech, one module for each part."""

from __future__ import annotations

from .voices import VOICES

CHINESE: dict[str, str] = {**VOICES}
