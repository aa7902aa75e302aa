"""What a model makes of `PASSAGES`, in a process of its own: `python -m myna.benchmarks.perplexity SPEC` prints it."""

from __future__ import annotations

import importlib
import os
import sys
from typing import Any

import msgspec

from ..engine.protocols import EngineSpec
from .children import finished
from .passages import PASSAGES


async def perplexity(spec: EngineSpec) -> float:
    """Perplexity of the model on `PASSAGES`.

    Raises:
        EngineError: it cannot be loaded.
    """
    command = (sys.executable, "-P", "-m", "myna.benchmarks.perplexity", msgspec.json.encode(spec).decode())
    return float(await finished(command, {**os.environ, "ORT_DISABLE_TELEMETRY": "1"}))


def main(spec: EngineSpec) -> None:
    """Print the figure of one model."""
    module, _, name = spec.factory.partition(":")
    engine: Any = getattr(importlib.import_module(module), name)(spec)
    try:
        print(engine.perplexity(PASSAGES))
    finally:
        engine.close()


if __name__ == "__main__":
    main(msgspec.json.decode(sys.argv[1], type=EngineSpec))
