from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from myna.config import ModelSettings
from myna.errors import Cancelled, HashMismatch, SourceUnavailable
from myna.paths import Paths
from myna_models.manifest import load_manifest
from myna_models.pull import Puller
from myna_models.sources.hub import HubSource
from myna_models.sources.transfer import ATTEMPTS, download
from myna_models.sources.web import WebSource

CONTENT = bytes(range(256)) * 4096


def ignore(done: int, total: int) -> None:
    del done, total


def get(web: Any, target: Path, *, stall_s: float = 20.0) -> None:
    download(f"{web.url}/model", str(target), ignore, stall_s=stall_s, pause=lambda _: None)


def test_a_file_arrives_with_progress(web: Any, tmp_path: Path) -> None:
    web.files["/model"] = CONTENT
    seen: list[tuple[int, int]] = []
    WebSource(ModelSettings()).fetch(f"{web.url}/model", str(tmp_path / "f"), lambda *step: seen.append(step))
    assert (tmp_path / "f").read_bytes() == CONTENT
    assert seen[0] == (0, len(CONTENT))
    assert seen[-1] == (len(CONTENT), len(CONTENT))


def test_a_broken_connection_is_continued_where_it_ended(web: Any, tmp_path: Path) -> None:
    web.files["/model"] = CONTENT
    web.cut_after = [300_000, 200_000]
    get(web, tmp_path / "f")
    assert (tmp_path / "f").read_bytes() == CONTENT
    starts = [int(asked.removeprefix("bytes=").rstrip("-")) for _, _, asked in web.requests[1:]]
    assert starts == [300_000, 500_000]


def test_an_interrupted_download_is_continued_by_the_next_one(web: Any, tmp_path: Path) -> None:
    web.files["/model"] = CONTENT

    def stop(done: int, total: int) -> None:
        if done > 200_000:
            raise Cancelled("stopped")

    with pytest.raises(Cancelled):
        download(f"{web.url}/model", str(tmp_path / "f"), stop, stall_s=20.0)
    there = (tmp_path / "f").stat().st_size
    assert 0 < there < len(CONTENT)
    get(web, tmp_path / "f")
    assert web.requests[-1][2] == f"bytes={there}-"
    assert (tmp_path / "f").read_bytes() == CONTENT


def test_a_file_that_changed_meanwhile_is_fetched_from_the_start(web: Any, tmp_path: Path) -> None:
    web.files["/model"] = CONTENT
    web.cut_after = [300_000, 0, 0, 0, 0]
    with pytest.raises(SourceUnavailable):
        get(web, tmp_path / "f")
    web.cut_after = []
    web.files["/model"] = CONTENT[::-1]
    get(web, tmp_path / "f")
    assert (tmp_path / "f").read_bytes() == CONTENT[::-1]


def test_a_server_without_ranges_sends_all_again(web: Any, tmp_path: Path) -> None:
    web.files["/model"] = CONTENT
    web.ranges = False
    web.cut_after = [300_000]
    get(web, tmp_path / "f")
    assert (tmp_path / "f").read_bytes() == CONTENT


def test_a_source_that_keeps_breaking_is_given_up(web: Any, tmp_path: Path) -> None:
    web.files["/model"] = CONTENT
    web.cut_after = [0] * 50
    with pytest.raises(SourceUnavailable, match="cannot be fetched"):
        get(web, tmp_path / "f")
    assert len(web.requests) == ATTEMPTS


def test_a_source_that_stalls_is_given_up(web: Any, tmp_path: Path) -> None:
    web.files["/model"] = CONTENT
    web.stall.set()
    with pytest.raises(SourceUnavailable, match=r"sent nothing of .* for 0.05 s"):
        get(web, tmp_path / "f", stall_s=0.05)


def test_a_file_that_is_not_there_is_not_asked_for_twice(web: Any, tmp_path: Path) -> None:
    with pytest.raises(SourceUnavailable, match="answered 404"):
        get(web, tmp_path / "f")
    assert len(web.requests) == 1


@pytest.fixture
def closed_port() -> Iterator[int]:
    with socket.socket() as taken:
        # Bound, but not listening: connections are refused, and nobody else gets the port.
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


def test_a_host_that_does_not_answer_is_named(closed_port: int, tmp_path: Path) -> None:
    with pytest.raises(SourceUnavailable, match=r"127\.0\.0\.1 cannot be reached"):
        download(f"http://127.0.0.1:{closed_port}/f", str(tmp_path / "f"), ignore, stall_s=5, pause=lambda _: None)


def test_more_bytes_than_promised_are_not_taken(
    web: Any, paths: Paths, tmp_path: Path, manifest_text: Callable[..., str]
) -> None:
    web.files["/model"] = CONTENT
    path = tmp_path / "tiny.toml"
    path.write_text(manifest_text(f"url:{web.url}/model", size=1000))
    with pytest.raises(HashMismatch, match="more than the 1,000 bytes"):
        Puller(paths, {"url": WebSource(ModelSettings())}).pull(load_manifest(path))


def test_offline_means_offline(web: Any, tmp_path: Path) -> None:
    offline = ModelSettings(offline=True)
    for source, location in ((WebSource(offline), f"{web.url}/model"), (HubSource(offline), "a/b/c.gguf")):
        with pytest.raises(SourceUnavailable, match=r"models\.offline"):
            source.fetch(location, str(tmp_path / "f"), ignore)
    assert web.requests == []


def test_only_web_addresses_are_fetched(tmp_path: Path) -> None:
    with pytest.raises(SourceUnavailable, match="should begin with https"):
        WebSource(ModelSettings()).fetch("file:///etc/passwd", str(tmp_path / "f"), ignore)
