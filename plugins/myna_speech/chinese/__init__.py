"""Simplified Chinese for the texts of speech, one module for each part."""

from __future__ import annotations

from .devices import DEVICES
from .panel import PANEL
from .recognition import RECOGNITION
from .session import SESSION
from .voices import VOICES
from .wyoming import WYOMING

CHINESE: dict[str, str] = {**RECOGNITION, **VOICES, **DEVICES, **SESSION, **PANEL, **WYOMING}
