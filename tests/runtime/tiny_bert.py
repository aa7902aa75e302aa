"""A BERT that is small enough for a unit test, with random weights."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

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


def write_safetensors(path: Path, made: dict[str, np.ndarray]) -> Path:
    header, data = {}, b""
    for name, tensor in made.items():
        header[name] = {"dtype": "F32", "shape": tensor.shape, "data_offsets": [len(data), len(data) + tensor.nbytes]}
        data += tensor.tobytes()
    text = json.dumps({"__metadata__": {"format": "pt"}, **header}).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + data)
    return path


def write_tokenizer(path: Path) -> None:
    import tokenizers

    vocabulary = {word: number for number, word in enumerate(WORDS)}
    tokenizer = tokenizers.Tokenizer(tokenizers.models.WordLevel(vocabulary, "[UNK]"))
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    tokenizer.post_processor = tokenizers.processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    tokenizer.save(str(path))


def write_bert(folder: Path) -> Path:
    """A folder as sentence encoders are published."""
    folder.mkdir(parents=True, exist_ok=True)
    write_safetensors(folder / "model.safetensors", weights())
    (folder / "config.json").write_text(json.dumps({**CONFIG, "architectures": ["BertModel"]}), encoding="utf-8")
    write_tokenizer(folder / "tokenizer.json")
    return folder
