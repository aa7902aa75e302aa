"""The metadata of a GGUF file, typed on demand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .telling import Refused


class GgufFile:
    """An open file: `reader.tensors` are views of it, so nothing is read before it is used."""

    def __init__(self, path: Path) -> None:
        from gguf import GGUFReader

        try:
            self.reader: Any = GGUFReader(path)
        except (OSError, ValueError, KeyError, IndexError, UnicodeDecodeError) as error:
            raise Refused(f"{path.name} cannot be read: {' '.join(str(error).split())[:200]}") from None
        self.name = path.name
        self.architecture = str(self.get("general.architecture", ""))

    def get(self, key: str, default: Any = None) -> Any:
        """The value of `key`; a list becomes a list of plain values."""
        found = self.reader.get_field(key)
        return default if found is None else found.contents()

    def own(self, key: str, default: Any = None) -> Any:
        """A setting of the architecture, for example `block_count`."""
        return self.get(f"{self.architecture}.{key}", default)

    def need(self, key: str) -> Any:
        """As `own`.

        Raises:
            Refused: it is not there.
        """
        value = self.own(key)
        if value is None:
            raise Refused(f"{self.name} does not say its {key.replace('_', ' ').replace('.', ' ')}")
        return value
