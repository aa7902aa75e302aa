"""What ONNX Runtime would do on this machine, for programs that do not load it themselves.

    python -m myna.engine.onnx_survey < SPEC

reads an `EngineSpec` as JSON (or nothing), loads no model, and prints an `OnnxSurvey`. Which provider computes is found
by opening a session: one whose library is not there is listed all the same.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import msgspec

from ..errors import MynaError
from .protocols import EngineSpec
from .providers import NAMES, Opened, open_session, runtime_module
from .survey import OnnxSurvey, Plan

SMALLEST = (
    b'\x08\x08:7\n\x10\n\x01x\x12\x01y"\x08Identity\x12\x01gZ\x0f\n\x01x\x12\n\n\x08\x08\x01\x12\x04\n\x02\x08\x01'
    b"b\x0f\n\x01y\x12\n\n\x08\x08\x01\x12\x04\n\x02\x08\x01B\x04\n\x00\x10\x11"
)
"""A graph that gives back the one number it gets (operator set 17), as the package `onnx` writes it."""


def survey(spec: EngineSpec | None) -> OnnxSurvey:
    """Raises `ExtraMissing` where the library cannot be loaded."""
    there = tuple(runtime_module().get_available_providers())
    provider = "auto"
    plan, unfit = None, ""
    if spec is not None:
        try:
            provider, plan = _plan(spec)
        except MynaError as error:
            unfit = error.message
    with tempfile.TemporaryDirectory() as folder:
        graph = Path(folder) / "smallest.onnx"
        graph.write_bytes(SMALLEST)
        opened: Opened = open_session(graph, threads=1, provider=provider)
    return OnnxSurvey(there, NAMES[opened.provider], opened.refused, plan, unfit)


def _plan(spec: EngineSpec) -> tuple[str, Plan]:
    """The provider that is asked for, and how the model would be loaded."""
    from .memory import available_memory
    from .onnx.load import plan_load, weight_bytes
    from .onnx.options import OnnxOptions
    from .onnx_files import CACHE_NUMBER, describe
    from .text.hosted import read_options

    options = read_options(spec, OnnxOptions)
    said = describe(spec.files, spec.name)
    cell = CACHE_NUMBER * said.cell_elements
    made = plan_load(weight_bytes(spec.files), cell, said.context, options, available_memory())
    size = made.need.weights + made.context * cell
    return options.provider if options.gpu_layers else "cpu", Plan(made.context, made.wanted, size)


def main() -> None:
    given = sys.stdin.buffer.read()
    try:
        found = survey(msgspec.json.decode(given, type=EngineSpec) if given.strip() else None)
    except MynaError as error:
        found = OnnxSurvey(error=error.message)
    sys.stdout.buffer.write(msgspec.json.encode(found))


if __name__ == "__main__":
    main()
