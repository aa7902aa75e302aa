"""Simplified Chinese for the texts of speech, one module for each part."""

from __future__ import annotations

from .devices import DEVICES

CHINESE: dict[str, str] = {**DEVICES}
