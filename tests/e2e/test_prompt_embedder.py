"""The embedding model that examples are chosen by: what really runs is INT8 on ONNX Runtime, close to the floats."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import myna_prompts
from conftest import DEFAULT_MODEL, Myna
from myna_prompts.loading import load

EMBEDDER = "all-minilm-l6-v2"
ENGLISH = sorted((Path(myna_prompts.__file__).parent / "templates" / "en").glob("*.toml"))


@pytest.fixture
def made(install: Callable[..., Path], myna: Myna) -> tuple[Path, Path]:
    """The model's folder, and the file that its worker made and opened."""
    home = install(EMBEDDER)
    folder = home / "data" / "prompts"
    folder.mkdir(parents=True)
    examples = "".join(f'[[examples]]\ninput = "text {n}"\nanswer = "{n}"\n' for n in range(3))
    head = 'name = "tried"\nversion = "1.0"\nlanguage = "en"\ndescription = "Tried"\nshots = 1\n'
    (folder / "tried.toml").write_text(head + examples, encoding="utf-8")
    ended = myna("prompts", "render", "tried", "text 2", "--model", DEFAULT_MODEL, "--json")
    assert ended.status == 0, ended.err
    [path] = (home / "cache" / "embedders").iterdir()
    return home / "models" / EMBEDDER, path


def texts() -> list[str]:
    """What the shipped English templates ask, show and expect."""
    found: list[str] = []
    for path in ENGLISH:
        loaded = load(path)
        found += [text for case in loaded.template.cases for text in (case.input, case.reference)]
        found += [example.input for example in loaded.examples]
    return [text for text in dict.fromkeys(found) if text]


def test_it_is_int8_and_its_vectors_are_those_of_the_floats(made: tuple[Path, Path]) -> None:
    onnx = pytest.importorskip("onnx", reason="the extra embed is not installed")
    ort = pytest.importorskip("onnxruntime", reason="the extra embed is not installed")
    import msgspec

    from myna.engine.encoder.bert import BertConfig, encoder
    from myna.engine.encoder.engine import _tokenizer
    from myna.engine.encoder.safetensors import read_tensors

    folder, path = made
    assert path.stat().st_size == pytest.approx(23.4e6, rel=0.02)
    assert path.stat().st_size < 0.27 * (folder / "model.safetensors").stat().st_size
    kinds = Counter(node.op_type for node in onnx.load(path).graph.node)
    # Six layers: query, key, value, the output of the attention, and the two of what follows.
    assert kinds["MatMulInteger"] == 6 * 6

    config = msgspec.json.decode((folder / "config.json").read_bytes(), type=BertConfig)
    floats = encoder(read_tensors(folder / "model.safetensors"), config).SerializeToString()
    tokenizer = _tokenizer(str(folder / "tokenizer.json"))
    sessions = [ort.InferenceSession(model, providers=["CPUExecutionProvider"]) for model in (floats, str(path))]

    def vectors(session: Any) -> np.ndarray:
        rows = []
        for text in texts():
            ids = np.array([tokenizer.encode(text).ids], dtype=np.int64)
            rows.append(session.run(["vectors"], {"input_ids": ids, "attention_mask": np.ones_like(ids)})[0][0])
        return np.array(rows)

    exact, small = map(vectors, sessions)
    cosines = (exact * small).sum(axis=1)
    assert len(cosines) > 150
    assert cosines.mean() >= 0.99
    # The shortest texts are the furthest off: "Thank you." at 0.96.
    assert cosines.min() >= 0.94
    # What matters is the order: the closest other text is the same, or as close but for a hundredth.
    closeness, apart = small @ small.T, exact @ exact.T
    np.fill_diagonal(closeness, -1)
    np.fill_diagonal(apart, -1)
    chosen = apart[np.arange(len(apart)), closeness.argmax(axis=1)]
    assert (chosen >= apart.max(axis=1) - 0.02).mean() >= 0.95
