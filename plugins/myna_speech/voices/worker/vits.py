"""A VITS voice on ONNX Runtime: phonemes to latents at once, latents to sound a stretch at a time.

More than half of the work is the decoder (HiFi-GAN), which is all convolutions: a sample depends on the latents within
about 0.14 s of it, and on nothing else. So the file is cut in two before the decoder, and the first stretch of sound
is there when a fraction of it was decoded. The stretches, joined, are the sound that the whole model makes: Joe's
differ by less than a millionth of full scale.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import onnxruntime
from google.protobuf.message import DecodeError
from onnx import AttributeProto, GraphProto, ModelProto, NodeProto, helper
from onnx.utils import Extractor

from myna.errors import BadModelFile

Array = np.ndarray[Any, np.dtype[Any]]
Samples = np.ndarray[Any, np.dtype[np.float32]]
OpenSession = Callable[[str | bytes], onnxruntime.InferenceSession]

INPUTS = {"input", "input_lengths", "scales"}
"""Of every Piper voice; one with several speakers also has `sid`."""

DECODER = "dec.conv_pre.weight"
"""The first weights of the decoder, as VITS calls them; the latents go into the node that has them."""

FIRST_S = 0.25
"""Seconds of the first stretch: less would be over before the next one is there on a busy machine."""

GROWTH = 6
"""Each stretch is so many times as long as the one before: the latents around it are decoded too, and for nothing. The
second one, 1.5 s, is made in a fifth of the time in which the first one is heard."""

LONGEST_S = 4.0
"""A stretch takes about 0.1 s on two cores, and nothing is cancelled in the meantime."""

_POINTWISE = {"Add", "Cast", "Div", "LeakyRelu", "Mul", "Squeeze", "Sub", "Tanh", "Unsqueeze"}
"""What treats each moment alone."""


class Seam(msgspec.Struct, frozen=True):
    """Where a voice is cut."""

    latents: str
    """The name of what is handed over, shape (1, channels, frames)."""
    context: int
    """Frames on both sides that a frame of sound depends on."""
    hop: int
    """Samples in a frame."""


class Halves(msgspec.Struct, frozen=True):
    """A voice in two ONNX files."""

    encoder: bytes
    """From the inputs to the latents."""
    decoder: bytes
    """From the latents, and `sid` if the voice has several speakers, to the sound."""
    seam: Seam


class Vits:
    """One voice in memory."""

    def __init__(self, path: str, rate: int, open_session: OpenSession) -> None:
        """`rate`: samples a second (Hz).

        Raises:
            BadModelFile: no ONNX file, or no voice.
        """
        name, data = Path(path).name, Path(path).read_bytes()
        try:
            model = ModelProto.FromString(data)
        except DecodeError:
            raise BadModelFile(f"{name} is no ONNX file") from None
        inputs = {one.name for one in model.graph.input}
        if not inputs >= INPUTS:
            raise BadModelFile(f"{name} is no Piper voice: it takes {', '.join(sorted(inputs)) or 'nothing'}")
        self._rate = rate
        halves = cut(model)
        self._seam = halves.seam if halves else None
        self.encoder = open_session(halves.encoder if halves else data)
        self._decoder = open_session(halves.decoder) if halves else None
        self._speakers = self._decoder is not None and "sid" in {one.name for one in self._decoder.get_inputs()}

    def sound(self, feed: Mapping[str, Array]) -> Iterator[Samples]:
        """Stretches of shape (samples,), as loud as the voice makes them; one alone where the file cannot be cut."""
        made: Array = self.encoder.run(None, dict(feed))[0]
        if self._seam is None or self._decoder is None:
            yield _samples(made)
            return
        seam, frames = self._seam, made.shape[-1]
        begin, seconds = 0, FIRST_S
        while begin < frames:
            count = max(1, round(seconds * self._rate / seam.hop))
            # A short rest is not worth a stretch of its own.
            end = begin + count if begin + 1.5 * count < frames else frames
            start = max(begin - seam.context, 0)
            given = {seam.latents: made[..., start : end + seam.context]}
            if self._speakers:
                given["sid"] = feed["sid"]
            decoded = _samples(self._decoder.run(None, given)[0])
            yield decoded[(begin - start) * seam.hop : (end - start) * seam.hop]
            begin, seconds = end, min(seconds * GROWTH, LONGEST_S)


def _samples(made: Array) -> Samples:
    return np.nan_to_num(np.asarray(made, np.float32).reshape(-1), nan=0.0, posinf=0.0, neginf=0.0)


def cut(model: ModelProto) -> Halves | None:
    """`model` in two halves; None when it is built in another way. Takes `model` apart."""
    graph = model.graph
    first = next((node for node in graph.node if any(name.endswith(DECODER) for name in node.input)), None)
    nested = any(one.type == AttributeProto.GRAPH for node in graph.node for one in node.attribute)
    if first is None or nested or len(graph.output) != 1:
        return None
    latents, sound = first.input[0], graph.output[0].name
    makers = {output: node for node in graph.node for output in node.output}
    _, decoder_inputs = _ancestors(graph, makers, sound, until=latents)
    reach = _reach(graph, latents, sound)
    if reach is None or not decoder_inputs <= {latents, "sid"}:
        return None
    (kind,) = {weight.data_type for weight in graph.initializer if weight.name in first.input}
    handed_over = helper.make_tensor_value_info(latents, kind, None)
    if all(one.name != latents for one in graph.value_info):
        graph.value_info.append(handed_over)
    decoder = Extractor(model).extract_model(sorted(decoder_inputs), [sound])
    kept, _ = _ancestors(graph, makers, latents)
    # In place: the weights are 50 MB and more.
    _keep(graph.node, lambda node: node.output[0] in kept)
    used = {name for node in graph.node for name in node.input}
    _keep(graph.initializer, lambda weight: weight.name in used)
    del graph.output[:]
    graph.output.append(handed_over)
    return Halves(model.SerializeToString(), decoder.SerializeToString(), Seam(latents, *reach))


def _keep(items: Any, wanted: Callable[[Any], bool]) -> None:
    for at in reversed(range(len(items))):
        if not wanted(items[at]):
            del items[at]


def _ancestors(
    graph: GraphProto, makers: Mapping[str, NodeProto], name: str, until: str = ""
) -> tuple[set[str], set[str]]:
    """What `name` is made of: first outputs of nodes; and the inputs of the graph, or `until`, that it comes from."""
    ends = {one.name for one in graph.input} | {until}
    made: set[str] = set()
    reached: set[str] = set()
    waiting = [name]
    while waiting:
        tensor = waiting.pop()
        if tensor in ends:
            reached.add(tensor)
        elif (node := makers.get(tensor)) is not None and node.output[0] not in made:
            made.add(node.output[0])
            waiting += node.input
    return made, reached


def _reach(graph: GraphProto, latents: str, sound: str) -> tuple[int, int] | None:
    """Frames beside a frame of `latents` that its `sound` depends on, and samples in a frame; None where something
    else than convolutions mixes moments."""
    # For each tensor: frames that it reaches to either side, and its moments in a frame.
    reach = {latents: (0.0, 1)}
    weights = {weight.name: weight.dims for weight in graph.initializer}
    for node in graph.node:
        known = [reach[name] for name in node.input if name in reach]
        if not known:
            continue
        side, rate = max(side for side, _ in known), known[0][1]
        if node.op_type in ("Conv", "ConvTranspose"):
            shape = {one.name: helper.get_attribute_value(one) for one in node.attribute}
            if node.input[1] not in weights or "auto_pad" in shape:
                return None
            (dilation,), (stride,) = shape.get("dilations", [1]), shape.get("strides", [1])
            span, pads = (weights[node.input[1]][2] - 1) * dilation, shape.get("pads", [0, 0])
            if node.op_type == "Conv":
                if stride != 1:
                    return None
                side += max(pads[0], span - pads[0]) / rate
            else:
                side += max(pads[0], span - pads[0]) / stride / rate
                rate *= stride
        elif node.op_type not in _POINTWISE:
            return None
        for output in node.output:
            reach[output] = (side, rate)
    if sound not in reach:
        return None
    side, rate = reach[sound]
    return int(np.ceil(side)), rate
