"""Runs in a worker process alone: embeddings on ONNX Runtime."""
