"""What a source may offer beyond the contract, and the sources that are built in."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from myna.config import ModelSettings
from myna.errors import SourceUnavailable
from myna.hookspecs import ModelSource


@runtime_checkable
class PinningSource(Protocol):
    """A source that can bring exactly what a pin names."""

    def pinned(self, location: str, pin: str) -> str:
        """`location`, held at `pin`."""
        ...


def refuse_offline(settings: ModelSettings, what: str) -> None:
    """Raises `SourceUnavailable` when the settings forbid the network."""
    if settings.offline:
        raise SourceUnavailable(
            f"{what} needs the network, and models.offline is set", hint="myna config set models.offline false"
        )


def built_in(settings: ModelSettings) -> list[ModelSource]:
    from .hub import HubSource
    from .local import LocalSource
    from .pypi import PackageSource
    from .web import WebSource

    return [PackageSource(settings), HubSource(settings), WebSource(settings), LocalSource()]
