"""What llama.cpp would do on this machine, for programs that do not load its library themselves.

    python -m myna.engine.llama.survey < SPEC

reads an `EngineSpec` as JSON (or nothing), loads no model, and prints a `Survey`.
"""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec

from ...errors import MynaError
from ..protocols import EngineSpec
from ..survey import Device, Plan, Survey


def survey(spec: EngineSpec | None) -> Survey:
    """Raises `MynaError` where the library, or the model's file, cannot be used."""
    from ..bindings import C
    from ..gguf import read_header
    from ..memory import available_memory
    from .devices import devices, graphics
    from .draft import plan_draft
    from .model import plan_beside
    from .native import uses_gpu
    from .options import LlamaOptions

    found = devices()
    plan = None
    if spec is not None:
        options = msgspec.convert(spec.options, LlamaOptions)
        gpus = graphics(found) if uses_gpu(options) else []
        draft = plan_draft(spec, options)
        header = read_header(spec.files["model"])
        made = plan_beside(header, options, available_memory(), draft.memory, gpus=gpus)
        why = draft.why
        if not why and made.beside < draft.memory:
            why = f"{draft.name} does not fit beside {Path(header.path).name}"
        plan = Plan(
            made.context,
            made.wanted,
            made.need.total,
            made.offload.words() if made.offload.layers else "",
            "" if why else draft.name,
            why,
        )
    there = tuple(Device(one.name, one.description, one.free, one.total) for one in graphics(found))
    return Survey(there, bool(C.llama_supports_gpu_offload()), plan)


def main() -> None:
    given = sys.stdin.buffer.read()
    try:
        found = survey(msgspec.json.decode(given, type=EngineSpec) if given.strip() else None)
    except MynaError as error:
        found = Survey(error=error.message)
    sys.stdout.buffer.write(msgspec.json.encode(found))


if __name__ == "__main__":
    main()
