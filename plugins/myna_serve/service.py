"""What the endpoints share."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Literal

from starlette.requests import Request

if TYPE_CHECKING:
    from pathlib import Path

    from myna.assistant import Assistant

    from .access.identity import Access, Identity
    from .access.scopes import Scope
    from .admission import Lane
    from .answer_cache import AnswerCache
    from .linked.hosts import ImageHosts
    from .metrics import Metrics
    from .models import Models

LaneName = Literal["chat", "embed", "transcribe", "speak", "judge", "talk", "fetch"]


class Service:
    """The parts of one server."""

    def __init__(
        self,
        assistant: Assistant,
        *,
        access: Access,
        lanes: Mapping[LaneName, Lane],
        metrics: Metrics,
        models: Models,
        cache: AnswerCache,
        uploads: Path,
        image_hosts: ImageHosts,
    ) -> None:
        """`uploads`: an empty folder for files that clients send, each for as long as it is read. `image_hosts`: where
        pictures may be fetched."""
        self.assistant = assistant
        self.access = access
        self.metrics = metrics
        self.models = models
        self.cache = cache
        self.uploads = uploads
        self.image_hosts = image_hosts
        self._lanes = lanes
        self.draining = False

    async def begin(self, request: Request, scope: Scope) -> Identity:
        """Who asks, counted. Raises `Fault` when that is too often, or the key does not allow `scope`."""
        who: Identity = request.state.who
        who.require(scope)
        await self.access.begin(who)
        return who

    def slot(self, lane: LaneName, who: Identity) -> AbstractAsyncContextManager[None]:
        """Wait for a turn. Raises `Fault`: as `Lane.slot`."""
        return self._lanes[lane].slot(who.id)

    def drain(self) -> None:
        """Let no new request in; those under way are answered."""
        self.draining = True
        for lane in self._lanes.values():
            lane.drain()
