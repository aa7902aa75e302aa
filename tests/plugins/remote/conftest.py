"""A remote model, asked over a real socket: by its engine alone, or in a real worker."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any, cast

import pytest

from far import Direct, spec
from myna.config import WorkerSettings
from myna.engine.clients import TextClient
from myna.worker.pool import WorkerPool
from myna_remote.worker.engine import RemoteEngine

Remote = Callable[..., TextClient]


@pytest.fixture
def remote() -> Iterator[Remote]:
    """`remote(url, **options)` is a model at `url`, in this process."""
    with ExitStack() as stack:

        def make(url: str, **options: Any) -> TextClient:
            engine = stack.enter_context(closing(RemoteEngine(spec(url, **options))))
            return TextClient(cast(Any, Direct(engine)))

        yield make


@pytest.fixture
async def remote_worker(tmp_path: Path) -> AsyncIterator[Remote]:
    """The same, in a worker of its own."""
    pool = WorkerPool(WorkerSettings(), log_dir=tmp_path)
    yield lambda url, **options: TextClient(pool.engine(spec(url, **options)))
    await pool.close()
