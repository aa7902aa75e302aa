"""The llama.cpp engine. Imported in worker processes alone."""

from .engine import LlamaEngine

__all__ = ["LlamaEngine"]
