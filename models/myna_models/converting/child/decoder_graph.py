"""What is changed in the model builder's graph: logits for guesses, and one matrix to read and to write words with."""

from __future__ import annotations

import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any

LOGITS = 9
"""Tokens at the end of a step that logits are given for: the next one, and the longest guess behind it
(`myna.engine.text.speculation.LONGEST_GUESS`). The builder gives them for the last token alone, which leaves no room
for guesses, or for all, which makes of a prompt's every token as many numbers as there are words."""

BITS = 8
"""Of the weights that an embedding is shared in; with 4 the builder shares them itself."""
ROWS = 64
"""Of an embedding that are compared with the other matrix before it is left out."""
CLOSE = 1.5
"""Steps that a number may be away: half a one by rounding, and a whole one where the largest of a block is cut off."""
ALIGNED = 4096
"""Bytes: a page, as the file is mapped into memory."""
_PART = 1 << 24


def finish(path: Path) -> None:
    """Change the graph at `path` and the weights beside it. Raises `OSError` where the disk is full."""
    import onnx

    model = onnx.load(path, load_external_data=False)
    give_logits(model)
    if share_embedding(model, path.parent):
        pack(model, path.parent)
    onnx.save(model, path)


def give_logits(model: Any) -> None:
    """Of the last `LOGITS` tokens, instead of the last one; of all where there are fewer."""
    import numpy as np
    from onnx import helper

    nodes = {node.name: node for node in model.graph.node}
    gather, unsqueeze = nodes.get("/lm_head/prune/Gather"), nodes.get("/lm_head/prune/Unsqueeze")
    if gather is None or unsqueeze is None:
        return
    bounds = {"starts": -LOGITS, "ends": np.iinfo(np.int64).max, "axes": 1}
    names = [_constant(model, f"/lm_head/prune/{name}", [value]) for name, value in bounds.items()]
    cut = helper.make_node("Slice", [gather.input[0], *names], list(unsqueeze.output), "/lm_head/prune/Slice")
    _replace(model, [gather, unsqueeze], [cut])
    for value in (*model.graph.value_info, *model.graph.output):
        if value.name in (cut.output[0], "logits"):
            value.type.tensor_type.shape.dim[1].dim_param = "num_logits"


def share_embedding(model: Any, folder: Path) -> bool:
    """Take the rows of the embedding, which is kept in floats, from the matrix of the output, where both are the same
    words. Whether that was so."""
    from onnx import helper

    nodes = {node.name: node for node in model.graph.node}
    tensors = {tensor.name: tensor for tensor in model.graph.initializer}
    lookup = nodes.get("/model/embed_tokens/Gather")
    head = next((node for node in model.graph.node if "logits" in node.output), None)
    if lookup is None or head is None or head.op_type != "MatMulNBits" or len([*filter(None, head.input)]) != 3:
        return False
    attributes = {one.name: helper.get_attribute_value(one) for one in head.attribute}
    table, weight, scales = (tensors.get(name) for name in (lookup.input[0], *head.input[1:3]))
    if attributes.get("bits") != BITS or table is None or weight is None or scales is None:
        return False
    if not _same(_numbers(table, folder), _numbers(weight, folder), _numbers(scales, folder)):
        return False
    shape = _constant(model, "/model/embed_tokens/shape", [0, -1])
    flat = helper.make_node(
        "Reshape", [weight.name, shape], ["/model/embed_tokens/rows"], "/model/embed_tokens/Reshape"
    )
    rows = helper.make_node(
        "GatherBlockQuantized",
        [flat.output[0], lookup.input[1], scales.name],
        list(lookup.output),
        "/model/embed_tokens/GatherBlockQuantized",
        domain="com.microsoft",
        bits=BITS,
        block_size=attributes["block_size"],
        gather_axis=0,
        quantize_axis=1,
    )
    _replace(model, [lookup], [flat, rows])
    model.graph.initializer.remove(table)
    return True


def pack(model: Any, folder: Path) -> None:
    """Leave what no tensor of `model` refers to any more out of the files beside it."""
    from onnx.external_data_helper import ExternalDataInfo, uses_external_data

    files: dict[str, list[tuple[Any, Any]]] = {}
    for tensor in model.graph.initializer:
        if uses_external_data(tensor):
            info = ExternalDataInfo(tensor)
            files.setdefault(info.location, []).append((info, tensor))
    for name, tensors in files.items():
        part = folder / f"{name}.part"
        with (folder / name).open("rb") as old, part.open("wb") as new:
            for info, tensor in sorted(tensors, key=lambda one: one[0].offset or 0):
                start = math.ceil(new.tell() / ALIGNED) * ALIGNED
                new.seek(start)
                old.seek(info.offset or 0)
                for length in _lengths(info.length):
                    new.write(old.read(length))
                del tensor.external_data[:]
                for key, value in (("location", name), ("offset", start), ("length", info.length)):
                    tensor.external_data.add(key=key, value=str(value))
        part.replace(folder / name)


def _lengths(total: int) -> Iterable[int]:
    """`total` in pieces that memory has room for."""
    return [min(_PART, total - start) for start in range(0, total, _PART)]


def _same(table: Any, weight: Any, scales: Any) -> bool:
    """Whether rows of `weight`, shape (words, blocks, block), are those of `table`, shape (words, width), rounded to
    `scales`, shape (words, blocks)."""
    import numpy as np

    words, width = table.shape
    if weight.shape[0] != words or weight.shape[1] * weight.shape[2] != width:
        return False
    some = np.linspace(0, words - 1, min(ROWS, words)).astype(int)
    steps = scales.reshape(words, -1)[some][:, :, None]
    # 128 stands for 0 where there are no zero points.
    whole = (weight[some].astype(np.float32) - 2 ** (BITS - 1)) * steps
    difference = np.abs(whole - table[some].reshape(whole.shape))
    return bool((difference < CLOSE * np.abs(steps)).all())


def _numbers(tensor: Any, folder: Path) -> Any:
    """Its elements; mapped from their file where they lie in one."""
    import numpy as np
    from onnx import helper, numpy_helper
    from onnx.external_data_helper import ExternalDataInfo, uses_external_data

    if not uses_external_data(tensor):
        return numpy_helper.to_array(tensor)
    info = ExternalDataInfo(tensor)
    kind = helper.tensor_dtype_to_np_dtype(tensor.data_type)
    return np.memmap(folder / info.location, kind, "r", info.offset or 0, tuple(tensor.dims))


def _constant(model: Any, name: str, values: list[int]) -> str:
    import numpy as np
    from onnx import numpy_helper

    model.graph.initializer.append(numpy_helper.from_array(np.array(values, np.int64), name))
    return name


def _replace(model: Any, old: list[Any], new: list[Any]) -> None:
    """Nodes for others, where the last of the old ones stands: before those that take what it gives."""
    nodes = model.graph.node
    at = max(index for index, node in enumerate(nodes) if node in old)
    for node in reversed(new):
        nodes.insert(at + 1, node)
    for node in old:
        nodes.remove(node)
