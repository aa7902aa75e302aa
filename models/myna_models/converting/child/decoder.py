"""A model that writes, as an ONNX graph: KV cache in buffers that it shares, weights of 8 or 4 bits in blocks of 32.

The graph is made by onnxruntime-genai's model builder. Its attention is one node for each layer
(GroupQueryAttention), which writes into the cache in place; optimum's export of the same model gives the whole cache
as new tensors at every token. That is why it was chosen; how fast the two are was not compared here.
"""

from __future__ import annotations

import json
import runpy
import shutil
import sys
import traceback
from pathlib import Path
from typing import Any

from .comparing_decoders import compare
from .decoder_graph import finish
from .telling import Refused, Telling

BLOCK = 32
"""Weights that share one scale. The smallest that ONNX Runtime's kernels for processors take at full speed."""

PRECISIONS = {"none": "fp32", "int8": "int8", "int4": "int4"}
KEPT = ("tokenizer.json", "tokenizer_config.json", "chat_template.jinja", "special_tokens_map.json")
"""What the builder writes of these is transformers' reading of them; the original is taken instead."""


def convert(job: dict[str, Any], telling: Telling) -> dict[str, Any]:
    """Raises: Refused: it cannot be converted, or its quality does not hold."""
    out, work = Path(job["out"]), Path(job["work"])
    folder = opened(job, telling)
    telling.stage("exporting")
    _build(folder, out, work, job["quantize"])
    finish(out / "model.onnx")
    for name in KEPT:
        if (folder / name).is_file():
            shutil.copyfile(folder / name, out / name)
    telling.stage("comparing")
    report = compare(folder, out, job["quantize"], telling)
    return {"report": report, "config": json.loads((folder / "config.json").read_text(encoding="utf-8"))}


def opened(job: dict[str, Any], telling: Telling) -> Path:
    """The source as a folder of transformers; written from a GGUF file where it is one."""
    source = Path(job["source"])
    if source.is_dir():
        if not (source / "tokenizer.json").is_file():
            raise Refused(f"{source.name} holds no tokenizer.json", "put the tokenizer of the model beside its weights")
        return source
    from .folder_of_gguf import write_folder

    folder = Path(job["work"]) / "opened"
    telling.stage("opening", 0.0)
    write_folder(source, folder, lambda share: telling.stage("opening", share))
    return folder


def _build(folder: Path, out: Path, work: Path, quantize: str) -> None:
    options = ["hf_token=false", "prune_lm_head=true", *_quantization(quantize)]
    arguments = ["-i", str(folder), "-o", str(out), "-p", PRECISIONS[quantize], "-e", "cpu", "-c", str(work / "cache")]
    before = sys.argv
    sys.argv = ["builder", *arguments, "--extra_options", *options]
    try:
        runpy.run_module("onnxruntime_genai.models.builder", run_name="__main__")
    except NotImplementedError as error:
        raise Refused(f"this architecture cannot be converted: {error}") from None
    except (ValueError, KeyError, AttributeError, TypeError, RuntimeError) as error:
        traceback.print_exc()
        raise Refused(f"the model builder failed: {' '.join(str(error).split())[:200]}") from None
    finally:
        sys.argv = before
    if not (out / "model.onnx").is_file():
        raise Refused("the model builder wrote no model")


def _quantization(quantize: str) -> list[str]:
    if quantize == "none":
        return []
    options = [f"block_size={BLOCK}"]
    if quantize == "int4":
        options += ["algo_config=k_quant_mixed"]
    return options
