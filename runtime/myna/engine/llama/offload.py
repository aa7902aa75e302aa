"""Which layers of a model go to which GPU: as many as there is room for."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from ..gguf import GgufHeader
from .devices import Device

RESERVE = 384 * 1024**2
"""Bytes of a GPU that are left to its driver and to the screen: a CUDA context takes some 300 MB, a desktop the rest of
what llama.cpp's own fitting leaves (1 GiB) where nothing else is known; with the compute buffer counted apart, less
is enough."""


class Offload(msgspec.Struct, frozen=True):
    """Where the layers of a model are computed."""

    layers: int = 0
    """The last so many are on GPUs; one more than the model has where its output is there too."""
    of: int = 0
    """Layers of the model, with its output."""
    split: tuple[int, ...] = ()
    """How many each device of `devices` gets, in that order."""
    devices: tuple[Device, ...] = ()
    size: int = 0
    """Bytes of weights and cache that are not in the machine's memory."""

    def words(self) -> str:
        """For people who look after a machine: `24 of 25 layers: 12 on CUDA0, 12 on CUDA1`."""
        places = [f"{count} on {one.name}" for count, one in zip(self.split, self.devices, strict=True) if count]
        return f"{self.layers} of {self.of} layers: {', '.join(places)}" if places else f"0 of {self.of} layers"


def plan_offload(header: GgufHeader, gpus: Sequence[Device], *, cache: int, compute: int, wanted: int = -1) -> Offload:
    """As many of the last layers as fit on `gpus`, on as few of them as will do.

    `cache` and `compute` are bytes of the KV cache of all layers and of one batch; the latter is needed on each GPU
    that gets any layer. `wanted`: no more layers than that; -1: all, with the output.
    """
    sizes = layer_sizes(header)
    of = len(sizes)
    each = cache // max(1, of - 1)
    needs = [size + (each if at < of - 1 else 0) for at, size in enumerate(sizes)]
    most = of if wanted < 0 else min(wanted, of)
    rooms = [max(0, one.free - RESERVE - compute) for one in gpus]
    for count in range(most, 0, -1):
        if split := _place(needs[of - count :], rooms):
            return Offload(count, of, split, tuple(gpus), _outside(gpus, split, needs[of - count :]))
    return Offload(0, of, (0,) * len(gpus), tuple(gpus))


def layer_sizes(header: GgufHeader) -> list[int]:
    """Bytes of the weights of each layer, and at the end of the output. Embeddings stay with the processor."""
    layers = header.integer(f"{header.architecture}.block_count")
    sizes = [0] * (layers + 1)
    names = {tensor.name for tensor in header.tensors}
    for tensor in header.tensors:
        kind, _, rest = tensor.name.partition(".")
        number = rest.partition(".")[0]
        if kind == "blk" and number.isdecimal() and int(number) < layers:
            sizes[int(number)] += tensor.size
        elif kind != "token_embd" or "output.weight" not in names:
            # Without an output of its own, a model has its embeddings there once more.
            sizes[layers] += tensor.size
    return sizes


def _place(needs: Sequence[int], rooms: Sequence[int]) -> tuple[int, ...]:
    """How many of `needs` each room takes, in order; empty where they do not fit.

    All on the roomiest where that is enough: what lies on two has to be carried from one to the other for each token.
    """
    if not rooms:
        return ()
    roomiest = max(range(len(rooms)), key=rooms.__getitem__)
    if sum(needs) <= rooms[roomiest]:
        return tuple(len(needs) if at == roomiest else 0 for at in range(len(rooms)))
    counts = [0] * len(rooms)
    at, left = 0, rooms[0]
    for need in needs:
        while need > left:
            at += 1
            if at == len(rooms):
                return ()
            left = rooms[at]
        counts[at] += 1
        left -= need
    return tuple(counts)


def _outside(gpus: Sequence[Device], split: Sequence[int], needs: Sequence[int]) -> int:
    """Bytes that do not lie in the machine's memory; a GPU without any of its own takes them from there."""
    taken, at = 0, 0
    for one, count in zip(gpus, split, strict=True):
        if one.kind == "gpu":
            taken += sum(needs[at : at + count])
        at += count
    return taken
