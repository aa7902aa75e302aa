"""Text models in ONNX: taken by path, with what lies beside them, and brought into the catalog."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from myna.cli.main import run
from myna.config import ModelSettings, Settings
from myna.errors import BadModelFile, BadTemplate
from myna.paths import Paths
from myna.testing.tiny_onnx import write_tiny_onnx
from myna_models.fit import of_installed, of_manifest
from myna_models.importing import add_file, forget_file
from myna_models.installed import Store
from myna_models.onnx_header import read_onnx
from myna_models.pull import Puller
from myna_models.resolve import resolve
from myna_models.sources.offers import built_in

SETTINGS = Settings()
pytest.importorskip("onnx", reason="the extra onnx is not installed")


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("onnx-chat") / "Tiny Bird"
    write_tiny_onnx(folder, "shared", external=True)
    return folder


@pytest.fixture
def folder(written: Path, tmp_path: Path) -> Path:
    """A copy that may be spoilt."""
    return shutil.copytree(written, tmp_path / "Tiny Bird")


ROLES = ["chat-template", "config", "model", "tokenizer", "tokenizer-config", "weights"]


@pytest.mark.parametrize("inside", ["", "model.onnx"])
def test_a_folder_or_its_graph_is_taken_with_what_lies_beside(folder: Path, paths: Paths, inside: str) -> None:
    found = resolve(str(folder / inside), "chat", SETTINGS, paths)
    assert (found.format, found.task) == (".onnx", "chat")
    assert sorted(found.files) == ROLES
    assert found.files["weights"] == str(folder / "model.onnx.data")


def test_a_model_without_a_tokenizer_says_so(folder: Path, paths: Paths) -> None:
    (folder / "tokenizer.json").unlink()
    for take in (lambda: resolve(str(folder), "chat", SETTINGS, paths), lambda: add_file(folder, paths, SETTINGS)):
        with pytest.raises(BadModelFile, match=r"has no tokenizer: tokenizer\.json is not beside it"):
            take()


def test_a_graph_that_is_no_language_model_is_refused(folder: Path, paths: Paths, onnx_bytes: bytes) -> None:
    (folder / "model.onnx").write_bytes(onnx_bytes)
    with pytest.raises(BadModelFile, match="no language model that can answer"):
        resolve(str(folder), "chat", SETTINGS, paths)


def test_weights_that_are_missing_are_named(folder: Path, paths: Paths) -> None:
    (folder / "model.onnx.data").unlink()
    with pytest.raises(BadModelFile, match=r"keeps tensors in model\.onnx\.data, which is not there"):
        resolve(str(folder), "chat", SETTINGS, paths)


@pytest.mark.parametrize("place", ["../outside.data", "/etc/hostname", "C:\\outside.data"])
def test_weights_outside_the_folder_are_refused(folder: Path, paths: Paths, place: str) -> None:
    import onnx

    (folder.parent / "outside.data").write_bytes((folder / "model.onnx.data").read_bytes())
    model = onnx.load(folder / "model.onnx", load_external_data=False)
    for tensor in model.graph.initializer:
        for entry in tensor.external_data:
            if entry.key == "location":
                entry.value = place
    (folder / "model.onnx").write_bytes(model.SerializeToString())
    with pytest.raises(BadModelFile, match="outside its own folder"):
        resolve(str(folder), "chat", SETTINGS, paths)


def test_a_link_out_of_the_folder_is_refused(folder: Path, paths: Paths) -> None:
    (folder / "model.onnx.data").rename(folder.parent / "outside.data")
    (folder / "model.onnx.data").symlink_to(folder.parent / "outside.data")
    with pytest.raises(BadModelFile, match="outside its own folder"):
        resolve(str(folder), "chat", SETTINGS, paths)


def test_a_graph_that_is_cut_off_is_refused(folder: Path, paths: Paths) -> None:
    path = folder / "model.onnx"
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(BadModelFile, match=r"model\.onnx"):
        resolve(str(folder), "chat", SETTINGS, paths)


@pytest.mark.parametrize("template", ["{% for %}", "{% for i in range(10 ** 9) %}{{ i }}{% endfor %}"])
def test_a_template_that_cannot_be_used_is_refused(folder: Path, paths: Paths, template: str) -> None:
    (folder / "chat_template.jinja").write_text(template)
    with pytest.raises(BadTemplate):
        resolve(str(folder), "chat", SETTINGS, paths)


def test_a_broken_file_beside_it_is_refused(folder: Path, paths: Paths) -> None:
    (folder / "config.json").write_text("{")
    with pytest.raises(BadModelFile, match=r"config\.json"):
        resolve(str(folder), "chat", SETTINGS, paths)


def test_it_comes_into_the_catalog_and_is_installed(folder: Path, paths: Paths) -> None:
    manifest = add_file(folder, paths, SETTINGS)
    assert (manifest.id, manifest.task, manifest.format, manifest.context) == ("tiny-bird", "chat", ".onnx", 512)
    assert sorted(file.role for file in manifest.files) == ROLES
    Puller(paths, {source.scheme: source for source in built_in(ModelSettings())}).pull(manifest)
    shutil.rmtree(folder)
    found = resolve("tiny-bird", "chat", SETTINGS, paths)
    assert sorted(found.files) == ROLES
    assert all(Path(path).is_file() for path in found.files.values())


def test_the_same_folder_again_is_the_same_model(folder: Path, paths: Paths) -> None:
    assert add_file(folder, paths, SETTINGS).id == add_file(folder, paths, SETTINGS).id == "tiny-bird"


def test_what_it_asks_of_a_machine_is_guessed_from_its_size(folder: Path, paths: Paths) -> None:
    manifest = add_file(folder, paths, SETTINGS)
    demand = of_manifest(manifest)
    assert demand.weights == manifest.size
    assert 0 < demand.parameters_per_token < manifest.size
    # Two layers of two heads with 32 numbers, of 4 bytes, for keys and for values.
    assert demand.cache_per_token == 4 * 2 * 2 * 2 * 32


def test_what_an_installed_one_asks_is_read_in_its_files(
    folder: Path, paths: Paths, capsys: pytest.CaptureFixture[str]
) -> None:
    manifest = add_file(folder, paths, SETTINGS)
    model = Puller(paths, {source.scheme: source for source in built_in(ModelSettings())}).pull(manifest)
    demand = of_installed(model, Store(paths.models))
    assert demand is not None
    assert demand.weights == sum(file.size for file in model.files if file.role in {"model", "weights"})
    assert (demand.cache_per_token, demand.trained_context) == (4 * 2 * 2 * 2 * 32, 512)
    # As one that was converted here, which no catalog knows.
    forget_file(manifest.id, paths)
    assert run(["models", "fit", manifest.id, "--json"]) == 0
    assert [(fit["model"], fit["basis"]) for fit in json.loads(capsys.readouterr().out)] == [(manifest.id, "file")]


def matrix(bits: int, folder: Path) -> Any:
    """The graph in `folder` with one matrix in so many bits."""
    import onnx
    from onnx import helper

    model = onnx.load(folder / "model.onnx", load_external_data=False)
    node = helper.make_node("MatMulNBits", ["a", "b", "c"], ["d"], domain="com.microsoft", K=64, N=64, bits=bits)
    model.graph.node.append(node)
    return model


@pytest.mark.parametrize("bits", [4, 8])
def test_how_weights_are_kept_is_read_from_the_graph(folder: Path, paths: Paths, bits: int) -> None:
    (folder / "model.onnx").write_bytes(matrix(bits, folder).SerializeToString())
    assert read_onnx(folder / "model.onnx").weight_bits == {bits}
    assert add_file(folder, paths, SETTINGS).quantization == f"INT{bits}"


def test_tokens_that_end_an_answer_must_be_numbers(folder: Path, paths: Paths) -> None:
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, "eos_token_id": "two"}))
    with pytest.raises(BadModelFile, match=r"config\.json"):
        add_file(folder, paths, SETTINGS)
