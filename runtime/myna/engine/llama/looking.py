"""The steps of the scheduler in which pictures are computed, as soon as they are encoded."""

from __future__ import annotations

from collections.abc import Sequence

from ...errors import BadInput, MynaError
from ..text.job import Job
from ..text.prefix import Resident
from ..text.spans import position_of
from .kv import KvContext
from .options import LlamaOptions
from .pictures import Pictures

WAIT_S = 0.02
"""How long a step waits for the encoder when there is nothing else to do. A cancel is seen between two steps."""


class Looking:
    """What the scheduler does about pictures in prompts."""

    def __init__(self, kv: KvContext, pictures: Pictures | None, options: LlamaOptions) -> None:
        self._kv = kv
        self._pictures = pictures
        self._options = options

    def begin(self, job: Job) -> None:
        """Have the pictures of `job` encoded that its sequence does not hold already."""
        held = len(job.resident.tokens) if job.resident else 0
        try:
            for span in job.spans:
                if span.end <= held or span.sha256 in job.looks:
                    continue
                if self._pictures is None:
                    raise BadInput("the prompt holds a picture, and this model cannot see")
                job.looks[span.sha256] = self._pictures.look(span, job.request.images)
        except MynaError as error:
            job.fail(error)

    def give_up(self, jobs: Sequence[Job]) -> bool:
        """End the requests whose pictures could not be encoded; whether there were any."""
        given_up = False
        for job in jobs:
            error = next((look.error for look in job.looks.values() if look.error), None)
            if error is not None and not job.finished:
                job.fail(error)
                given_up = True
        return given_up

    def wait(self) -> None:
        """Nothing can be computed before a picture is encoded."""
        if self._pictures is not None:
            self._pictures.wait(WAIT_S)

    def fill(self, group: list[Job]) -> list[tuple[Job, Resident, list[int]]]:
        """Put into the batch a piece of the picture that the oldest request needs; nothing when none does."""
        self._kv.begin()
        for job in group:
            span, resident = job.picture, job.resident
            if span is None or resident is None or self._pictures is None:
                continue
            rows = job.looks[span.sha256].rows
            if rows is None:
                continue
            done = len(resident.tokens) - span.start
            causal = self._pictures.causal
            count = span.end - span.start - done
            if causal:
                most = self._options.batch if len(group) == 1 else self._options.shared_batch
                count = min(count, most, self._kv.room)
            tokens = job.next_input(count)
            last = count == job.remaining_input
            row = self._kv.add_vectors(
                rows[span.patch.index][done : done + count],
                span.patch.at(position_of(job.spans, span.start))[:, done : done + count],
                resident.sequence,
                output=last,
                causal=causal,
            )
            job.row = row if last else -1
            return [(job, resident, tokens)]
        return []
