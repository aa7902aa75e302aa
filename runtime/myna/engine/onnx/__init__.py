"""Text models in ONNX files, on plain ONNX Runtime sessions. Imported in worker processes alone."""

from .engine import OnnxTextEngine

__all__ = ["OnnxTextEngine"]
