"""Transformers for text classification, as exported to ONNX: `model.onnx`, `tokenizer.json`, `config.json`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from myna.engine.onnx_runtime import small_session
from myna.errors import EngineError, ModelLoadFailed

from .model import Options, WindowScores

if TYPE_CHECKING:
    from tokenizers import Tokenizer

WINDOW = 512
"""Tokens, where nothing is said: what BERT and its kin were trained for."""
MARGIN = 2
"""RoBERTa's positions begin behind its padding: 514 of them hold 512 tokens."""
LARGEST_TOKENIZER = 64 << 20
"""Bytes; the largest have about 20 MB."""
OVERLAP = 4
"""The part of a window, one in so many, that it has in common with the next."""
_INPUTS = {"input_ids", "attention_mask", "token_type_ids"}


class Config(msgspec.Struct, frozen=True):
    """What is read of `config.json`."""

    id2label: dict[str, str] = {}
    problem_type: str | None = None
    max_position_embeddings: int = 0
    model_type: str = ""


class Transformer:
    """A `TextModel`."""

    description = "transformer on ONNX Runtime"

    def __init__(self, session: Any, tokenizer: Tokenizer, labels: tuple[str, ...], *, independent: bool) -> None:
        self.labels = labels
        self._session = session
        self._tokenizer = tokenizer
        self._independent = independent
        self._inputs = [each.name for each in session.get_inputs()]

    @classmethod
    def load(cls, files: Mapping[str, str], options: Options) -> Transformer:
        """Raises `ModelLoadFailed` for files that are none, or do not fit together."""
        config = _config(files.get("config"))
        labels = options.labels or _labels(config)
        path = Path(files["model"])
        session = small_session(path)
        names = {each.name for each in session.get_inputs()}
        outputs = session.get_outputs()
        if "input_ids" not in names or not names <= _INPUTS:
            raise ModelLoadFailed(f"{path.name} takes {', '.join(sorted(names))}, not {', '.join(sorted(_INPUTS))}")
        if len(outputs[0].shape) != 2 or outputs[0].type != "tensor(float)":
            raise ModelLoadFailed(f"{path.name} does not give one row of scores for a text")
        if isinstance(outputs[0].shape[1], int) and outputs[0].shape[1] != len(labels):
            raise ModelLoadFailed(f"{path.name} gives {outputs[0].shape[1]} scores for {len(labels)} labels")
        independent = options.independent
        if independent is None:
            independent = config.problem_type == "multi_label_classification" or len(labels) == 1
        tokenizer = _tokenizer(Path(files["tokenizer"]), _window(config, options))
        return cls(session, tokenizer, labels, independent=independent)

    def judge(self, text: str) -> Iterator[list[WindowScores]]:
        whole = self._tokenizer.encode(text)
        for window in [whole, *whole.overflowing]:
            marked = zip(window.offsets, window.special_tokens_mask, strict=True)
            places = [place for place, special in marked if not special]
            if not places:
                continue
            feeds = {
                "input_ids": window.ids, "attention_mask": window.attention_mask, "token_type_ids": window.type_ids,
            }  # fmt: skip
            given = {name: np.array([feeds[name]], np.int64) for name in self._inputs}
            logits = np.asarray(self._session.run(None, given)[0], np.float64)[0]
            if logits.shape != (len(self.labels),):
                raise EngineError(f"the model gave {logits.shape} scores for {len(self.labels)} labels")
            scores = _sigmoid(logits) if self._independent else _softmax(logits)
            yield [WindowScores(places[0][0], places[-1][1], scores.tolist())]


def _config(path: str | None) -> Config:
    if path is None:
        return Config()
    try:
        return msgspec.json.decode(Path(path).read_bytes(), type=Config)
    except (OSError, msgspec.DecodeError) as error:
        raise ModelLoadFailed(f"config.json cannot be used: {error}") from error


def _labels(config: Config) -> tuple[str, ...]:
    try:
        numbered = {int(number): label for number, label in config.id2label.items()}
    except ValueError as error:
        raise ModelLoadFailed(f"config.json numbers its labels wrongly: {error}") from error
    if sorted(numbered) != list(range(len(numbered))) or not numbered:
        raise ModelLoadFailed("config.json does not name the labels one after the other")
    return tuple(numbered[number] for number in range(len(numbered)))


def _window(config: Config, options: Options) -> int:
    positions = config.max_position_embeddings
    if config.model_type in {"roberta", "xlm-roberta", "camembert"}:
        positions -= MARGIN
    window = options.window or min(WINDOW, positions if positions > 0 else WINDOW)
    if window < 2 * OVERLAP:
        raise ModelLoadFailed(f"a window of {window} tokens is too short")
    return window


def _tokenizer(path: Path, window: int) -> Tokenizer:
    from tokenizers import Tokenizer

    if path.stat().st_size > LARGEST_TOKENIZER:
        raise ModelLoadFailed(f"{path.name} has more than {LARGEST_TOKENIZER >> 20} MB")
    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:  # it raises nothing more exact
        raise ModelLoadFailed(f"{path.name} is no tokenizer: {error}") from error
    tokenizer.no_padding()
    tokenizer.enable_truncation(window, stride=window // OVERLAP)
    return tokenizer


def _sigmoid(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    return 1 / (1 + np.exp(-np.clip(logits, -500, 500)))


def _softmax(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    powers = np.exp(logits - logits.max())
    return np.asarray(powers / powers.sum())
