"""The catalog: manifests that are shipped, in the data folder, and in folders of the settings."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from myna.config import Settings
from myna.errors import BadConfig
from myna.paths import Paths

from .manifest import Manifest, load_manifest

SHIPPED = Path(__file__).with_name("catalog")


class Catalog:
    """Models by id. A manifest in a later folder hides one of the same id in an earlier one."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = tuple(folders)

    @classmethod
    def find(cls, paths: Paths, settings: Settings) -> Catalog:
        extra = [Path(folder).expanduser() for folder in settings.models.folders]
        return cls([SHIPPED, *extra, paths.data / "catalog"])

    def paths(self) -> dict[str, Path]:
        """Manifest files by id, without reading them."""
        found: dict[str, Path] = {}
        for folder in self._folders:
            if folder.is_dir():
                found |= {path.stem: path for path in sorted(folder.glob("*.toml"))}
        return found

    def names(self) -> list[str]:
        return sorted(self.paths())

    def get(self, name: str) -> Manifest | None:
        """The model called `name`; reads one file. None when there is no such manifest.

        Raises:
            BadConfig: its manifest is broken.
        """
        if not name or name != Path(name).name or "\\" in name or "\0" in name:
            return None
        for folder in reversed(self._folders):
            path = folder / f"{name}.toml"
            if path.is_file():
                return load_manifest(path)
        return None

    def load(self) -> tuple[list[Manifest], list[BadConfig]]:
        """All models in order of id, and an error for each manifest that is broken."""
        read = [_read(path) for _, path in sorted(self.paths().items())]
        manifests = [item for item in read if isinstance(item, Manifest)]
        return manifests, [item for item in read if isinstance(item, BadConfig)]


def _read(path: Path) -> Manifest | BadConfig:
    try:
        return load_manifest(path)
    except BadConfig as error:
        return error
