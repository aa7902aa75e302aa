"""`python -m myna_models.converting.bert_encoder JOB.json`: a sentence encoder of BERT's kind, without PyTorch.

It is made by what the engine makes it by when it opens such weights itself (`myna.engine.encoder`), so that there is
one way and one file; here it is also compared with the model in floats, and installed as a model of its own.
"""

from __future__ import annotations

import importlib.metadata
import os
import shutil
import sys
from pathlib import Path
from typing import Any

import msgspec

from myna.errors import MynaError

from .child.comparing_encoders import compare_vectors
from .child.telling import Refused, Telling

os.environ["ORT_DISABLE_TELEMETRY"] = "1"

KEPT = ("config.json", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "pooling.json")
TOOLS = ("onnx", "onnxruntime")


def main(order: Path) -> int:
    telling = Telling()
    job = msgspec.json.decode(order.read_bytes(), type=dict[str, Any])
    try:
        telling.result(report=_convert(job, telling), tools={name: importlib.metadata.version(name) for name in TOOLS})
    except (ImportError, importlib.metadata.PackageNotFoundError) as error:
        telling.refused(Refused(f"the extra embed is not installed: {error}", "pip install 'myna[embed]'", "extra"))
    except Refused as error:
        telling.refused(error)
    except MynaError as error:
        telling.refused(Refused(error.message))
    return 0


def _convert(job: dict[str, Any], telling: Telling) -> dict[str, Any]:
    from myna.engine.encoder.export import quantize, write_floats

    source, out, work = Path(job["source"]), Path(job["out"]), Path(job["work"])
    for name in ("tokenizer.json", "config.json"):
        if not (source / name).is_file():
            raise Refused(f"{source.name} holds no {name}", "put the tokenizer of the model beside its weights")
    telling.stage("exporting")
    floats, made = work / "float.onnx", out / "model.onnx"
    write_floats(source / "model.safetensors", source / "config.json", floats)
    if job["quantize"] == "none":
        shutil.copyfile(floats, made)
    else:
        telling.stage("quantizing")
        quantize(floats, made)
    for name in KEPT:
        if (source / name).is_file():
            shutil.copyfile(source / name, out / name)
    telling.stage("comparing")
    return compare_vectors(floats, made, out / "tokenizer.json", job["quantize"])


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
