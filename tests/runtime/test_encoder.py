"""The engine of sentence encoders on a small BERT, against the formulas of the paper."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest

from myna.engine.protocols import Embeddings, EmbedRequest, EngineSpec
from myna.errors import ModelLoadFailed
from myna.testing.in_process import InProcess
from tiny_bert import CONFIG, HEADS, LAYERS, SIZE, weights, write_safetensors, write_tokenizer

pytest.importorskip("onnx", reason="the extra embed is not installed")
pytest.importorskip("onnxruntime", reason="the extra embed is not installed")
pytest.importorskip("tokenizers", reason="the extra embed is not installed")


def reference(made: dict[str, np.ndarray], ids: list[int]) -> np.ndarray:
    """One text through BERT, in plain numpy."""

    def dense(x: np.ndarray, name: str) -> np.ndarray:
        return x @ made[f"{name}.weight"].T + made[f"{name}.bias"]

    def norm(x: np.ndarray, name: str) -> np.ndarray:
        centred = x - x.mean(-1, keepdims=True)
        return centred / np.sqrt(centred.var(-1, keepdims=True) + 1e-12) * made[f"{name}.weight"] + made[f"{name}.bias"]

    x = made["embeddings.word_embeddings.weight"][ids] + made["embeddings.position_embeddings.weight"][: len(ids)]
    x = norm(x + made["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm")
    erf = np.vectorize(math.erf)
    for layer in range(LAYERS):
        name = f"encoder.layer.{layer}"
        parts = [dense(x, f"{name}.attention.self.{part}") for part in ("query", "key", "value")]
        heads = []
        for query, key, value in zip(*(np.split(part, HEADS, axis=1) for part in parts), strict=True):
            scores = np.exp(query @ key.T / math.sqrt(SIZE // HEADS))
            heads.append(scores / scores.sum(-1, keepdims=True) @ value)
        attended = dense(np.concatenate(heads, axis=1), f"{name}.attention.output.dense")
        x = norm(x + attended, f"{name}.attention.output.LayerNorm")
        inner = dense(x, f"{name}.intermediate.dense")
        inner = inner * 0.5 * (1 + erf(inner / math.sqrt(2)))
        x = norm(x + dense(inner, f"{name}.output.dense"), f"{name}.output.LayerNorm")
    mean = x.mean(0)
    return mean / np.linalg.norm(mean)


@pytest.fixture
def spec(tmp_path: Path) -> EngineSpec:
    write_safetensors(tmp_path / "model.safetensors", weights())
    (tmp_path / "config.json").write_text(json.dumps(CONFIG), encoding="utf-8")
    write_tokenizer(tmp_path / "tokenizer.json")
    files = {"model": "model.safetensors", "config": "config.json", "tokenizer": "tokenizer.json"}
    paths = {role: str(tmp_path / name) for role, name in files.items()}
    return EngineSpec("small", "myna.engine.encoder:EncoderEngine", paths, cache_dir=str(tmp_path / "cache"))


def rows_of(found: Embeddings) -> np.ndarray:
    return np.frombuffer(found.vectors, dtype="<f4").reshape(-1, found.dimensions)


def embed(spec: EngineSpec, *texts: str) -> np.ndarray:
    from myna.engine.encoder import EncoderEngine

    with InProcess(EncoderEngine(spec)) as engine:
        [found] = engine.ask(EmbedRequest(texts), "embed").items
    return rows_of(found)


def test_the_graph_computes_what_the_paper_says(tmp_path: Path) -> None:
    import msgspec
    import onnxruntime

    from myna.engine.encoder.bert import BertConfig, encoder
    from myna.engine.encoder.safetensors import read_tensors

    made = weights()
    path = write_safetensors(tmp_path / "model.safetensors", made)
    model = encoder(read_tensors(path), msgspec.convert(CONFIG, BertConfig))
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    rows = [[2, 4, 6, 3], [2, 8, 3]]
    ids = np.array([rows[0], [*rows[1], 0]], dtype=np.int64)
    mask = np.array([[1, 1, 1, 1], [1, 1, 1, 0]], dtype=np.int64)
    [vectors] = session.run(["vectors"], {"input_ids": ids, "attention_mask": mask})
    for vector, row in zip(vectors, rows, strict=True):
        np.testing.assert_allclose(vector, reference(made, row), atol=1e-5)


def test_quantized_vectors_stay_close_and_have_length_one(spec: EngineSpec) -> None:
    made = weights()
    rows = embed(spec, "red apple", "house", "green pear green pear")
    exact = [reference(made, ids) for ids in ([2, 4, 6, 3], [2, 8, 3], [2, 5, 7, 5, 7, 3])]
    assert np.linalg.norm(rows, axis=1) == pytest.approx([1.0] * 3, abs=1e-4)
    assert all(float(row @ true) > 0.98 for row, true in zip(rows, exact, strict=True))


def test_batches_that_are_computed_at_once_come_back_in_their_places(
    spec: EngineSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same as of a model of which several threads compute one batch after the other."""
    from myna.engine.encoder import engine

    texts = [
        " ".join(["red apple", "green pear", "house"][: 1 + number % 3] * (1 + number % 7)) for number in range(83)
    ]
    monkeypatch.setattr(engine, "thread_count", lambda wanted: 3)
    at_once = embed(spec, *texts)
    monkeypatch.setattr(engine, "SMALL", 0)
    np.testing.assert_allclose(embed(spec, *texts), at_once, atol=1e-6)
    # The same text has about the same vector wherever it stood, and another one has another.
    assert float(at_once[0] @ at_once[21]) > 0.999
    assert float(at_once[0] @ at_once[2]) < 0.99


