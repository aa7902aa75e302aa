"""How much a key may ask for, counted in memory or in a store that several servers share."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager

import limits
from limits.aio.storage import Storage
from limits.aio.strategies import MovingWindowRateLimiter
from limits.errors import ConfigurationError, StorageError
from limits.storage import storage_from_string

from myna.errors import BadConfig
from myna_serve.faults import Fault

log = logging.getLogger(__name__)


class Budget:
    """Requests in a moving window, tokens in fixed ones: an answer's length is known only once it is there."""

    def __init__(self, storage: Storage) -> None:
        self._requests = MovingWindowRateLimiter(storage)
        self._storage = storage

    @classmethod
    def at(cls, url: str) -> Budget:
        """Counted at `url`, for example `memory://` or `redis://host`. Raises `BadConfig`."""
        try:
            # redis-py is the client that Redis keeps up; limits takes no coredis from its version 6 on.
            options = {"implementation": "redispy"} if url.startswith("redis") else {}
            storage = storage_from_string(f"async+{url}", wrap_exceptions=True, **options)
        except (ConfigurationError, ValueError) as error:
            # The address may hold a password.
            raise BadConfig(
                "serve.limits cannot be used: no such store, or its driver is not installed",
                hint="memory://, or redis://host with pip install 'myna[redis]'",
            ) from error
        if not isinstance(storage, Storage):
            raise BadConfig("serve.limits cannot be used: no such store, or its driver is not installed")
        return cls(storage)

    async def request(self, key: str, limit: str) -> None:
        """Count a request. Raises `Fault`: 429 when there were too many, 503 when they cannot be counted."""
        if not limit:
            return
        item = limits.parse(limit)
        with _counted():
            within = await self._requests.hit(item, "requests", key)
            window = await self._requests.get_window_stats(item, "requests", key)
        if not within:
            raise Fault(
                429,
                f"this key may send {item.amount} requests in {_span(item)}",
                code="rate_limit_exceeded",
                retry_s=max(1.0, window.reset_time - time.time()),
            )

    async def before_tokens(self, key: str, limit: str) -> None:
        """Raises `Fault`: 429 when the tokens of the current window are used up, 503 when they cannot be counted."""
        if not limit:
            return
        item = limits.parse(limit)
        name = item.key_for("tokens", key)
        with _counted():
            used, expires = await self._storage.get(name), await self._storage.get_expiry(name)
        if used >= item.amount:
            raise Fault(
                429,
                f"this key may use {item.amount} tokens in {_span(item)}",
                code="token_limit_exceeded",
                retry_s=max(1.0, expires - time.time()),
            )

    async def tokens(self, key: str, limit: str, used: int) -> None:
        """Count tokens; the answer that goes over the limit is the last one. Raises `Fault` (503)."""
        if limit and used > 0:
            item = limits.parse(limit)
            with _counted():
                await self._storage.incr(item.key_for("tokens", key), item.get_expiry(), amount=used)


@contextmanager
def _counted() -> Iterator[None]:
    """Raises `Fault` (503) where the store that several servers share cannot be had: nobody gets in uncounted."""
    try:
        yield
    except StorageError as error:
        # Without the traceback, whose values may hold the password of the address.
        log.error("serve.limits: %s", type(error.storage_error).__name__)  # noqa: TRY400
        raise Fault(
            503, "the limits of this key cannot be counted now", code="limits_unavailable", retry_s=5
        ) from error


def _span(item: limits.RateLimitItem) -> str:
    return f"{item.multiples} {item.GRANULARITY.name}"


def valid(limit: str) -> bool:
    """Whether `limit` is one, for example `60/minute`."""
    try:
        return limits.parse(limit).amount > 0
    except ValueError:
        return False
