"""What stands behind the page for models, with a hub of this machine's own."""

from __future__ import annotations

import hashlib
import shutil
import threading
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import myna_models.machine
import myna_models.plugin
from gguf_files import write_tiny
from loopback import LoopbackServer
from myna.assistant import Assistant
from myna.config import PluginSettings
from myna.engine.clients import TextClient
from myna.engine.protocols import EngineSpec
from myna.errors import BadModelFile, EngineError, ModelMissing, UsageError
from myna.host import PluginHost
from myna.paths import Paths
from myna.settings import load_settings, set_value
from myna.testing import FakeDesk
from myna.testing.tiny_gguf import write_tiny_model
from myna_models.catalog import SHIPPED, Catalog
from myna_models.chinese import CHINESE
from myna_models.installed import Store
from myna_models.machine import Speed
from myna_models.panel.names import LANGUAGES, TASKS
from myna_models.panel.panel import ModelsPanel

Text = Callable[..., str]


class Shown(NamedTuple):
    panel: ModelsPanel
    desk: FakeDesk
    paths: Paths

    def row(self, name: str) -> dict[str, Any]:
        return next((row for row in self.desk.state["models"] if row["id"] == name), {})

    def pull(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = self.desk.state["pulls"].get(name, {})
        return found

    async def until_pull(self, name: str, state: str) -> dict[str, Any]:
        await self.desk.until(lambda: self.desk.state["pulls"].get(name, {}).get("state") == state)
        return self.pull(name)

    async def until_installed(self, name: str) -> None:
        await self.desk.until(lambda: self.row(name).get("installed") and not self.pull(name))


@pytest.fixture(autouse=True)
def known_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that reads 10 GB a second, with 8 GB free, and is not measured."""
    monkeypatch.setattr(myna_models.machine, "speed", lambda _: Speed(1e10, 1e11))
    monkeypatch.setattr(myna_models.machine, "available_memory", lambda: 8_000_000_000)


@pytest.fixture
async def show(paths: Paths) -> AsyncIterator[Callable[[], Any]]:
    opened: list[tuple[Assistant, ModelsPanel]] = []

    async def show() -> Shown:
        host = PluginHost.load(PluginSettings(), extra=[("models", myna_models.plugin)], entry_points=())
        assistant = await Assistant.open(paths, load_settings(paths, environ={}), host=host)
        desk = FakeDesk(assistant)
        panel = ModelsPanel(desk)
        opened.append((assistant, panel))
        await panel.open()
        return Shown(panel, desk, paths)

    yield show
    for assistant, panel in opened:
        await panel.close()
        await assistant.close()


@pytest.fixture
def offer(paths: Paths, web: LoopbackServer, manifest_text: Text, tmp_path: Path) -> Callable[..., bytes]:
    """Put a model of some hundred kilobytes on the hub, and its manifest into the catalog."""

    def offer(name: str = "tiny", *, sha256: str = "", size: int | None = None, source: str = "") -> bytes:
        body = write_tiny(tmp_path / f"{name}-hub.gguf", padding=400_000).read_bytes()
        web.files[f"/{name}.gguf"] = body
        folder = paths.data / "catalog"
        folder.mkdir(parents=True, exist_ok=True)
        text = manifest_text(
            source or f"url:{web.url}/{name}.gguf",
            name=name,
            sha256=sha256 or hashlib.sha256(body).hexdigest(),
            size=len(body) if size is None else size,
        )
        (folder / f"{name}.toml").write_text(text)
        return body

    return offer


async def test_the_catalog_is_shown_with_how_it_fits_in_words(show: Any) -> None:
    shown = await show()
    state = shown.desk.state
    assert state["loaded"]
    assert state["problems"] == []
    assert len(state["models"]) == len(list(SHIPPED.glob("*.toml")))
    small, large = shown.row("smollm2-135m-instruct"), shown.row("qwen3-14b")
    assert (small["verdict"], small["installed"]) == ("runs well", False)
    assert small["speed"] > 20
    assert (large["verdict"], large["memory"] > 8e9) == ("too large", True)
    assert shown.row("qwen3-4b")["verdict"] == "slow"
    assert (small["licence"], small["open"]) == ("Apache-2.0", True)
    assert (shown.row("gemma-3-4b-it")["licence"], shown.row("gemma-3-4b-it")["open"]) == ("Gemma", False)
    assert state["suggested"] == ["qwen3-0.6b", "smollm2-135m-instruct"]


@pytest.mark.parametrize(
    ("query", "model"),
    [
        ("qwen3", "qwen3-0.6b"), ("apache", "qwen3-0.6b"), ("chinese", "qwen3-0.6b"), ("chat", "qwen3-0.6b"),
        ("聊天", "qwen3-0.6b"), ("中文", "qwen3-0.6b"), ("嗓音", "piper-zh-cn-huayan"), ("voice", "piper-zh-cn-huayan"),
        ("语音识别", "whisper-base"), ("german", "piper-de-de-thorsten"), ("德语", "piper-de-de-thorsten"),
        ("开放", "qwen3-0.6b"), ("q8_0", "qwen3-0.6b"),
    ],
)  # fmt: skip
async def test_a_model_is_found_by_words_of_both_languages(show: Any, query: str, model: str) -> None:
    shown = await show()
    assert query in shown.row(model)["words"]
    assert any(query not in row["words"] for row in shown.desk.state["models"])


def test_all_that_the_catalog_says_has_chinese() -> None:
    manifests, problems = Catalog([SHIPPED]).load()
    assert not problems
    assert [one.summary for one in manifests if one.summary and one.summary not in CHINESE] == []
    assert {one.task for one in manifests} <= set(TASKS)
    assert {code for one in manifests for code in one.languages} <= set(LANGUAGES)


async def test_a_machine_that_cannot_be_measured_has_no_estimates(show: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: Path) -> Speed:
        raise EngineError("the speed of this machine cannot be measured: no")

    monkeypatch.setattr(myna_models.machine, "speed", broken)
    shown = await show()
    assert shown.desk.state["machine"] == {}
    assert {row["verdict"] for row in shown.desk.state["models"]} == {""}
    assert shown.desk.state["suggested"] == ["smollm2-135m-instruct"]


async def test_a_broken_manifest_is_named_and_the_others_are_shown(show: Any, paths: Paths) -> None:
    (paths.data / "catalog").mkdir(parents=True)
    (paths.data / "catalog" / "odd.toml").write_text("what = ")
    shown = await show()
    assert [problem["code"] for problem in shown.desk.state["problems"]] == ["bad-config"]
    assert shown.row("qwen3-0.6b")


async def test_a_model_is_pulled_and_appears(show: Any, offer: Any) -> None:
    offer()
    shown = await show()
    await shown.panel.act("pull", {"id": "tiny"})
    await shown.until_installed("tiny")
    assert Store(shown.paths.models).names() == ["tiny"]
    assert [one["options"] for one in shown.desk.state["defaults"]] == [[{"id": "tiny", "name": "Tiny"}]]


async def test_a_pull_pauses_in_the_middle_and_resumes_from_there(show: Any, offer: Any, web: LoopbackServer) -> None:
    body = offer()
    web.half = threading.Event()
    shown = await show()
    await shown.panel.act("pull", {"id": "tiny"})
    await shown.desk.until(lambda: shown.desk.state["pulls"]["tiny"]["done"] >= len(body) // 2)
    assert shown.pull("tiny")["total"] == len(body)
    await shown.panel.act("pause", {"id": "tiny"})
    assert shown.pull("tiny")["state"] == "paused"
    web.half.set()
    await shown.panel.act("pull", {"id": "tiny"})
    await shown.until_installed("tiny")
    ranges = [int(wanted.removeprefix("bytes=").rstrip("-")) for _, _, wanted in web.requests if wanted]
    assert len(ranges) == 1
    assert ranges[0] >= len(body) // 2


async def test_several_pulls_run_at_once_and_each_is_told_apart(show: Any, offer: Any, web: LoopbackServer) -> None:
    names = ["one", "two", "three", "four"]
    for name in names:
        offer(name)
    web.half = threading.Event()
    shown = await show()
    for name in names:
        await shown.panel.act("pull", {"id": name})
    await shown.desk.until(lambda: all(shown.desk.state["pulls"][name]["done"] > 0 for name in names[:3]))
    assert shown.pull("four")["state"] == "queued"
    await shown.panel.act("cancel", {"id": "two"})
    web.half.set()
    for name in ("one", "three", "four"):
        await shown.until_installed(name)
    assert Store(shown.paths.models).names() == ["four", "one", "three"]


async def test_cancelling_in_the_middle_leaves_nothing(show: Any, offer: Any, web: LoopbackServer) -> None:
    body = offer()
    web.half = threading.Event()
    shown = await show()
    downloads = shown.paths.cache / "downloads" / "tiny"
    await shown.panel.act("pull", {"id": "tiny"})
    await shown.desk.until(lambda: shown.desk.state["pulls"]["tiny"]["done"] >= len(body) // 2)
    await shown.panel.act("cancel", {"id": "tiny"})
    assert shown.desk.state["pulls"] == {}
    web.half.set()
    await shown.panel.close()
    assert not downloads.exists()
    assert Store(shown.paths.models).names() == []


async def test_a_pull_that_was_cut_off_by_the_end_is_there_paused_and_goes_on(
    show: Any, offer: Any, web: LoopbackServer
) -> None:
    offer("above")
    body = offer()
    web.half = threading.Event()
    first = await show()
    names = [row["id"] for row in first.desk.state["models"]]
    assert names.index("above") < names.index("tiny")
    await first.panel.act("pull", {"id": "tiny"})
    await first.desk.until(lambda: first.desk.state["pulls"]["tiny"]["done"] >= len(body) // 2)
    closing = first.panel.close()
    web.half.set()
    await closing
    second = await show()
    left = second.pull("tiny")
    assert left["state"] == "paused"
    assert second.desk.state["models"][0]["id"] == "tiny"
    assert len(body) // 2 <= left["done"] < len(body)
    await second.panel.act("pull", {"id": "tiny"})
    await second.until_installed("tiny")
    assert [wanted for _, _, wanted in web.requests if wanted] == [f"bytes={left['done']:.0f}-"]


async def test_the_end_does_not_wait_for_a_connection_that_is_silent(
    show: Any, offer: Any, web: LoopbackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("myna_models.panel.pulls.CLOSE_S", 0.1)
    offer()
    web.stall.set()
    shown = await show()
    await shown.panel.act("pull", {"id": "tiny"})
    await shown.desk.until(lambda: shown.desk.state["pulls"]["tiny"]["done"] > 0)
    await shown.panel.close()
    assert shown.panel._pulls.shown()["tiny"]["state"] == "paused"


async def test_what_is_not_as_promised_is_refused_and_can_be_tried_again(show: Any, offer: Any) -> None:
    offer(sha256="0" * 64)
    shown = await show()
    await shown.panel.act("pull", {"id": "tiny"})
    failed = await shown.until_pull("tiny", "failed")
    assert failed["error"]["code"] == "hash-mismatch"
    offer()
    await shown.panel.act("refresh", {})
    await shown.panel.act("pull", {"id": "tiny"})
    await shown.until_installed("tiny")


async def test_a_source_that_cannot_be_reached_is_said_with_the_pull(
    show: Any, offer: Any, web: LoopbackServer
) -> None:
    offer(source="url:http://127.0.0.1:9/tiny.gguf")
    shown = await show()
    await shown.desk.change("models.stall_timeout_s", "1")
    await shown.panel.act("pull", {"id": "tiny"})
    failed = await shown.until_pull("tiny", "failed")
    assert failed["error"]["code"] == "source-unavailable"
    assert "127.0.0.1" in failed["error"]["message"]
    assert failed["error"]["hint"]


async def test_offline_is_said_and_one_action_allows_the_network(show: Any, offer: Any, paths: Paths) -> None:
    offer()
    set_value(paths, "models.offline", "true")
    shown = await show()
    assert shown.desk.state["offline"]
    await shown.panel.act("pull", {"id": "tiny"})
    failed = await shown.until_pull("tiny", "failed")
    assert "models.offline" in failed["error"]["message"]
    await shown.panel.act("online", {"id": "tiny"})
    assert not shown.desk.state["offline"]
    await shown.until_installed("tiny")


class Usage(NamedTuple):
    total: int
    used: int
    free: int


async def test_a_full_disk_is_said_with_the_pull(show: Any, offer: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    offer()
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**9, 10**9, 0))
    shown = await show()
    await shown.panel.act("pull", {"id": "tiny"})
    failed = await shown.until_pull("tiny", "failed")
    assert failed["error"]["code"] == "disk-full"


async def test_removing_frees_the_default_too(show: Any, offer: Any) -> None:
    offer()
    shown = await show()
    await shown.panel.act("pull", {"id": "tiny"})
    await shown.until_installed("tiny")
    await shown.panel.act("default", {"key": "chat.model", "id": "tiny"})
    assert shown.desk.settings.chat.model == "tiny"
    assert [one["chosen"] for one in shown.desk.state["defaults"]] == ["tiny"]
    assert await shown.panel.act("remove", {"id": "tiny"}) > 0
    assert shown.desk.settings.chat.model == ""
    assert not shown.row("tiny")["installed"]
    with pytest.raises(ModelMissing):
        await shown.panel.act("remove", {"id": "tiny"})


async def test_a_model_at_work_is_put_down_before_it_is_removed(show: Any, offer: Any) -> None:
    offer()
    shown = await show()
    await shown.panel.act("pull", {"id": "tiny"})
    await shown.until_installed("tiny")
    assistant = shown.desk.assistant
    file = write_tiny_model(shown.paths.cache / "tiny.gguf")
    options = {"threads": 1, "context": 512, "initial_cells": 512, "memory_reserve_mb": 0}
    spec = EngineSpec("tiny", "myna.engine.llama:LlamaEngine", {"model": str(file)}, options)
    await TextClient(assistant.pool.engine(spec)).info()
    [worker] = assistant.pool.status()
    assert (worker.name, worker.state) == ("tiny", "ready")
    await shown.panel.act("remove", {"id": "tiny"})
    assert [worker.state for worker in assistant.pool.status()] == ["stopped"]


async def test_a_damaged_model_is_found_by_a_check(show: Any, offer: Any) -> None:
    offer()
    shown = await show()
    await shown.panel.act("pull", {"id": "tiny"})
    await shown.until_installed("tiny")
    await shown.panel.act("check", {"id": "tiny"})
    assert shown.desk.state["checks"]["tiny"] == {"state": "ok"}
    file = next((shown.paths.models / "tiny").glob("*.gguf"))
    body = bytearray(file.read_bytes())
    body[-1] ^= 1
    file.write_bytes(body)
    await shown.panel.act("check", {"id": "tiny"})
    assert shown.desk.state["checks"]["tiny"]["state"] == "bad"
    assert shown.desk.state["checks"]["tiny"]["error"]["message"] == "tiny.gguf of tiny is damaged: wrong hash"


@pytest.mark.parametrize(
    ("action", "values"), [("dance", {}), ("pull", {"id": "nobody"}), ("default", {"key": "language", "id": "zh"})]
)
async def test_what_cannot_be_done_is_wrong_usage(show: Any, action: str, values: dict[str, str]) -> None:
    shown = await show()
    with pytest.raises(UsageError):
        await shown.panel.act(action, values)


# Files that are dropped


async def test_a_dropped_file_is_copied_in_and_its_own_stays(show: Any, tmp_path: Path) -> None:
    file = write_tiny(tmp_path / "My own 模型.gguf")
    shown = await show()
    (name,) = await shown.panel.act("import", {"files": [file.as_uri()]})
    await shown.until_installed(name)
    row = shown.row(name)
    assert (row["name"], row["imported"], row["licence"], row["verdict"]) == ("Tiny", True, "", "runs well")
    copy = next((shown.paths.models / name).glob("*.gguf"))
    assert copy.read_bytes() == file.read_bytes()
    assert not copy.samefile(file)
    again = await shown.panel.act("import", {"files": [str(file)]})
    assert (again, shown.desk.state["pulls"]) == ([name], {})
    await shown.panel.act("remove", {"id": name})
    assert not shown.row(name)
    assert file.exists()


async def test_two_files_of_one_name_are_two_models(show: Any, tmp_path: Path) -> None:
    shown = await show()
    names = []
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        file = write_tiny(tmp_path / folder / "same.gguf", padding=4000 if folder == "b" else 0)
        names += await shown.panel.act("import", {"files": [str(file)]})
    assert names == ["same", "same-2"]
    for name in names:
        await shown.until_installed(name)


async def test_a_file_that_was_changed_is_taken_as_it_is_now(show: Any, tmp_path: Path) -> None:
    shown = await show()
    file = write_tiny(tmp_path / "grows.gguf")
    await shown.panel.act("import", {"files": [str(file)]})
    await shown.until_installed("grows")
    write_tiny(file, padding=40_000)
    assert await shown.panel.act("import", {"files": [str(file)]}) == ["grows"]
    await shown.desk.until(lambda: shown.row("grows")["size"] == file.stat().st_size and not shown.pull("grows"))


async def test_a_folder_with_one_model_is_that_model_and_others_are_refused(show: Any, tmp_path: Path) -> None:
    shown = await show()
    folder = tmp_path / "folder"
    folder.mkdir()
    with pytest.raises(BadModelFile, match="holds no model file"):
        await shown.panel.act("import", {"files": [folder.as_uri()]})
    write_tiny(folder / "one.gguf")
    assert await shown.panel.act("import", {"files": [folder.as_uri()]}) == ["one"]
    await shown.until_installed("one")
    write_tiny(folder / "two.gguf")
    with pytest.raises(BadModelFile, match="holds several models"):
        await shown.panel.act("import", {"files": [folder.as_uri()]})


def sparse(path: Path, begin: bytes) -> Path:
    """Two gigabytes of nothing after `begin`, without taking the room of it."""
    with path.open("wb") as file:
        file.write(begin)
        file.truncate(2 << 30)
    return path


async def test_two_gigabytes_that_are_no_model_are_refused_at_once(show: Any, tmp_path: Path) -> None:
    shown = await show()
    for name, begin in (("film.mkv", b"\x1aE"), ("zeros.gguf", b""), ("lies.gguf", b"GGUF\x03\0\0\0" + b"\xff" * 16)):
        with pytest.raises(BadModelFile):
            await shown.panel.act("import", {"files": [sparse(tmp_path / name, begin).as_uri()]})
    assert shown.desk.state["pulls"] == {}
    assert not (shown.paths.data / "catalog").exists()
    assert not list(shown.paths.models.glob("*"))


async def test_a_truncated_model_is_refused(show: Any, tmp_path: Path) -> None:
    shown = await show()
    whole = write_tiny(tmp_path / "whole.gguf").read_bytes()
    for size in (3, 20, len(whole) // 2, len(whole) - 1):
        (tmp_path / "part.gguf").write_bytes(whole[:size])
        with pytest.raises(BadModelFile):
            await shown.panel.act("import", {"files": [str(tmp_path / "part.gguf")]})
    assert shown.desk.state["pulls"] == {}


async def test_what_is_not_a_file_here_is_refused(show: Any, tmp_path: Path) -> None:
    shown = await show()
    for wrong in ("https://example.org/model.gguf", str(tmp_path / "gone.gguf"), ""):
        with pytest.raises(BadModelFile):
            await shown.panel.act("import", {"files": [wrong]})
    write_tiny(tmp_path / "line\nbreak.gguf")
    with pytest.raises(BadModelFile, match="cannot be written down"):
        await shown.panel.act("import", {"files": [(tmp_path / "line\nbreak.gguf").as_uri()]})


async def test_a_good_file_beside_a_bad_one_is_taken(show: Any, tmp_path: Path) -> None:
    shown = await show()
    good = write_tiny(tmp_path / "good.gguf")
    with pytest.raises(BadModelFile):
        await shown.panel.act("import", {"files": [str(good), str(tmp_path / "gone.gguf")]})
    await shown.until_installed("good")


async def test_a_cancelled_copy_leaves_the_catalog(show: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**9, 10**9, 0))
    shown = await show()
    file = write_tiny(tmp_path / "big.gguf")
    await shown.panel.act("import", {"files": [str(file)]})
    failed = await shown.until_pull("big", "failed")
    assert failed["error"]["code"] == "disk-full"
    await shown.panel.act("cancel", {"id": "big"})
    assert not shown.row("big")
    assert not (shown.paths.data / "catalog" / "big.toml").exists()
