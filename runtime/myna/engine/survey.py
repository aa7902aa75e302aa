"""What the engines' libraries find on this machine. They are asked in processes of their own, which end at once."""

from __future__ import annotations

import os
import subprocess
import sys

import msgspec

from .protocols import EngineSpec

PATIENCE_S = 20.0
"""Seconds for a library to be loaded, which takes a second or two with CUDA."""


class Device(msgspec.Struct, frozen=True):
    """A GPU that llama.cpp can use."""

    name: str
    """For example `CUDA0`."""
    description: str
    free: int
    """Bytes."""
    total: int
    """Bytes."""


class Plan(msgspec.Struct, frozen=True):
    """How a model would be loaded now."""

    context: int
    """Tokens of a conversation."""
    wanted: int
    """Tokens that were asked for."""
    size: int
    """Bytes."""
    offload: str = ""
    """Layers on GPUs, in words; empty: the processor computes all."""
    draft: str = ""
    """File of the smaller model that writes ahead."""
    undrafted: str = ""
    """Why the one that was chosen for that does not."""


class Survey(msgspec.Struct, frozen=True):
    """What llama.cpp said."""

    devices: tuple[Device, ...] = ()
    offloads: bool = False
    """Whether this build of llama.cpp can use a GPU at all."""
    plan: Plan | None = None
    error: str = ""
    """Why the library, or the model, cannot be used."""


class OnnxSurvey(msgspec.Struct, frozen=True):
    """What ONNX Runtime said."""

    providers: tuple[str, ...] = ()
    """Execution providers by its own names, best first."""
    computes: str = ""
    """The one of them that a session gets; empty where none could be opened."""
    refused: str = ""
    """Why a better one of `providers` does not compute."""
    plan: Plan | None = None
    unfit: str = ""
    """Why the model cannot be loaded."""
    error: str = ""
    """Why the library cannot be used."""

    @property
    def name(self) -> str:
        """What computes, for example `CUDA`."""
        return short_name(self.computes)


def short_name(provider: str) -> str:
    """An execution provider of ONNX Runtime as people call it."""
    return provider.removesuffix("ExecutionProvider")


def ask_llama(spec: EngineSpec | None = None) -> Survey:
    """Its devices, and how the model of `spec` would be loaded. Takes about half a second."""
    given = b"" if spec is None else msgspec.json.encode(spec)
    said, why = _run("myna.engine.llama.survey", given)
    try:
        return msgspec.json.decode(said, type=Survey)
    except msgspec.DecodeError:
        return Survey(error=why or "llama.cpp's library gave no answer")


def ask_onnx(spec: EngineSpec | None = None) -> OnnxSurvey:
    """What it computes on, and how the text model of `spec` would be loaded. Takes about half a second."""
    given = b"" if spec is None else msgspec.json.encode(spec)
    said, why = _run("myna.engine.onnx_survey", given)
    try:
        return msgspec.json.decode(said, type=OnnxSurvey)
    except msgspec.DecodeError:
        return OnnxSurvey(error=why or "ONNX Runtime gave no answer")


def _run(module: str, given: bytes) -> tuple[bytes, str]:
    """What it printed, and the last line of what it complained about."""
    environment = {**os.environ, "ORT_DISABLE_TELEMETRY": "1"}
    command = [sys.executable, "-P", "-m", module]
    try:
        done = subprocess.run(
            command, input=given, capture_output=True, timeout=PATIENCE_S, check=False, env=environment
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return b"", str(error)
    complaint = done.stderr.decode("utf-8", "replace").strip().splitlines()
    return done.stdout, complaint[-1] if complaint else ""
