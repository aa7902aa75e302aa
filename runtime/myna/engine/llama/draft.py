"""A smaller model with the same words, beside the one that answers: it writes a few tokens ahead of it."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from ...errors import BadModelFile, EngineError
from ..bindings import C
from ..drafts import check_draft, draft_context, draft_memory
from ..gguf import read_header
from ..protocols import EngineSpec
from ..text.cells import NoRoom
from .kv import KvContext
from .model import LoadPlan, open_model
from .native import NativeLog, llama_errors, refused
from .offload import Offload, layer_sizes
from .options import LlamaOptions

draft_log = logging.getLogger(__name__)


class DraftPlan(msgspec.Struct, frozen=True):
    """Whether and how a smaller model is loaded beside another."""

    path: str = ""
    """Empty for none."""
    why: str = ""
    """What speaks against it."""
    memory: int = 0
    """Bytes at most."""
    context: int = 0
    layers: int = 0

    @property
    def name(self) -> str:
        return Path(self.path).name


def plan_draft(spec: EngineSpec, options: LlamaOptions) -> DraftPlan:
    """By the files alone. Where it cannot be, the other model answers without, so nothing is raised for that."""
    path, model_path = (spec.files.get(role, "") for role in ("draft", "model"))
    if not path or not options.speculate or not Path(model_path).is_file():
        return DraftPlan()
    if not Path(path).is_file():
        return DraftPlan(path, f"there is no model file {path}")
    try:
        draft, model = read_header(path), read_header(model_path)
        check_draft(draft, model)
        context = draft_context(draft, model, options.context)
        memory = draft_memory(draft, context=context, batch=_own(options).batch)
        return DraftPlan(path, "", memory, context, len(layer_sizes(draft)))
    except BadModelFile as error:
        return DraftPlan(path, error.message)


def open_draft(
    plan: DraftPlan, words: Any, options: LlamaOptions, load: LoadPlan, log: NativeLog
) -> tuple[LlamaDraft | None, dict[str, str]]:
    """The smaller model, and what is told of it: its name as `draft`, or as `undrafted` why there is none. `words` as
    in `LlamaDraft`, `load`: how the other one was loaded."""
    if not plan.path:
        return None, {}
    why = plan.why
    if not why and load.beside < plan.memory:
        why = f"{plan.name} does not fit beside the model that answers"
    if not why:
        offload = _offload(load.offload, plan.layers)
        options = msgspec.structs.replace(_own(options), gpu_layers=offload.layers)
        context = min(plan.context, load.context)
        try:
            draft = LlamaDraft(plan.path, words, options, context=context, offload=offload, log=log)
        except (BadModelFile, EngineError) as error:
            why = error.message
        else:
            return draft, {"draft": plan.name}
    draft_log.warning("answers are given without the guesses of %s: %s", plan.path, why)
    return None, {"undrafted": why}


def _own(options: LlamaOptions) -> LlamaOptions:
    """Those of the smaller model: it reads in pieces that an answer under way can wait for."""
    piece = min(options.batch, options.shared_batch)
    return msgspec.structs.replace(options, batch=piece, ubatch=min(options.ubatch, piece))


def _offload(model: Offload, layers: int) -> Offload:
    """To the first GPU of a model that is on GPUs as a whole; to the processor beside one that is not."""
    if not model.layers or model.layers < model.of:
        return Offload()
    device = next(one for one, count in zip(model.devices, model.split, strict=True) if count)
    return Offload(layers, layers, (layers,), (device,))


class LlamaDraft:
    """A `DraftModel`. Of the text that it was asked about last it keeps keys and values."""

    def __init__(
        self, path: str, words: Any, options: LlamaOptions, *, context: int, offload: Offload, log: NativeLog
    ) -> None:
        """`words`: the vocabulary of the model that answers (`llama_vocab_p`). Texts have at most `context` tokens.

        Raises:
            BadModelFile: it cannot be loaded, or numbers its words otherwise.
            EngineError: llama.cpp cannot open it, or there is no room for its keys and values (`OutOfMemory`).
        """
        with llama_errors(path):
            self._model = open_model(path, offload)
        if not self._model:
            raise refused(Path(path).name, log)
        self._words: int = C.llama_vocab_n_tokens(words)
        self._context = context
        self._own_words: int = C.llama_vocab_n_tokens(C.llama_model_get_vocab(self._model))
        cells = min(options.initial_cells, context)
        # llama.cpp takes no larger batch than there are cells.
        self._piece = min(options.batch, cells)
        self._held: list[int] = []
        """Tokens in the cache."""
        self._told = 0
        """Of them, those that were in the text; the rest was guessed."""
        self._failed = False
        try:
            self._check(words)
            self._kv = KvContext(self._model, options, cells=cells, max_cells=context, sequences=1)
        except (BadModelFile, EngineError):
            C.llama_model_free(self._model)
            raise

    def _check(self, words: Any) -> None:
        if C.llama_model_is_recurrent(self._model) or C.llama_model_is_hybrid(self._model):
            raise BadModelFile("it cannot take back what was guessed wrong")
        own = C.llama_model_get_vocab(self._model)
        for token in range(min(self._words, self._own_words)):
            if C.llama_vocab_get_text(own, token) != C.llama_vocab_get_text(words, token):
                raise BadModelFile(f"its token {token:,} is another word than that of the model that answers")

    def spare(self, cores: int) -> None:
        self._kv.spare(cores)

    def backlog(self, text: Sequence[int]) -> int:
        return len(text) - self._shared(text)

    def guess(self, text: Sequence[int], count: int) -> list[int]:
        if self._failed or len(text) + count > self._context:
            return []
        if max(text[self._shared(text) :], default=0) >= self._own_words:
            # A word that only the larger model has: nothing is known of a text that holds it.
            return []
        try:
            return self._guess(text, count)
        except NoRoom:
            # There was no memory for more cells; a shorter text may find room.
            return []
        except EngineError as error:
            # Answers go on without it.
            draft_log.warning("no more guesses from the smaller model: %s", error.message)
            self._failed = True
            return []

    def _guess(self, text: Sequence[int], count: int) -> list[int]:
        # The last token's logits are wanted, whether it was read before or not.
        self._keep(min(self._shared(text), len(text) - 1))
        row = self._compute(text[len(self._held) :][: self._piece])
        self._told = len(self._held)
        if self._told < len(text):
            return []
        found: list[int] = []
        while True:
            token = int(self._kv.logits(row).argmax())
            if token >= self._words:
                # One of those that only this model has.
                return found
            found.append(token)
            if len(found) == count:
                return found
            row = self._compute([token])

    def _shared(self, text: Sequence[int]) -> int:
        """Tokens that the cache and `text` begin with."""
        # What was told before is compared whole, which is quick.
        start = self._told if list(text[: self._told]) == self._held[: self._told] else 0
        pairs = enumerate(zip(text[start:], self._held[start:], strict=False), start)
        return next((at for at, (one, other) in pairs if one != other), min(len(text), len(self._held)))

    def _keep(self, count: int) -> None:
        if count < len(self._held) and not self._kv.keep_first(0, count):
            count = 0
        self._held = self._held[:count]
        self._told = min(self._told, count)

    def _compute(self, tokens: Sequence[int]) -> int:
        """Read the first of `tokens`, as many as one batch takes. Returns the row of the logits after them.

        Raises:
            EngineError: llama.cpp failed, or there is no room (`NoRoom`).
        """
        self._kv.begin()
        tokens = tokens[: self._kv.room]
        row = self._kv.add(tokens, len(self._held), 0, output=True)
        try:
            self._kv.decode()
        except NoRoom:
            if not self._kv.grow():
                raise
            return self._compute(tokens)
        self._held += tokens
        return row

    def close(self) -> None:
        self._kv.close()
        C.llama_model_free(self._model)
