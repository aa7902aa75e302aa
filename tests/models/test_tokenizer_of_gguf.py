"""Tokenizers between GGUF files and tokenizer.json, for every way of cutting that is known."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

gguf = pytest.importorskip("gguf")
tokenizers = pytest.importorskip("tokenizers")

from myna_models.converting.child.families import FAMILIES  # noqa: E402
from myna_models.converting.child.folder_of_gguf import to_halves  # noqa: E402
from myna_models.converting.child.gguf_metadata import GgufFile  # noqa: E402
from myna_models.converting.child.gguf_of_folder import to_neighbours  # noqa: E402
from myna_models.converting.child.pretokenizers import PRE_TOKENIZERS, like, named  # noqa: E402
from myna_models.converting.child.telling import Refused  # noqa: E402
from myna_models.converting.child.tokenizer_for_gguf import add_tokenizer  # noqa: E402
from myna_models.converting.child.tokenizer_of_gguf import write_tokenizer  # noqa: E402
from tiny_decoders import config_of, shapes_of, write_decoder  # noqa: E402


def as_gguf(folder: Path, target: Path) -> GgufFile:
    writer = gguf.GGUFWriter(target, "llama")
    add_tokenizer(writer, folder, {"vocab_size": 320})
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return GgufFile(target)


@pytest.mark.parametrize("known", PRE_TOKENIZERS, ids=lambda known: known.names[0])
def test_there_and_back_a_tokenizer_gives_the_same_tokens(known: Any, tmp_path: Path) -> None:
    folder = write_decoder(tmp_path / "there", FAMILIES[0], known.as_json())
    opened = as_gguf(folder, tmp_path / "there.gguf")
    assert opened.get("tokenizer.ggml.pre") == known.names[0]
    back = tmp_path / "back"
    back.mkdir()
    write_tokenizer(opened, back)
    before, after = (tokenizers.Tokenizer.from_file(str(place / "tokenizer.json")) for place in (folder, back))
    for text in ("the other 1234 thes", "  don't\n\n stop", "你好，世界 12", "naïve 😀", "x = [1, 2]\t# the", ""):
        assert after.encode(text).ids == before.encode(text).ids
        assert after.decode(after.encode(text).ids) == text
    assert json.loads((back / "tokenizer_config.json").read_text())["eos_token"] == "</s>"
    assert (back / "chat_template.jinja").is_file()


def test_an_unknown_way_of_cutting_is_named() -> None:
    with pytest.raises(Refused, match="in the way 'tekken', which is not known here"):
        named("tekken")
    with pytest.raises(Refused, match="the way 'default'"):
        named("")
    with pytest.raises(Refused, match=r"not known here \(Metaspace\)"):
        like({"type": "Metaspace"})


def test_a_file_without_a_tokenizer_is_refused(tmp_path: Path) -> None:
    writer = gguf.GGUFWriter(tmp_path / "none.gguf", "llama")
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    with pytest.raises(Refused, match="holds no tokenizer"):
        write_tokenizer(GgufFile(tmp_path / "none.gguf"), tmp_path)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.model_type)
def test_every_tensor_has_a_name_there_and_back_and_keeps_its_values(family: Any) -> None:
    import numpy as np

    draw = np.random.default_rng(0)
    for name, shape in shapes_of(family).items():
        other = family.to_gguf(name)
        assert other is not None
        assert family.to_folder(other) == name
        value = draw.normal(size=shape)
        there = to_neighbours(value, name, family, config_of(family))
        np.testing.assert_allclose(to_halves(there, name, family, config_of(family)), value, atol=1e-12)
    assert family.to_gguf("model.layers.0.mlp.experts.0.weight") is None
    assert family.to_folder("blk.0.ffn_gate_exps.weight") is None
