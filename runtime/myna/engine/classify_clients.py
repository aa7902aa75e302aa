"""The host's typed view of text classifiers in workers.

classify  ClassifyRequest  ->  Classified
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import BadInput
from .classify import LONGEST_TEXT, Classified, ClassifyRequest

if TYPE_CHECKING:
    from ..worker.handle import EngineHandle
    from .protocols import ModelInfo


class ClassifierClient:
    """A text classifier in a worker: a `Classifier`."""

    def __init__(self, handle: EngineHandle) -> None:
        self._handle = handle

    async def info(self) -> ModelInfo:
        """What is known of the model; loads it when it is not loaded."""
        return await self._handle.info()

    def preload(self) -> None:
        """Start loading it now, and do not wait."""
        self._handle.preload()

    async def classify(self, text: str, labels: tuple[str, ...] = ()) -> Classified:
        """The labels with their scores. Raises: as `Classifier.classify`."""
        if len(text) > LONGEST_TEXT:
            raise BadInput(f"the text has {len(text):,} characters; {LONGEST_TEXT:,} can be classified")
        return await self._handle.call("classify", ClassifyRequest(text, labels), Classified)
