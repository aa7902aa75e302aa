from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from huggingface_hub import constants

from myna.config import ModelSettings
from myna.errors import HashMismatch, SourceUnavailable
from myna.paths import Paths
from myna_models.installed import Store
from myna_models.manifest import load_manifest
from myna_models.pull import Puller
from myna_models.sources.hub import HubSource


@pytest.fixture
def hub(web: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The loopback server as the configured hub. The library reads `HF_ENDPOINT` once, when it is imported."""
    monkeypatch.setattr(constants, "ENDPOINT", web.url)
    monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", web.url + "/{repo_id}/resolve/{revision}/{filename}")
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    return web


def fetch(location: str, target: Path) -> str:
    return HubSource(ModelSettings()).fetch(location, str(target), lambda done, total: None)


def test_a_file_arrives_and_is_pinned_to_its_commit(hub: Any, tmp_path: Path) -> None:
    hub.files["/owner/repo/model.gguf"] = b"weights" * 1000
    assert fetch("owner/repo/model.gguf", tmp_path / "f") == hub.commit
    assert (tmp_path / "f").read_bytes() == b"weights" * 1000
    assert hub.requests[-1][1] == f"/owner/repo/resolve/{hub.commit}/model.gguf"


def test_a_pin_is_asked_for_again(hub: Any, paths: Paths, make_gguf: Any, tmp_path: Path, manifest_text: Any) -> None:
    hub.files["/owner/repo/tiny.gguf"] = make_gguf().read_bytes()
    path = tmp_path / "tiny.toml"
    path.write_text(manifest_text("hf:owner/repo/tiny.gguf"))
    puller = Puller(paths, {"hf": HubSource(ModelSettings())})
    record = puller.pull(load_manifest(path))
    assert record.files[0].parts[0].pin == hub.commit
    Store(paths.models).remove("tiny")
    hub.requests.clear()
    puller.pull(load_manifest(path))
    assert {requested for _, requested, _ in hub.requests} == {f"/owner/repo/resolve/{hub.commit}/tiny.gguf"}


@pytest.mark.parametrize("digest", ["sha256", "git"])
def test_what_differs_from_the_hubs_hash_is_refused(hub: Any, tmp_path: Path, digest: str) -> None:
    promised = b"what the hub promises"

    def etag(body: bytes) -> str:
        blob = b"blob %d\0" % len(promised) + promised
        return hashlib.sha256(promised).hexdigest() if digest == "sha256" else hashlib.sha1(blob).hexdigest()

    hub.etag = etag
    hub.files["/owner/repo/f"] = promised
    assert fetch("owner/repo/f", tmp_path / "good") == hub.commit
    hub.files["/owner/repo/f"] = promised[::-1]
    with pytest.raises(HashMismatch, match="than the hub reports"):
        fetch("owner/repo/f", tmp_path / "bad")
    assert not (tmp_path / "bad").exists()


def test_a_file_that_the_hub_does_not_have(hub: Any, tmp_path: Path) -> None:
    with pytest.raises(SourceUnavailable, match=r"the hub has no hf:owner/repo/none\.gguf"):
        fetch("owner/repo/none.gguf", tmp_path / "f")


@pytest.mark.parametrize("location", ["", "owner", "owner/repo", "owner/repo/../x", "o//x", "a b/c/d"])
def test_an_address_that_is_none(hub: Any, tmp_path: Path, location: str) -> None:
    with pytest.raises(SourceUnavailable):
        fetch(location, tmp_path / "f")
    assert hub.requests == []


def test_the_hubs_own_offline_switch_is_honoured(hub: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(SourceUnavailable, match="HF_HUB_OFFLINE"):
        fetch("owner/repo/f", tmp_path / "f")


def test_a_transfer_that_breaks_goes_on(hub: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    pause: Callable[[float], None] = pauses.append
    monkeypatch.setattr("myna_models.sources.transfer.download.__kwdefaults__", {"headers": None, "pause": pause})
    hub.files["/owner/repo/f"] = b"x" * 500_000
    hub.cut_after = [100_000]
    fetch("owner/repo/f", tmp_path / "f")
    assert (tmp_path / "f").stat().st_size == 500_000
    assert len(pauses) == 1
