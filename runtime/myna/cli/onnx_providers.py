"""What ONNX Runtime can compute on here, asked of it in a process of its own: the host never imports it."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys

from ..doctor import Finding

_ASK = "import onnxruntime as o; print(o.__version__, *o.get_available_providers())"

PATIENCE_S = 20.0
"""Importing it takes under a second; a machine that needs this long is busy, or a driver hangs."""


def check_providers() -> list[Finding]:
    """The providers that are really there; nothing where ONNX Runtime is not installed, which is told elsewhere."""
    if importlib.util.find_spec("onnxruntime") is None:
        return []
    try:
        result = subprocess.run(
            [sys.executable, "-c", _ASK],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env={**os.environ, "ORT_DISABLE_TELEMETRY": "1"},
            timeout=PATIENCE_S,
            check=False,
            text=True,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return [Finding("engines", "problem", f"ONNX Runtime cannot be asked what it computes on: {error}")]
    if result.returncode:
        why = (result.stderr.strip().splitlines() or ["it ended without a word"])[-1]
        return [Finding("engines", "problem", f"ONNX Runtime cannot be loaded: {why}", "pip install 'myna[onnx]'")]
    version, *found = result.stdout.split()
    names = ", ".join(name.removesuffix("ExecutionProvider") for name in found)
    return [Finding("engines", "ok", f"ONNX Runtime {version} computes on: {names}")]
