"""Simplified Chinese for the texts of prompt templates, one module for each part."""

from __future__ import annotations

from .commands import COMMANDS
from .measuring import MEASURING
from .panel import PANEL
from .templates import TEMPLATES

CHINESE: dict[str, str] = {**TEMPLATES, **MEASURING, **COMMANDS, **PANEL}
