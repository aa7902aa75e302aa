"""`url:https://...`: a file on a web server, continued by ranges after an interruption."""

from __future__ import annotations

from collections.abc import Callable

from myna.config import ModelSettings
from myna.errors import SourceUnavailable

from .offers import refuse_offline


class WebSource:
    scheme = "url"

    def __init__(self, settings: ModelSettings) -> None:
        self._settings = settings

    def fetch(self, location: str, target: str, progress: Callable[[int, int], None]) -> str:
        """See `myna.hookspecs.ModelSource`. There is no pin: the SHA-256 in the lock file is enough."""
        if not location.startswith(("https://", "http://")):
            raise SourceUnavailable(f"url:{location} should begin with https:// or http://")
        refuse_offline(self._settings, location)
        from .transfer import download

        download(location, target, progress, stall_s=self._settings.stall_timeout_s)
        return ""
