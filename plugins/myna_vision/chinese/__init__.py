"""Simplified Chinese for the texts of vision, one module for each part."""

from __future__ import annotations

from .answers import ANSWERS
from .classes import CLASSES
from .matching import MATCHING
from .see import SEE
from .text import TEXT

CHINESE: dict[str, str] = {**TEXT, **ANSWERS, **SEE, **CLASSES, **MATCHING}
