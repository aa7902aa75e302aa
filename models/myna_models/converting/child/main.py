"""One conversion: `boot.py JOB.json`. What is made appears in the folder `out`; nothing else is written to last."""

from __future__ import annotations

import importlib.metadata
import json
import os
import signal
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from .telling import Refused, Telling

TOOLS = ("torch", "transformers", "optimum-onnx", "onnxruntime-genai", "onnxruntime", "onnx", "gguf")
_FULL = 28
"""ENOSPC."""


def main(arguments: Sequence[str]) -> int:
    """Do the job in the file named by the only argument. The status is 0 also when it is refused."""
    # The terminal sends Ctrl-C to the whole group; who started this ends it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    telling = Telling()
    job = json.loads(Path(arguments[0]).read_text(encoding="utf-8"))
    try:
        made = _action(job["action"])(job, telling)
        telling.result(**made, tools=_versions())
    except Refused as error:
        telling.refused(error)
    except MemoryError:
        telling.refused(Refused("the conversion took more memory than there is", "choose a smaller model"))
    except OSError as error:
        if error.errno != _FULL:
            raise
        telling.refused(Refused("no space left while the model was converted", "disk-full"))
    return 0


def _action(name: str) -> Callable[[dict[str, Any], Telling], dict[str, Any]]:
    if name == "decoder":
        from .decoder import convert

        return convert
    if name == "encoder":
        from .encoder import convert as convert_encoder

        return convert_encoder
    if name == "gguf":
        from .gguf_of_folder import convert as convert_to_gguf

        return convert_to_gguf
    raise Refused(f"there is no conversion called {name!r}")


def _versions() -> dict[str, str]:
    """Of what may have had a part in it."""
    found = {one.metadata["Name"]: one.version for one in importlib.metadata.distributions()}
    return {name: found[name] for name in TOOLS if name in found}


def quiet() -> None:
    """Libraries neither ask the network nor draw bars into the log."""
    os.environ.update(
        HF_HUB_OFFLINE="1", TRANSFORMERS_OFFLINE="1", HF_HUB_DISABLE_TELEMETRY="1", HF_HUB_DISABLE_PROGRESS_BARS="1",
        ORT_DISABLE_TELEMETRY="1", DO_NOT_TRACK="1", TQDM_DISABLE="1", TOKENIZERS_PARALLELISM="false",
    )  # fmt: skip


quiet()
