"""The audit log of a running assistant: one thread writes, and whoever must wait for it does."""

from __future__ import annotations

import asyncio
import logging
import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from ..errors import MynaError
from .edits import Edits
from .journal import Journal
from .places import Places
from .policy import AuditPolicy, Mode
from .records import Entry
from .retention import DAY_S, retain

logger = logging.getLogger(__name__)


class _Wanted(NamedTuple):
    entries: Sequence[Entry]
    mode: Mode
    done: Future[None]


class AuditLog:
    """What is asked for while a step is written goes into the next one together: one flush for all of it."""

    def __init__(
        self,
        journal: Journal,
        policy: Callable[[], AuditPolicy],
        *,
        retention_days: int = 0,
        edits: Edits | None = None,
    ) -> None:
        """`policy` is asked before each turn, for policies change while Myna runs. `edits` come before all records."""
        self.journal = journal
        self.policy = policy
        self._retention_days = retention_days
        self._edits = edits
        self._retained_at: float | None = None
        self._lock = threading.Lock()
        self._queue: list[_Wanted] = []
        self._executor: ThreadPoolExecutor | None = None

    @classmethod
    def off(cls) -> AuditLog:
        """One that records nothing."""
        return cls(Journal(Places.of_folder(Path(os.devnull))), AuditPolicy)

    async def write(self, entries: Sequence[Entry], policy: AuditPolicy) -> None:
        """Record `entries`; they are on the disk when this returns.

        Raises:
            DiskFull, AuditFailed, AuditBroken: they are not, and `policy` closes on failure.
        """
        if policy.mode == "off" or not entries:
            return
        done = self._submit(entries, policy.mode)
        try:
            await asyncio.shield(asyncio.wrap_future(done))
        except MynaError:
            if policy.closed:
                raise

    def soon(self, entries: Sequence[Entry], policy: AuditPolicy | None = None) -> None:
        """Record `entries` without anybody waiting; `close` waits. Failures are counted and logged."""
        try:
            policy = policy or self.policy()
        except MynaError as error:
            self.journal.missed(len(entries), error)
            return
        if policy.mode != "off" and entries:
            self._submit(entries, policy.mode)

    async def close(self) -> None:
        """Finish what was asked for, and let go of the log."""
        executor, self._executor = self._executor, None
        if executor is not None:
            await asyncio.wrap_future(executor.submit(self._drain))
            executor.shutdown(wait=False)
        self.journal.close()

    def _submit(self, entries: Sequence[Entry], mode: Mode) -> Future[None]:
        wanted = _Wanted(tuple(entries), mode, Future())
        with self._lock:
            self._queue.append(wanted)
            if self._executor is None:
                self._executor = ThreadPoolExecutor(1, thread_name_prefix="myna-audit")
            self._executor.submit(self._drain)
        return wanted.done

    # --- in the thread -------------------------------------------------------------------------------

    def _drain(self) -> None:
        with self._lock:
            taken, self._queue = self._queue, []
        while taken:
            same = [wanted for wanted in taken if wanted.mode == taken[0].mode]
            taken = [wanted for wanted in taken if wanted.mode != same[0].mode]
            self._record(same)
        self._retain()

    def _record(self, taken: Sequence[_Wanted]) -> None:
        entries = [entry for wanted in taken for entry in wanted.entries]
        edits, self._edits = self._edits, None
        try:
            if edits is not None:
                edits.record(taken[0].mode)
            self.journal.append(entries, taken[0].mode)
        except MynaError as error:
            self.journal.missed(len(entries), error)
            for wanted in taken:
                wanted.done.set_exception(error)
        except BaseException as error:
            # A defect: nobody must wait for ever, and it must be seen.
            for wanted in taken:
                wanted.done.set_exception(error)
            raise
        else:
            for wanted in taken:
                wanted.done.set_result(None)

    def _retain(self) -> None:
        now = self.journal.clock()
        if self._retained_at is not None and now - self._retained_at < DAY_S:
            return
        self._retained_at = now
        try:
            retain(self.journal, self._retention_days)
            if (earlier := self.journal.earlier()) is not None:
                retain(earlier, self._retention_days)
        except MynaError as error:
            logger.warning("old records of the audit log could not be cut off: %s", error)
