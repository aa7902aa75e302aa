"""The host's typed view of models that look, in workers.

look           LookRequest          ->  PictureFacts
plain          PlainRequest         ->  PlainPicture
match-picture  MatchPictureRequest  ->  MatchVectors
match-words    MatchWordsRequest    ->  MatchVectors
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .sight import (
    LookRequest,
    MatchPictureRequest,
    MatchVectors,
    MatchWordsRequest,
    PictureFacts,
    PlainPicture,
    PlainRequest,
)

if TYPE_CHECKING:
    from ..worker.handle import EngineHandle
    from .protocols import ModelInfo


class SightClient:
    """What the clients of models that look have in common."""

    def __init__(self, handle: EngineHandle) -> None:
        self._handle = handle

    @property
    def name(self) -> str:
        """What people call the model."""
        return self._handle.spec.name

    async def info(self) -> ModelInfo:
        """What is known of the model; loads it when it is not loaded."""
        return await self._handle.info()

    def preload(self) -> None:
        """Start loading it now, and do not wait."""
        self._handle.preload()


class PictureReaderClient(SightClient):
    """The models that find facts in pictures, in one worker: a `PictureReader`."""

    async def look(self, request: LookRequest) -> PictureFacts:
        """Raises `BadInput` for a file that is no picture, or one that is too large."""
        return await self._handle.call("look", request, PictureFacts)

    async def plain(self, request: PlainRequest) -> bytes:
        """Raises: as `look`."""
        return (await self._handle.call("plain", request, PlainPicture)).data


class MatcherClient(SightClient):
    """Two towers in a worker: a `Matcher`."""

    async def picture(self, picture: bytes) -> MatchVectors:
        """Raises `BadInput` for a file that is no picture."""
        return await self._handle.call("match-picture", MatchPictureRequest(picture), MatchVectors)

    async def words(self, texts: tuple[str, ...]) -> MatchVectors:
        """Raises `BadInput` for a text that the model cannot take."""
        return await self._handle.call("match-words", MatchWordsRequest(texts), MatchVectors)
