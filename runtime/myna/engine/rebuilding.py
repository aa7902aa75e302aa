"""How llama.cpp is built anew where its library does not fit this machine."""

from __future__ import annotations

_LIBRARIES = ("cuda", "cublas", "hip", "rocm", "vulkan", "nvidia")
"""Words in the names of GPUs' libraries."""


def rebuild(switch: str, error: str = "") -> str:
    """The command that builds llama.cpp anew: with `switch`, or, after an `error` of a GPU's library, without GPUs."""
    build = "pip install --force-reinstall --no-cache-dir llama-cpp-python"
    if switch:
        return f'CMAKE_ARGS="-D{switch}=on" {build}'
    if any(name in error.lower() for name in _LIBRARIES):
        return f'CMAKE_ARGS="-DGGML_CUDA=off -DGGML_HIP=off -DGGML_VULKAN=off" {build}'
    return build
