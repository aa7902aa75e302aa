from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from myna.config import ModelSettings, PluginSettings, Settings
from myna.errors import BadModelFile, ModelMissing
from myna.host import PluginHost
from myna.paths import Paths
from myna_models.installed import Store
from myna_models.manifest import load_manifest
from myna_models.pull import Puller
from myna_models.resolve import resolve
from myna_models.sources.offers import built_in

Make = Callable[..., Path]
Install = Callable[..., None]
SETTINGS = Settings()


@pytest.fixture
def install(paths: Paths, tmp_path: Path, make_gguf: Make, manifest_text: Any) -> Install:
    def make(name: str, parameters: int = 0) -> None:
        path = tmp_path / f"{name}.toml"
        extra = f"parameters = {parameters}"
        path.write_text(manifest_text(f"file:{make_gguf()}", name=name, extra=extra) + "\n[options]\ncontext = 1024\n")
        Puller(paths, {source.scheme: source for source in built_in(ModelSettings())}).pull(load_manifest(path))

    return make


def test_an_installed_model_is_ready(paths: Paths, install: Install) -> None:
    install("tiny")
    model = resolve("tiny", "chat", SETTINGS, paths)
    assert (model.name, model.format, model.options) == ("tiny", ".gguf", {"context": 1024})
    assert model.files == {"model": str(paths.models / "tiny" / "tiny.gguf")}
    assert len(model.sha256) == 64


def test_no_name_means_the_largest_installed_that_fits(paths: Paths, install: Install) -> None:
    install("small", 1_000)
    install("big", 2_000)
    assert resolve("", "chat", SETTINGS, paths).name == "big"


