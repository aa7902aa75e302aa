from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from myna.config import ModelSettings, Settings
from myna.errors import BadConfig
from myna.paths import Paths
from myna_models.catalog import SHIPPED, Catalog
from myna_models.manifest import load_manifest
from myna_models.resolve import DEFAULT_CHAT_MODEL

Text = Callable[..., str]


def save(folder: Path, text: str, name: str = "tiny") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_every_shipped_manifest_is_sound() -> None:
    manifests, problems = Catalog([SHIPPED]).load()
    assert problems == []
    assert len(manifests) >= 40
    for manifest in manifests:
        assert manifest.licence.url.startswith("https://"), manifest.id
        for file in manifest.files:
            sources = [source for part in file.pieces() for source in part.sources]
            if any(source.startswith(("pypi:", "file:")) for source in sources):
                assert file.sha256, f"{manifest.id}/{file.name} travels on the package index, so it has been hashed"
                assert file.size
            for scheme, _, place in (source.partition(":") for source in sources):
                assert scheme in {"pypi", "hf", "file"}
                assert scheme != "file" or Path(place).resolve().parent == SHIPPED.with_name("shipped")


def test_the_default_chat_model_needs_no_hub() -> None:
    manifest = Catalog([SHIPPED]).get(DEFAULT_CHAT_MODEL)
    assert manifest is not None
    assert manifest.size == 98_362_432
    assert all(source.startswith("pypi:") for file in manifest.files for source in file.sources)


def test_the_owner_can_add_models_and_replace_shipped_ones(paths: Paths, tmp_path: Path, manifest_text: Text) -> None:
    save(tmp_path / "more", manifest_text("file:a.gguf"))
    mine = save(paths.data / "catalog", manifest_text("file:b.gguf", name=DEFAULT_CHAT_MODEL), DEFAULT_CHAT_MODEL)
    catalog = Catalog.find(paths, Settings(models=ModelSettings(folders=(str(tmp_path / "more"),))))
    assert "tiny" in catalog.names()
    replaced = catalog.get(DEFAULT_CHAT_MODEL)
    assert replaced is not None
    assert replaced.files[0].sources == (f"file:{mine.parent / 'b.gguf'}",)


def test_a_broken_manifest_is_reported_and_the_others_are_there(paths: Paths, manifest_text: Text) -> None:
    save(paths.data / "catalog", "id = ", "broken")
    save(paths.data / "catalog", manifest_text("file:a.gguf"))
    manifests, problems = Catalog.find(paths, Settings()).load()
    assert "tiny" in [manifest.id for manifest in manifests]
    assert [problem.message.split(" ")[0] for problem in problems] == ["broken.toml"]


def test_looking_up_one_name_reads_no_other_file(tmp_path: Path, manifest_text: Text) -> None:
    save(tmp_path, "not toml at all", "broken")
    save(tmp_path, manifest_text("file:a.gguf"))
    catalog = Catalog([tmp_path])
    assert catalog.get("tiny") is not None
    with pytest.raises(BadConfig):
        catalog.get("broken")


@pytest.mark.parametrize("name", ["", "..", "../tiny", "a/b", "a\\b", "no-such"])
def test_a_name_is_never_used_as_a_path(tmp_path: Path, manifest_text: Text, name: str) -> None:
    save(tmp_path, manifest_text("file:a.gguf"))
    assert Catalog([tmp_path / "inner", tmp_path]).get(name) is None


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (("id = ", "colour = 'red'\nid = "), "unknown field `colour`"),
        (('role = "model"', 'role = "model"\nsise = 5'), "unknown field `sise`"),
        (('task = "chat"', 'task = "cook"'), "cook"),
        (('name = "tiny.gguf"', 'name = "../tiny.gguf"'), "files[0].name"),
        (('id = "tiny"', 'id = "other"'), "should be called other.toml"),
        (('role = "model"', 'role = "voice"'), "no file has the role 'model'"),
        (("sources = ['file:a.gguf']", "sources = []"), "needs either sources or parts"),
        (("sources = ['file:a.gguf']", "sources = ['a.gguf']"), "scheme:location"),
        (('role = "model"', 'role = "model"\nsha256 = "abc"'), "sha256"),
        (('role = "model"', 'role = "model"\nsize = -1'), "size"),
        (('id = "Apache-2.0"', ""), "missing required field `id`"),
    ],
)
def test_a_manifest_that_is_wrong_says_where(
    tmp_path: Path, manifest_text: Text, change: tuple[str, str], complaint: str
) -> None:
    text = manifest_text("file:a.gguf")
    assert change[0] in text
    path = save(tmp_path, text.replace(*change, 1))
    with pytest.raises(BadConfig) as caught:
        load_manifest(path)
    assert complaint in str(caught.value)
    assert "tiny.toml" in str(caught.value)


def test_a_huge_manifest_is_not_read(tmp_path: Path) -> None:
    with pytest.raises(BadConfig, match="more than 256 KB"):
        load_manifest(save(tmp_path, "#" * (300 << 10)))
