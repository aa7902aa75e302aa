"""Prints what ONNX Runtime can compute on, as JSON; see `myna.engine.survey`."""

from __future__ import annotations

import sys

import msgspec


def main() -> None:
    import onnxruntime

    sys.stdout.buffer.write(msgspec.json.encode(onnxruntime.get_available_providers()))


if __name__ == "__main__":
    main()
