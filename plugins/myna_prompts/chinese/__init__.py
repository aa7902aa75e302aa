"""Simplified Chinese for the texts of prompt templates, one module for each part."""

from __future__ import annotations

CHINESE: dict[str, str] = {}
