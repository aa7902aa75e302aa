"""Sentence encoders on ONNX Runtime. What is here runs in worker and conversion processes alone."""

from .engine import EncoderEngine

__all__ = ["EncoderEngine"]