def test_no_name_passes_over_what_the_memory_cannot_hold(
    paths: Paths, install: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    install("small", 1_000)
    install("big", 2_000)
    with (paths.models / "big" / "tiny.gguf").open("ab") as file:
        os.truncate(file.fileno(), 10_000_000)
    lock = paths.models / "big" / "lock.toml"
    size = (paths.models / "small" / "tiny.gguf").stat().st_size
    lock.write_text(lock.read_text().replace(f"size = {size}", "size = 10000000"))
    monkeypatch.setattr("myna.engine.memory.available_memory", lambda: 5_000_000)
    assert resolve("", "chat", SETTINGS, paths).name == "small"


@pytest.mark.parametrize("linked", ["tiny", "tiny/lock.toml", "tiny/tiny.gguf"])
def test_what_a_link_brings_from_outside_is_used_only_where_it_is_named(
    paths: Paths, install: Install, tmp_path: Path, linked: str
) -> None:
    install("tiny", 2_000)
    outside = tmp_path / "outside"
    (paths.models / linked).rename(outside)
    (paths.models / linked).symlink_to(outside)
    assert resolve("tiny", "chat", SETTINGS, paths).name == "tiny"
    with pytest.raises(ModelMissing, match="a link that leads out"):
        resolve("", "chat", SETTINGS, paths)
    install("small", 1_000)
    assert resolve("", "chat", SETTINGS, paths).name == "small"


def test_removing_a_linked_model_leaves_what_it_leads_to(paths: Paths, install: Install, tmp_path: Path) -> None:
    install("tiny")
    (paths.models / "tiny").rename(tmp_path / "outside")
    (paths.models / "tiny").symlink_to(tmp_path / "outside", target_is_directory=True)
    assert Store(paths.models).remove("tiny") > 0
    assert not (paths.models / "tiny").exists()
    assert (tmp_path / "outside" / "tiny.gguf").is_file()


def test_the_models_folder_itself_may_be_a_link(paths: Paths, install: Install, tmp_path: Path) -> None:
    install("tiny")
    paths.models.rename(tmp_path / "large-disk")
    paths.models.symlink_to(tmp_path / "large-disk", target_is_directory=True)
    assert resolve("", "chat", SETTINGS, paths).name == "tiny"


def test_nothing_installed_says_what_to_pull(paths: Paths) -> None:
    with pytest.raises(ModelMissing) as caught:
        resolve("", "chat", SETTINGS, paths)
    assert caught.value.hint == "myna models pull smollm2-135m-instruct"


def test_a_known_model_that_is_not_installed_says_how_to_get_it(paths: Paths) -> None:
    with pytest.raises(ModelMissing) as caught:
        resolve("qwen3-4b", "chat", SETTINGS, paths)
    assert caught.value.hint == "myna models pull qwen3-4b"


def test_a_misspelt_name_is_guessed(paths: Paths) -> None:
    with pytest.raises(ModelMissing, match=r"did you mean qwen3-14b\?"):
        resolve("qwen3-14", "chat", SETTINGS, paths)


def test_a_model_for_another_task_is_not_taken(paths: Paths, install: Install) -> None:
    install("tiny")
    with pytest.raises(ModelMissing, match="for chat, not for transcribe"):
        resolve("tiny", "transcribe", SETTINGS, paths)


def test_a_damaged_model_is_refused(paths: Paths, install: Install) -> None:
    install("tiny")
    os.truncate(paths.models / "tiny" / "tiny.gguf", 100)
    with pytest.raises(BadModelFile) as caught:
        resolve("tiny", "chat", SETTINGS, paths)
    assert caught.value.hint == "myna models pull tiny"


def test_a_file_is_taken_by_its_path(paths: Paths, make_gguf: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    path = make_gguf()
    assert resolve(str(path), "chat", SETTINGS, paths).files == {"model": str(path)}
    assert resolve(str(path.parent), "chat", SETTINGS, paths).files == {"model": str(path)}
    monkeypatch.chdir(path.parent)
    assert resolve("tiny.gguf", "chat", SETTINGS, paths).files == {"model": str(path)}
    monkeypatch.setenv("HOME", str(path.parent))
    assert resolve("~/tiny.gguf", "chat", SETTINGS, paths).files == {"model": str(path)}


def test_the_projector_beside_a_model_is_taken_along(paths: Paths, make_gguf: Make) -> None:
    path = make_gguf()
    projector = make_gguf("mmproj-tiny.gguf")
    found = resolve(str(path), "chat", SETTINGS, paths)
    assert found.files == {"model": str(path), "projector": str(projector)}


def test_a_voice_is_taken_with_its_configuration(paths: Paths, tmp_path: Path, onnx_bytes: bytes) -> None:
    (tmp_path / "voice.onnx").write_bytes(onnx_bytes)
    (tmp_path / "voice.onnx.json").write_text("{}")
    found = resolve(str(tmp_path / "voice.onnx"), "synthesize", SETTINGS, paths)
    assert sorted(found.files) == ["config", "model"]


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [("note.gguf", b"only a text, nothing more than a text", "text file"), ("movie.mp4", b"x", "is not a model file")],
)
def test_a_file_that_is_no_model_is_refused(
    paths: Paths, tmp_path: Path, name: str, content: bytes, complaint: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(BadModelFile, match=complaint):
        resolve(str(tmp_path / name), "chat", SETTINGS, paths)


def test_a_path_to_nothing_is_missing(paths: Paths, tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="there is no file"):
        resolve(str(tmp_path / "none.gguf"), "chat", SETTINGS, paths)


def test_a_folder_with_several_models_is_ambiguous(paths: Paths, make_gguf: Make) -> None:
    make_gguf("a.gguf")
    folder = make_gguf("b.gguf").parent
    with pytest.raises(BadModelFile, match="holds several models"):
        resolve(str(folder), "chat", SETTINGS, paths)


def test_the_plugin_resolves_through_the_host(paths: Paths, install: Install) -> None:
    install("tiny")
    host = PluginHost.load(PluginSettings(only=("models",)))
    assert host.resolve_model("tiny", "chat", SETTINGS).name == "tiny"
    assert sorted(host.model_sources()) == ["file", "hf", "pypi", "url"]
    assert {"models", "models import"} <= {info.name for info in host.commands()}


def test_the_plugin_and_an_installed_model_need_nothing_slow(paths: Paths, install: Install) -> None:
    install("tiny")
    code = """
import sys
from myna.config import Settings
import myna_models.plugin as plugin
assert plugin.myna_resolve_model("tiny", "chat", Settings()).name == "tiny"
slow = {"huggingface_hub", "httpx", "rich", "numpy", "jinja2", "psutil", "click", "llama_cpp"}
print(sorted(slow & set(sys.modules)))
"""
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
