"""The way of system prompts' states between the KV cache and the disk."""

from __future__ import annotations

import sys

from .cells import Cells
from .job import Job
from .prefix import Adapters, PrefixCache, as_tokens
from .prefix_store import PrefixStore


class PrefixStates:
    """Loads states before they are computed, and writes new ones while nobody waits."""

    def __init__(self, kv: Cells, cache: PrefixCache, store: PrefixStore | None) -> None:
        """Without a `store`, nothing is kept."""
        self._kv = kv
        self._cache = cache
        self._store = store
        self._unsaved: list[tuple[list[int], Adapters]] = []

    @property
    def pending(self) -> bool:
        """Whether there is something to write."""
        return bool(self._unsaved)

    def load(self, job: Job, shared: int) -> None:
        """Bring the state of the system prompt from disk, unless more than that is in the cache."""
        if self._store is None or shared >= job.prefix:
            return
        tokens = job.prompt[: job.prefix]
        path = self._store.find(tokens, job.adapters)
        if path is None:
            return
        expected = tokens.tolist()
        self._cache.adopt(
            expected, job.adapters, lambda sequence: self._kv.load(sequence, path, len(expected)) == expected
        )

    def note(self, job: Job) -> None:
        """The prompt of `job` is computed: its beginning may be worth keeping."""
        if job.generated or self._store is None or not job.prefix:
            return
        tokens = job.prompt[: job.prefix]
        if self._store.wants(tokens, job.adapters):
            self._unsaved.append((tokens.tolist(), job.adapters))

    def forget(self) -> None:
        """What was noted is gone from the cache."""
        self._unsaved.clear()

    def save_one(self) -> bool:
        """Write one noted prefix, while nobody waits. True when there may be more."""
        if not self._unsaved or self._store is None:
            return False
        tokens, adapters = self._unsaved.pop()
        match = self._cache.match(as_tokens(tokens), adapters)
        if match is None or match.shared < len(tokens) or not self._store.wants(as_tokens(tokens), adapters):
            return bool(self._unsaved)
        if not self._kv.copy(match.resident.sequence, 0, len(tokens)):
            return bool(self._unsaved)
        try:
            temporary = self._store.temporary()
            if self._kv.save(0, tokens, temporary):
                self._store.commit(temporary, as_tokens(tokens), adapters)
        except OSError as error:
            # A state on disk only saves time: without it the next start is cold.
            sys.stderr.write(f"the state of a system prompt was not kept: {error}\n")
        finally:
            self._kv.forget(0)
        return bool(self._unsaved)

    def finish(self) -> None:
        """Write what is still noted; the engine is about to end."""
        while self._unsaved:
            self.save_one()
