"""Graphics processors for `myna doctor`: what drivers know of, what the engines make of them, and what to install."""

from __future__ import annotations

import platform
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import msgspec

from ..doctor import Finding
from ..engine.rebuilding import rebuild
from ..engine.survey import OnnxSurvey, Survey
from .programs import output, read_text

Vendor = Literal["nvidia", "amd", "intel", "apple"]

_PCI: dict[str, Vendor] = {"0x10de": "nvidia", "0x1002": "amd", "0x8086": "intel"}
"""Vendors' numbers (https://pci-ids.ucw.cz/)."""
_NAMES: dict[Vendor, str] = {"nvidia": "NVIDIA", "amd": "AMD", "intel": "Intel", "apple": "Apple"}

_BACKENDS: dict[Vendor, tuple[str, str]] = {
    "nvidia": ("CUDA", "GGML_CUDA"),
    "amd": ("ROCm", "GGML_HIP"),
    "intel": ("Vulkan", "GGML_VULKAN"),
    "apple": ("Metal", "GGML_METAL"),
}
"""What llama.cpp uses for whose cards, and its switch (docs/build.md there). Vulkan works for all but Apple's."""


class Card(msgspec.Struct, frozen=True):
    """A graphics processor that the system knows of."""

    vendor: Vendor
    name: str


def cards() -> list[Card]:
    """Those of this machine."""
    listing = output("nvidia-smi", "--query-gpu=name,memory.total,driver_version", "--format=csv,noheader")
    found = [Card("nvidia", line.strip()) for line in listing.splitlines() if line.strip()]
    if sys.platform.startswith("linux"):
        found += linux_cards(Path("/sys/class/drm"), without_nvidia=bool(found))
    elif sys.platform == "darwin" and platform.machine() == "arm64":
        found.append(Card("apple", "Apple graphics"))
    elif sys.platform == "win32":
        found += windows_cards(
            output("powershell", "-NoProfile", "-Command", "(Get-CimInstance Win32_VideoController).Name")
        )
    return found


def linux_cards(folder: Path, *, without_nvidia: bool) -> list[Card]:
    """Cards by the kernel's files; NVIDIA's are left out where its own program has named them."""
    found = []
    for file in sorted(folder.glob("card[0-9]*/device/vendor")):
        vendor = _PCI.get(read_text(file).strip())
        if vendor is not None and not (vendor == "nvidia" and without_nvidia):
            found.append(Card(vendor, f"{_NAMES[vendor]} graphics ({file.parent.parent.name})"))
    return found


def windows_cards(listing: str) -> list[Card]:
    """Cards by their names."""
    found = []
    for line in filter(None, map(str.strip, listing.splitlines())):
        for vendor, name in _NAMES.items():
            if name.lower() in line.lower() or (vendor == "amd" and "radeon" in line.lower()):
                found.append(Card(vendor, line))
    return found


def check_gpu(there: Sequence[Card], llama: Survey, onnx: OnnxSurvey | None) -> list[Finding]:
    """What there is and what uses it. `onnx` is None where ONNX Runtime is not installed."""
    found = [Finding("gpu", "ok", card.name) for card in there]
    if not there and not llama.devices:
        found.append(Finding("gpu", "note", "none was found; models run on the processor"))
    return [*found, *_llama(there, llama), *_onnx(there, onnx)]


def _llama(there: Sequence[Card], llama: Survey) -> list[Finding]:
    if llama.error:
        return [Finding("gpu", "problem", llama.error, rebuild("", llama.error))]
    found = []
    for one in llama.devices:
        text = f"llama.cpp computes on {one.name}: {one.description}, {_size(one.free)} free of {_size(one.total)}"
        found.append(Finding("gpu", "ok", text))
    if found or not there:
        return found
    if llama.offloads:
        return [Finding("gpu", "note", "llama.cpp finds no GPU that it can use; look at the driver of the card")]
    name, switch = _BACKENDS[there[0].vendor]
    text = f"llama.cpp is built without {name}: GGUF models run on the processor"
    return [Finding("gpu", "note", text, rebuild(switch))]


def _onnx(there: Sequence[Card], onnx: OnnxSurvey | None) -> list[Finding]:
    if onnx is None or not onnx.computes:
        return []
    name = onnx.name
    if onnx.refused:
        # The libraries that its build for CUDA needs are packages too.
        mend = "pip install 'onnxruntime-gpu[cuda,cudnn]'" if onnx.refused.startswith("cuda: its library") else ""
        return [Finding("gpu", "note", f"ONNX Runtime falls back to {name}: {onnx.refused}", mend)]
    if name != "CPU":
        return [Finding("gpu", "ok", f"ONNX Runtime computes on {name}")]
    vendors = {card.vendor for card in there}
    text = "ONNX Runtime uses no GPU: ONNX models run on the processor"
    if sys.platform == "win32" and there:
        mend = "pip uninstall -y onnxruntime && pip install onnxruntime-directml"
        return [Finding("gpu", "note", text, mend)]
    if "nvidia" in vendors:
        return [Finding("gpu", "note", text, "pip uninstall -y onnxruntime && pip install onnxruntime-gpu")]
    return []


def _size(count: int) -> str:
    return f"{count / 1024**3:.1f} GiB"
