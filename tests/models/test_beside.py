"""Which picture encoder belongs to a model, by the names of files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from myna.config import Settings
from myna.engine.gguf import read_header
from myna.engine.projector import projector_memory
from myna.errors import BadModelFile
from myna.paths import Paths
from myna.testing.tiny_gguf import write_tiny_model
from myna.testing.tiny_projector import write_tiny_projector
from myna_models.beside import projector_of
from myna_models.fit import of_path
from myna_models.resolve import resolve


@pytest.fixture
def folder(tmp_path: Path) -> Callable[..., Path]:
    """`folder("a.gguf", ...)` holds files of these names."""

    def make(*names: str) -> Path:
        for name in names:
            (tmp_path / name).touch()
        return tmp_path

    return make


@pytest.mark.parametrize(
    ("model", "beside"),
    [
        ("easy-vqa.gguf", "easy-vqa-mmproj.gguf"),
        ("SmolVLM-500M-Instruct-Q8_0.gguf", "mmproj-SmolVLM-500M-Instruct-f16.gguf"),
        ("Qwen2.5-VL-7B-Instruct-Q4_K_M.gguf", "Qwen2.5-VL-7B-Instruct.mmproj-Q8_0.gguf"),
        ("llava-00001-of-00003.gguf", "mmproj-llava-bf16.gguf"),
        ("moondream2-text-model-f16.gguf", "mmproj.gguf"),
        ("model.gguf", "mmproj-model-f16.gguf"),
    ],
)
def test_names_that_belong_together(folder: Callable[..., Path], model: str, beside: str) -> None:
    here = folder(model, beside)
    assert projector_of(here / model) == here / beside


@pytest.mark.parametrize(
    ("model", "others"),
    [
        ("alone.gguf", []),
        ("text.gguf", ["sees.gguf", "mmproj-sees-f16.gguf"]),
        ("text.gguf", ["sees-mmproj.gguf"]),
        ("any.gguf", ["mmproj-one.gguf", "mmproj-two.gguf"]),
    ],
)
def test_names_that_do_not(folder: Callable[..., Path], model: str, others: list[str]) -> None:
    assert projector_of(folder(model, *others) / model) is None


def test_its_own_comes_before_others_and_f16_before_less(folder: Callable[..., Path]) -> None:
    here = folder("sees-Q4_0.gguf", "mmproj-other-f16.gguf", "mmproj-sees-Q8_0.gguf", "mmproj-sees-f16.gguf")
    assert projector_of(here / "sees-Q4_0.gguf") == here / "mmproj-sees-f16.gguf"


def test_a_model_by_path_or_by_folder_brings_its_projector(tmp_path: Path) -> None:
    model = write_tiny_model(tmp_path / "tiny.gguf")
    projector = write_tiny_projector(tmp_path / "tiny-mmproj.gguf")
    for name in (model, tmp_path):
        found = resolve(str(name), "chat", Settings(), Paths.find())
        assert found.files == {"model": str(model), "projector": str(projector)}


def test_a_projector_is_no_model_by_path(tmp_path: Path) -> None:
    write_tiny_model(tmp_path / "tiny.gguf")
    projector = write_tiny_projector(tmp_path / "tiny-mmproj.gguf")
    with pytest.raises(BadModelFile, match="no model but a projector"):
        resolve(str(projector), "chat", Settings(), Paths.find())


def test_whether_a_model_fits_counts_its_projector(tmp_path: Path) -> None:
    model = write_tiny_model(tmp_path / "tiny.gguf")
    alone = of_path(model)
    projector = write_tiny_projector(tmp_path / "tiny-mmproj.gguf")
    both = of_path(model)
    assert both.weights - alone.weights == projector_memory(read_header(projector))
    assert both.weights - alone.weights > read_header(projector).tensor_bytes
    # Text is decoded as fast as without.
    assert both.read_per_token == alone.read_per_token
