"""Links in the folders of models and data: no request gets what they lead to."""

from __future__ import annotations

import os
from datetime import UTC, datetime

import msgspec
import pytest

from myna.paths import Paths
from myna_models.installed import Installed, LockedFile
from myna_serve.uploads import upload_folder

pytestmark = pytest.mark.anyio


@pytest.fixture
def installed(own_home):
    """Puts a model into a folder; the models folder."""
    models = Paths.find().models

    def put(folder, name):
        folder.mkdir(parents=True)
        file = LockedFile("model", "weights.gguf", 4, "0" * 64)
        model = Installed(name, name, "chat", ".gguf", "MIT", datetime.now(UTC).isoformat(), (file,))
        (folder / "lock.toml").write_bytes(msgspec.toml.encode(model))
        (folder / "weights.gguf").write_bytes(b"GGUF")

    put(models / "near", "near")
    return models, put


@pytest.mark.parametrize("linked", ["", "lock.toml", "weights.gguf"])
async def test_a_model_outside_of_the_folder_is_none(serve, installed, tmp_path, linked):
    models, put = installed
    outside = tmp_path / "outside"
    put(outside if not linked else models / "far", "far")
    if linked:
        (models / "far" / linked).rename(outside)
    (models / "far" / linked).symlink_to(outside)
    served = await serve()
    listed = (await served.client.get("/v1/models")).json()["data"]
    assert [model["id"] for model in listed] == ["near"]
    for name in ("far", "far/weights.gguf", "../outside", str(outside), "near/../far"):
        response = await served.ask(model=name)
        assert (response.status_code, response.json()["error"]["code"]) == (404, "model_not_found"), name
    assert served.engine.requests == []
    assert (await served.ask(model="near")).status_code == 200


async def test_a_link_within_the_folder_counts(serve, installed):
    models, _ = installed
    (models / "near").rename(models / ".shelf")
    (models / "near").symlink_to(models / ".shelf", target_is_directory=True)
    assert (await (await serve()).ask(model="near")).status_code == 200


def test_uploads_never_go_where_a_link_leads(tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept").write_text("x")
    data = tmp_path / "data"
    (data / "uploads").mkdir(parents=True)
    own = data / "uploads" / str(os.getpid())
    own.symlink_to(outside, target_is_directory=True)
    # Of a process that is gone: 2^22 is Linux' largest number, and more than that names none.
    (data / "uploads" / "99999999").symlink_to(outside, target_is_directory=True)
    with upload_folder(data) as folder:
        assert folder == own
        assert not folder.is_symlink()
        assert list(folder.iterdir()) == []
    assert [entry.name for entry in outside.iterdir()] == ["kept"]


def test_a_folder_that_another_process_of_this_number_left_is_empty(tmp_path):
    own = tmp_path / "uploads" / str(os.getpid())
    own.mkdir(parents=True)
    (own / "left").write_text("x")
    with upload_folder(tmp_path) as folder:
        assert list(folder.iterdir()) == []
