"""Simplified Chinese for what remote models and routes say."""

from __future__ import annotations

CHINESE: dict[str, str] = {}