def test_it_is_quantized_once(spec: EngineSpec) -> None:
    first = embed(spec, "red")
    [made] = (Path(spec.cache_dir) / "embedders").iterdir()
    stamp = made.stat().st_mtime_ns
    np.testing.assert_array_equal(embed(spec, "red"), first)
    assert made.stat().st_mtime_ns == stamp


def test_texts_of_any_length_and_number(spec: EngineSpec) -> None:
    texts = ["red " * number for number in (0, 1, 50)] + ["green apple"] * 70
    rows = embed(spec, *texts)
    assert rows.shape == (73, SIZE)
    # Activations are quantized by what is in a batch together, so its other texts move the last digits.
    assert float((rows[3:] @ rows[3]).min()) > 0.999


def spoil(spec: EngineSpec, role: str, data: bytes) -> None:
    Path(spec.files[role]).write_bytes(data)


@pytest.mark.parametrize(
    ("role", "data", "problem"),
    [
        ("model", b"", "cannot be read"),
        ("model", b"\xff" * 8, "no safetensors file or is truncated"),
        ("model", (4).to_bytes(8, "little") + b"nope", "no safetensors file"),
        ("config", b"{", "config.json"),
        ("config", json.dumps({**CONFIG, "hidden_size": 33}).encode(), "is not known here"),
        ("config", json.dumps({**CONFIG, "model_type": "gpt2"}).encode(), "the type gpt2"),
        ("config", json.dumps({**CONFIG, "num_hidden_layers": 3}).encode(), "has no tensor encoder.layer.2"),
        ("config", json.dumps({**CONFIG, "num_hidden_layers": 10**9}).encode(), "config.json"),
        ("tokenizer", b"{}", "tokenizer.json"),
    ],
)
def test_a_broken_file_is_told(spec: EngineSpec, role: str, data: bytes, problem: str) -> None:
    from myna.engine.encoder import EncoderEngine

    spoil(spec, role, data)
    with pytest.raises(ModelLoadFailed, match=problem):
        EncoderEngine(spec)


@pytest.mark.parametrize("offsets", [[0, 10**12], [-8, 4], [8, 4], [0, 8]])
def test_a_tensor_outside_of_the_file_is_not_read(spec: EngineSpec, offsets: list[int]) -> None:
    from myna.engine.encoder import EncoderEngine

    header = json.dumps({"x": {"dtype": "F32", "shape": [1], "data_offsets": offsets}}).encode()
    spoil(spec, "model", len(header).to_bytes(8, "little") + header + bytes(16))
    with pytest.raises(ModelLoadFailed, match="the tensor x does not lie in the file"):
        EncoderEngine(spec)


def test_an_onnx_model_is_opened_as_it_is(spec: EngineSpec, tmp_path: Path) -> None:
    from myna.engine.encoder.export import quantized

    made = quantized(Path(spec.files["model"]), Path(spec.files["config"]), tmp_path / "made", "")
    opened = EngineSpec(spec.name, spec.factory, {**spec.files, "model": str(made)}, cache_dir=str(tmp_path / "none"))
    np.testing.assert_array_equal(embed(opened, "red apple"), embed(spec, "red apple"))
    assert not (tmp_path / "none").exists()


def test_an_onnx_model_of_another_kind_is_refused(spec: EngineSpec, tmp_path: Path) -> None:
    from myna.engine.encoder import EncoderEngine
    from myna_models.catalog import SHIPPED

    other = SHIPPED.parent / "shipped" / "profanity-en.onnx"
    with pytest.raises(ModelLoadFailed, match="it is no sentence encoder"):
        EncoderEngine(EngineSpec("other", spec.factory, {**spec.files, "model": str(other)}))
