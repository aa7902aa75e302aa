"""A server put together: from the settings to the application behind its gate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .access.budget import Budget
from .access.identity import Access
from .access.keys import Keys
from .access.tokens import Tokens
from .admission import Lane
from .answer_cache import AnswerCache
from .app import application
from .gate import LOOPBACK_NAMES, Gate
from .linked.hosts import ImageHosts
from .metrics import Metrics
from .models import Models
from .service import LaneName, Service

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from myna.assistant import Assistant
    from myna.config import Settings

_MB = 1024 * 1024

_SLOTS: dict[LaneName, int] = {"embed": 4, "transcribe": 2, "speak": 4, "judge": 8, "talk": 4, "fetch": 4}
"""Requests at a time. Their engines take one step after the other; more would only wait in another place."""


def opened(
    assistant: Assistant, keys: Keys, *, uploads: Path, names: Collection[str], closed: bool
) -> tuple[Service, Gate]:
    """The parts of a server, and the application.

    `uploads`: an empty folder for files that clients send. `names`: what this machine may be called, besides what the
    settings say. `closed`: nobody gets in without a key.

    Raises:
        BadConfig: settings cannot be used.
    """
    settings = assistant.settings.serve
    lanes = _lanes(assistant.settings)
    metrics = Metrics(assistant.pool, lanes)
    access = Access(keys, Budget.at(settings.limits), closed=closed, tokens=Tokens.of(settings))
    service = Service(
        assistant,
        access=access,
        lanes=lanes,
        metrics=metrics,
        models=Models(
            assistant.paths.models,
            lambda: assistant.host.offered_models(assistant.settings),
            default=lambda: assistant.settings.chat.model,
        ),
        cache=AnswerCache(settings.cache),
        uploads=uploads,
        image_hosts=ImageHosts(settings.image_hosts),
    )
    gate = Gate(
        application(service),
        access,
        metrics,
        hosts={*LOOPBACK_NAMES, *names, *settings.hosts},
        origins=settings.origins,
        body=settings.body_mb * _MB,
        upload=settings.upload_mb * _MB,
    )
    return service, gate


def _lanes(settings: Settings) -> dict[LaneName, Lane]:
    slots: dict[LaneName, int] = {"chat": settings.engine.parallel, **_SLOTS}
    return {name: Lane(count, settings.serve.queue, settings.serve.queue_s) for name, count in slots.items()}
