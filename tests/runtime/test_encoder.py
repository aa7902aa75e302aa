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

pytest.importorskip("onnx", reason="the extra embed is not installed")
pytest.importorskip("onnxruntime", reason="the extra embed is not installed")
tokenizers = pytest.importorskip("tokenizers", reason="the extra embed is not installed")

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "red", "green", "apple", "pear", "house"]
SIZE, HEADS, LAYERS, INNER, PLACES = 32, 4, 2, 64, 64
CONFIG = {
    "model_type": "bert",
    "hidden_act": "gelu",
    "hidden_size": SIZE,
    "num_hidden_layers": LAYERS,
    "num_attention_heads": HEADS,
    "max_position_embeddings": PLACES,
    "layer_norm_eps": 1e-12,
}


def weights() -> dict[str, np.ndarray]:
    draw = np.random.default_rng(1)

    def some(*shape: int) -> np.ndarray:
        return draw.normal(scale=0.2, size=shape).astype("<f4")

    made = {
        "embeddings.word_embeddings.weight": some(len(WORDS), SIZE),
        "embeddings.position_embeddings.weight": some(PLACES, SIZE),
        "embeddings.token_type_embeddings.weight": some(2, SIZE),
    }
    norms = ["embeddings.LayerNorm"]
    for layer in range(LAYERS):
        name = f"encoder.layer.{layer}"
        for dense in ("attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense"):
            made |= {f"{name}.{dense}.weight": some(SIZE, SIZE), f"{name}.{dense}.bias": some(SIZE)}
        made |= {f"{name}.intermediate.dense.weight": some(INNER, SIZE), f"{name}.intermediate.dense.bias": some(INNER)}
        made |= {f"{name}.output.dense.weight": some(SIZE, INNER), f"{name}.output.dense.bias": some(SIZE)}
        norms += [f"{name}.attention.output.LayerNorm", f"{name}.output.LayerNorm"]
    for norm in norms:
        made |= {f"{norm}.weight": 1 + some(SIZE), f"{norm}.bias": some(SIZE)}
    return made


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


def write_safetensors(path: Path, made: dict[str, np.ndarray]) -> Path:
    header, data = {}, b""
    for name, tensor in made.items():
        header[name] = {"dtype": "F32", "shape": tensor.shape, "data_offsets": [len(data), len(data) + tensor.nbytes]}
        data += tensor.tobytes()
    text = json.dumps({"__metadata__": {"format": "pt"}, **header}).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + data)
    return path


@pytest.fixture
def spec(tmp_path: Path) -> EngineSpec:
    write_safetensors(tmp_path / "model.safetensors", weights())
    (tmp_path / "config.json").write_text(json.dumps(CONFIG), encoding="utf-8")
    vocabulary = {word: number for number, word in enumerate(WORDS)}
    tokenizer = tokenizers.Tokenizer(tokenizers.models.WordLevel(vocabulary, "[UNK]"))
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    tokenizer.post_processor = tokenizers.processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    tokenizer.save(str(tmp_path / "tokenizer.json"))
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
