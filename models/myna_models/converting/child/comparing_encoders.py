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

UNFUSED = ("SkipLayerNormFusion",)
"""As in the engine (`myna.engine.encoder.engine`), which this environment may not have; for both sides."""

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
    both = [session(floats, UNFUSED), session(made, UNFUSED)]
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


AGREEMENT = {"none": 0.999, "int8": 0.97, "int8-static": 0.97}
"""Least share of texts that a classifier gives the same label. Of 200 texts of no particular kind, those few may change
whose two likeliest labels are as good as level."""


def compare_outputs(floats: Sequence[Path], out: Path, folder: Path, task: str, quantize: str) -> dict[str, Any]:
    """The report on the graphs in `out`, each of which gives its first output as the one in floats does.

    Raises:
        Refused: the quality does not hold.
    """
    import numpy as np

    quality: dict[str, Any] = {}
    took = [0.0, 0.0]
    for path in floats:
        both = [session(path), session(out / path.name)]
        close: list[float] = []
        agreed: list[bool] = []
        for feeds in _feeds(both[0], folder):
            answers = []
            for side, one in enumerate(both):
                start = time.perf_counter()
                answers.append(one.run(None, feeds)[0])
                took[side] += time.perf_counter() - start
            rows = [answer.reshape(-1, answer.shape[-1]) for answer in answers]
            lengths = [np.linalg.norm(row, axis=1) for row in rows]
            close += list((rows[0] * rows[1]).sum(axis=1) / np.maximum(lengths[0] * lengths[1], 1e-12))
            agreed += list(rows[0].argmax(axis=1) == rows[1].argmax(axis=1))
        name = path.stem.replace("_", " ")
        if task == "classify" or "decoder" in path.name:
            quality[f"agreement {name}"] = round(float(np.mean(agreed)), 4)
        else:
            quality[f"cosine {name}"] = round(float(np.mean(close)), 5)
    limits = {name: (AGREEMENT if name.startswith("agreement") else COSINE)[quantize] for name in quality}
    for name, value in quality.items():
        if value < limits[name]:
            raise Refused(
                f"the quality does not hold: {name} is {value}, and {limits[name]} is asked for",
                "--quantize none",
                "quality",
            )
    speed = {"times_as_fast": round(took[0] / took[1], 3)}
    return {"quality": {**quality, "limits": limits}, "speed": speed}


def _feeds(model: Any, folder: Path) -> list[dict[str, Any]]:
    """Inputs that fit `model`: texts where it reads tokens, noise of the usual range for pictures and sound."""
    import numpy as np

    draw = np.random.default_rng(0)
    inputs = {one.name: one for one in model.get_inputs()}
    ids = _tokens(folder)
    found = []
    for at in range(0, 200, BATCH):
        feeds: dict[str, Any] = {}
        for name, one in inputs.items():
            if name == "input_ids":
                feeds[name] = ids[at : at + BATCH]
            elif name == "attention_mask":
                feeds[name] = np.ones_like(ids[at : at + BATCH])
            elif name == "token_type_ids":
                feeds[name] = np.zeros_like(ids[at : at + BATCH])
            elif one.type == "tensor(bool)":
                feeds[name] = np.zeros(1, bool)
            else:
                feeds[name] = draw.normal(size=_shape(name, one.shape, folder)).astype(np.float32)
        rows = len(feeds["input_ids"]) if "input_ids" in feeds else 0
        if rows:
            for name, value in feeds.items():
                if value.ndim > 2:
                    feeds[name] = np.repeat(value[:1], rows, axis=0)
        found.append(feeds)
        if "input_ids" not in feeds:
            # Pictures and sound take long, and noise is much alike.
            return found
    return found


def _shape(name: str, shape: Sequence[Any], folder: Path) -> tuple[int, ...]:
    """Free sizes: one of a batch and of a cache, else what config.json says."""
    import json

    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    if name == "pixel_values":
        side = int(config.get("vision_config", config).get("image_size", 224))
        return (2, 3, side, side)
    if name == "input_features":
        return (1, int(config.get("num_mel_bins", 80)), 2 * int(config.get("max_source_positions", 1500)))
    if name == "encoder_hidden_states":
        return (1, int(config.get("max_source_positions", 1500)), int(config["d_model"]))
    sizes = [one if isinstance(one, int) else 1 for one in shape]
    if name.startswith("past_key_values") and len(sizes) == 4:
        sizes[2] = 1
    return tuple(sizes)


def _tokens(folder: Path) -> Any:
    import json

    import numpy as np

    texts = list(sentences())
    if (folder / "tokenizer.json").is_file():
        import tokenizers

        reader = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))
        reader.enable_truncation(32)
        rows = [one.ids for one in reader.encode_batch(texts)]
        # Cut to one length: what follows in a batch is then no padding.
        shortest = min(len(row) for row in rows)
        return np.array([row[:shortest] for row in rows], np.int64)
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    return np.random.default_rng(1).integers(0, int(config["vocab_size"]), (len(texts), 8)).astype(np.int64)
