"""How close a converted encoder is to the one in floats, and how fast both are, side by side."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .running import session
from .telling import Refused
from .texts import sentences

COSINE = {"none": 0.9999, "int8": 0.99, "int8-static": 0.99}
"""Least mean cosine of the same text's two vectors: for 8 bits what is asked of this program (`myna bench embeddings`),
for floats what another order of sums leaves of 1, a thousand times over."""

WORST = {"none": 0.999, "int8": 0.94, "int8-static": 0.94}
"""Least cosine of any text. all-MiniLM-L6-v2 comes to 0.96 with its hardest ("Thank you."), and orders texts alike."""

BATCH = 32
ROUNDS = 3


def compare_vectors(floats: Path, made: Path, tokenizer: Path, quantize: str) -> dict[str, Any]:
    """The report on `made`, which gives `vectors` as `floats` does.

    Raises:
        Refused: the quality does not hold.
    """
    import numpy as np
    import tokenizers

    reader = tokenizers.Tokenizer.from_file(str(tokenizer))
    reader.enable_truncation(256)
    reader.enable_padding()
    texts = sorted(sentences(), key=len)
    batches = [reader.encode_batch(list(texts[at : at + BATCH])) for at in range(0, len(texts), BATCH)]
    both = [session(floats), session(made)]
    took: list[list[float]] = [[], []]
    rows: list[Any] = [None, None]
    for _ in range(ROUNDS):
        # In turn, so that what else the machine does falls on both.
        for side, one in enumerate(both):
            start = time.perf_counter()
            rows[side] = np.concatenate([vectors_of(one, batch) for batch in batches])
            took[side].append(time.perf_counter() - start)
    cosines = (rows[0] * rows[1]).sum(axis=1)
    speed = min(took[0]) / min(took[1])
    report = {
        "quality": {
            "cosine": round(float(cosines.mean()), 5), "worst_cosine": round(float(cosines.min()), 5),
            "texts": len(texts), "limits": {"cosine": COSINE[quantize], "worst_cosine": WORST[quantize]},
        },
        "speed": {"texts_per_second": round(len(texts) / min(took[1]), 1), "times_as_fast": round(speed, 3)},
    }  # fmt: skip
    if cosines.mean() < COSINE[quantize] or cosines.min() < WORST[quantize]:
        raise Refused(
            f"the quality does not hold: the mean cosine is {cosines.mean():.4f} and the worst {cosines.min():.4f}, "
            f"and {COSINE[quantize]} and {WORST[quantize]} are asked for",
            "--quantize none",
            "quality",
        )
    return report


def vectors_of(model: Any, encoded: Sequence[Any]) -> Any:
    """float32 [texts, dimensions], each of the length 1."""
    import numpy as np

    ids = np.array([one.ids for one in encoded], np.int64)
    mask = np.array([one.attention_mask for one in encoded], np.int64)
    feeds = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
    return model.run(["vectors"], {one.name: feeds[one.name] for one in model.get_inputs()})[0]
