"""Simplified Chinese for the texts of vision, one module for each part."""

from __future__ import annotations

CHINESE: dict[str, str] = {}
