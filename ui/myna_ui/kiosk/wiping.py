"""The end of a visit: nothing that the visitor said, showed or was told is left, in files or in processes."""

from __future__ import annotations

import asyncio
import gc
import math
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from myna.errors import StoreFailed

from . import keeping

if TYPE_CHECKING:
    from myna.worker.handle import EngineHandle

    from ..opened import Opened
    from .places import Places

ENDING_S = 10.0
"""How long a turn may take to end once its workers are gone; it only has to store what it has."""


class Current(msgspec.Struct, frozen=True):
    """The visit that is under way, or the last one."""

    conversation: str
    """Its id."""


async def begin(opened: Opened, places: Places, *, model: str = "") -> None:
    """A new conversation with `model`, before the first visit. What a crash left in the audit log is removed.

    Raises:
        AuditFailed, StoreFailed: it cannot be.
    """
    if (left := keeping.read(places.current, Current)) is not None:
        journal = opened.assistant.audit.journal
        await asyncio.to_thread(journal.forget, left.conversation, "the visit was cut off")
    await _next(opened, places, model)


async def _next(opened: Opened, places: Places, model: str) -> None:
    opened.conversation = await opened.assistant.conversation(model=model)
    try:
        await asyncio.to_thread(keeping.write, places.current, Current(opened.conversation.id))
    except OSError as error:
        raise StoreFailed(f"the folder of visits cannot be written: {error.strerror}", hint="") from error


async def wipe(opened: Opened, places: Places, *, model: str = "") -> list[EngineHandle]:
    """Forget the visit, and begin a new conversation with `model`. Returns the models that were loaded.

    The workers are ended, and not told to forget: memory of a process that is gone can hold nothing.

    Raises:
        StoreFailed, DiskFull, AuditFailed: something may be left.
    """
    assistant = opened.assistant
    before = opened.conversation
    before.raise_epoch(before.epoch)
    loaded = await assistant.pool.unload_all("the visit is over")
    try:
        async with asyncio.timeout(ENDING_S), before.one_at_a_time():
            pass
    except TimeoutError:
        raise StoreFailed("an answer of the last visit does not end", hint="") from None
    assistant.forget_models()
    await asyncio.to_thread(assistant.audit.journal.forget, before.id, "the visit is over")
    if places.paths.database.exists():
        await (await assistant.store()).forget_before(math.inf)
        # Pages of the database stay in this process as long as it is open.
        await assistant.close_store()
    try:
        await asyncio.to_thread(clear, places, keep=("conversations.db",))
    except OSError as error:
        raise StoreFailed(f"files of the last visit cannot be removed: {error}", hint="") from error
    await _next(opened, places, model)
    del before
    gc.collect()
    return loaded


def clear(places: Places, *, keep: tuple[str, ...] = ()) -> None:
    """Remove what visits leave in files, also those that a crash left; names that begin with one of `keep` stay.

    Raises `OSError`: something is left.
    """
    for folder in (places.paths.data, places.paths.cache):
        if folder.is_dir():
            for path in folder.iterdir():
                if not path.name.startswith(keep or ("\0",)):
                    _remove(path)
    places.temporary.mkdir(mode=0o700, parents=True, exist_ok=True)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
