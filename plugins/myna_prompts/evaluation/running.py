"""Running the cases of a template on a model."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing
from typing import Literal

import msgspec

from myna.engine.protocols import Embedder, Sampling, TextEnd, TextEngine, TextRequest
from myna.errors import EngineError, Missing

from ..applying import merged
from ..assembly import assemble
from ..choosing import Chooser, is_chinese
from ..engine_model import EngineModel
from ..loading import Loaded
from ..rendering import schema_of
from ..steps import split_steps
from ..template import INPUT, Case
from .judging import count_words, exactly, faults_of
from .measuring import metrics_of
from .results import Answer, Evaluation
from .schema_check import fits
from .statistics import overlap

LONGEST_ANSWER = 512
"""Tokens, where the template sets no limit: an answer that does not end must not hold up the rest."""

Told = Callable[[int, int], None]
"""Called with the answers so far and in all."""


class Runner:
    """Answers cases one after another, each as if it were the first: the same seeds give the same answers."""

    def __init__(
        self,
        engine: TextEngine,
        embedding: Embedder,
        *,
        chooser: Chooser,
        context: int,
        model: str,
        clear: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        """`context` in tokens. `clear` empties the engine's cache: a prompt whose beginning is cached is computed
        in other pieces, whose sums differ in the last bits, and at a near tie another token wins."""
        self._clear = clear
        self._engine = engine
        self._embedding = embedding
        self._chooser = chooser
        self._fitting = EngineModel(engine, embedding, context)
        self.model = model

    async def evaluate(
        self,
        loaded: Loaded,
        *,
        seed: int = 0,
        seeds: int = 1,
        cases: Sequence[Case] | None = None,
        told: Told | None = None,
    ) -> Evaluation:
        """All `cases` (None: those of the template), each with the `seeds` seeds from `seed` on; with one, where the
        template always takes the likeliest token."""
        chosen = loaded.template.cases if cases is None else tuple(cases)
        if loaded.template.sampling.temperature == 0:
            seeds = 1  # the likeliest token is the same with any seed
        answers: list[Answer] = []
        for case in chosen:
            for one in range(seed, seed + seeds):
                answers.append(await self._answer(loaded, case, one))
                if told is not None:
                    told(len(answers), len(chosen) * seeds)
        answers, by = await self._with_similarity(chosen, answers)
        template = loaded.template
        return Evaluation(
            name=template.name,
            version=template.version,
            language=template.language,
            sha256=loaded.sha256,
            model=self.model,
            seed=seed,
            seeds=seeds,
            similarity_by=by,
            metrics=metrics_of(answers, seed),
            answers=tuple(answers),
        )

    async def _answer(self, loaded: Loaded, case: Case, seed: int) -> Answer:
        template = loaded.template
        # A case without an input takes the variable's default, as a turn without a text would.
        given = {**({INPUT: case.input} if case.input else {}), **case.variables}
        most = template.max_tokens or LONGEST_ANSWER
        prompt = await assemble(loaded, given, self._fitting, self._chooser, answer=most)
        request = TextRequest(
            messages=tuple(prompt.messages()),
            sampling=merged(Sampling(seed=seed), template.sampling),
            max_tokens=most,
            schema=schema_of(loaded),
            # What is on disk from other runs would make this one differ from the first.
            persist_prefix=False,
        )
        text, end, first, total = await self._generate(request)
        steps = split_steps(text, template.answer_after) if template.answer_after else None
        visible = text if steps is None else steps[1]
        return Answer(
            case=case.name,
            seed=seed,
            text=visible,
            faults=tuple(faults_of(case.expect, visible)),
            exact=exactly(case.expect, visible),
            similarity=None,
            valid=fits(template.schema, text) if template.schema else None,
            words=count_words(visible),
            prompt_tokens=end.usage.prompt_tokens,
            completion_tokens=end.usage.completion_tokens,
            first_token_ms=round(first, 1),
            total_ms=round(total, 1),
            finish=end.reason,
        )

    async def _generate(self, request: TextRequest) -> tuple[str, TextEnd, float, float]:
        """The answer, how it ended, and milliseconds to its first piece and to its end."""
        if self._clear is not None:
            await self._clear()
        began = time.perf_counter()
        first: float | None = None
        pieces: list[str] = []
        end: TextEnd | None = None
        async with aclosing(self._engine.generate(request)) as answer:
            async for piece in answer:
                if isinstance(piece, TextEnd):
                    end = piece
                else:
                    first = first if first is not None else (time.perf_counter() - began) * 1e3
                    pieces.append(piece.text)
        total = (time.perf_counter() - began) * 1e3
        if end is None:
            raise EngineError(f"{self.model} ended without saying how")
        return "".join(pieces), end, total if first is None else first, total

    async def _with_similarity(
        self, cases: Sequence[Case], answers: list[Answer]
    ) -> tuple[list[Answer], Literal["embedding", "words"]]:
        """How close each answer is to its reference: the cosine of their embeddings, or the words that they share."""
        references = {case.name: case.reference or case.expect.equals or "" for case in cases}
        pairs = [(answer.text, references[answer.case]) for answer in answers if references[answer.case]]
        scores, by = await self._closeness(pairs)
        rest = iter(scores)
        return [
            msgspec.structs.replace(answer, similarity=round(next(rest), 4)) if references[answer.case] else answer
            for answer in answers
        ], by

    async def _closeness(self, pairs: Sequence[tuple[str, str]]) -> tuple[list[float], Literal["embedding", "words"]]:
        if not pairs or any(is_chinese(reference) for _, reference in pairs):
            # The embedding model of the catalog knows English alone.
            return [overlap(*pair) for pair in pairs], "words"
        try:
            vectors = await self._embedding.embed([text for pair in pairs for text in pair])
        except (Missing, EngineError):
            return [overlap(*pair) for pair in pairs], "words"
        import numpy as np

        rows = np.frombuffer(vectors.vectors, dtype="<f4").reshape(len(pairs), 2, vectors.dimensions)
        cosines = (rows[:, 0] * rows[:, 1]).sum(axis=1)
        return [max(0.0, float(cosine)) for cosine in cosines], "embedding"
