"""Saying once that a classifier cannot judge, not with each turn."""

from __future__ import annotations

import logging

from myna.errors import ModelMissing, MynaError

log = logging.getLogger(__name__)


class Troubles:
    """Which classifiers fail now."""

    def __init__(self) -> None:
        self._failing: set[str] = set()

    def failed(self, name: str, error: MynaError) -> None:
        """The classifier could not judge."""
        if name not in self._failing:
            self._failing.add(name)
            # What is not installed is no fault of this run: the doctor names it.
            level = logging.INFO if isinstance(error, ModelMissing) else logging.WARNING
            log.log(level, "the classifier %s cannot judge: %s", name, error.message)

    def worked(self, name: str) -> None:
        """It judges; the next failure is worth a word again."""
        self._failing.discard(name)
