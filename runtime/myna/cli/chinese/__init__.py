"""Simplified Chinese for the texts of the command line and for the errors of the core."""

from __future__ import annotations

from .commands import COMMANDS
from .core import CORE
from .errors import ERRORS
from .help import HELP
from .machine import MACHINE
from .onnx import ONNX
from .pictures import PICTURES

CHINESE: dict[str, str] = {**HELP, **COMMANDS, **MACHINE, **CORE, **ERRORS, **ONNX, **PICTURES}
