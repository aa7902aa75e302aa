"""Search in a folder of pictures, with readers that count how often they are asked."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from myna.cli.context import Context
from myna.engine.protocols import EngineSpec
from myna.engine.sight import LookRequest, MatchVectors, PictureFacts, TextLine
from myna.errors import BadInput, EngineCrashed, ModelLoadFailed, UsageError
from myna_vision.matching.engine import MatcherEngine
from myna_vision.see import search as module
from myna_vision.see.search import _Readers, search
from small_matcher import picture, write_matcher

CORNERS = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))


class Reader:
    """Reads in every picture what `texts` has under its first pixels; fails where that is an error."""

    def __init__(self, texts: dict[bytes, str | Exception]) -> None:
        self.texts = texts
        self.asked = 0

    async def look(self, request: LookRequest) -> PictureFacts:
        assert request.stages == ("text",)
        self.asked += 1
        text = self.texts.get(request.picture, "")
        if isinstance(text, Exception):
            raise text
        return PictureFacts(lines=tuple(TextLine(line, 0.99, CORNERS) for line in text.splitlines()))


class EveryPicture(dict[bytes, str | Exception]):
    def __init__(self, answer: str | Exception) -> None:
        super().__init__()
        self.answer = answer

    def get(self, key: bytes, default: object = None) -> str | Exception:
        return self.answer


class Matcher:
    def __init__(self, folder: Path) -> None:
        self.engine = MatcherEngine(EngineSpec("colours", "", write_matcher(folder), {}))
        self.asked = 0

    async def picture(self, data: bytes) -> MatchVectors:
        self.asked += 1
        return self._only(self.engine._picture(SimpleNamespace(picture=data)))

    async def words(self, texts: tuple[str, ...]) -> MatchVectors:
        return self._only(self.engine._words(SimpleNamespace(texts=texts)))

    @staticmethod
    def _only(items: Any) -> MatchVectors:
        [answer] = [item for item in items if item is not None]
        return answer


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    pictures = tmp_path / "pictures"
    picture(pictures, "a red.png", "red")
    picture(pictures / "more", "blue.png", "blue")
    picture(pictures, "receipt.png", "white")
    (pictures / "note.txt").write_text("no picture")
    return pictures


class Chosen:
    """What the searches of a test use."""

    def __init__(self, reader: Reader, matcher: Matcher) -> None:
        self.reader, self.matcher = reader, matcher
        self.use()

    def use(self, *, reader: bool = True, matcher: bool = True, text: str = "text 1") -> None:
        self.now = _Readers(self.reader if reader else None, self.matcher if matcher else None, text, "match 1")

    @property
    def asked(self) -> tuple[int, int]:
        return self.reader.asked, self.matcher.asked


@pytest.fixture
def readers(tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Chosen:
    texts = {(folder / "receipt.png").read_bytes(): "Corner Café\n总计 Total 18.50"}
    chosen = Chosen(Reader(texts), Matcher(tmp_path / "model"))

    async def these(*_: object) -> _Readers:
        return chosen.now

    monkeypatch.setattr(module, "_readers", these)
    return chosen


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Any:
    async def run(folder: Path, words: str) -> Any:
        await search(Context(json=True, quiet=True), str(folder), words, "")
        return json.loads(capsys.readouterr().out)

    return run


pytestmark = pytest.mark.anyio


def names(answer: Any) -> list[str]:
    return [Path(hit["file"]).name for hit in answer["found"]]


@pytest.mark.parametrize(
    ("words", "files"),
    [
        ("red", ["a red.png"]),
        ("something blue", ["blue.png"]),
        ("蓝色的海", ["blue.png"]),
        ("TOTAL", ["receipt.png"]),
        ("总计", ["receipt.png"]),
        ("green", []),
    ],
)
async def test_pictures_are_found_by_print_and_by_look(
    folder: Path, readers: Chosen, run: Any, words: str, files: list[str]
) -> None:
    answer = await run(folder, words)
    assert names(answer) == files
    assert (answer["searched"], answer["broken"]) == (3, 0)


async def test_print_comes_first_with_its_lines(folder: Path, readers: Chosen, run: Any) -> None:
    readers.reader.texts[(folder / "more" / "blue.png").read_bytes()] = "red carpet\nclosed"
    answer = await run(folder, "red")
    assert names(answer) == ["blue.png", "a red.png"]
    assert answer["found"][0]["lines"] == ["red carpet"]
    assert answer["found"][1]["probability"] == pytest.approx(1, abs=1e-3)


async def test_a_second_search_looks_at_no_picture_again(folder: Path, readers: Chosen, run: Any) -> None:
    await run(folder, "red")
    assert readers.asked == (3, 3)
    assert names(await run(folder, "blue")) == ["blue.png"]
    assert readers.asked == (3, 3)
    # The same content under another name is known; new content is not.
    (folder / "red again.png").write_bytes((folder / "a red.png").read_bytes())
    picture(folder, "a red.png", "yellow")
    assert names(await run(folder, "red")) == ["red again.png"]
    assert readers.asked == (4, 4)


async def test_another_model_looks_again(folder: Path, readers: Chosen, run: Any) -> None:
    await run(folder, "red")
    readers.use(text="text 2")
    await run(folder, "red")
    assert readers.asked == (6, 3)


async def test_broken_pictures_are_passed_by(folder: Path, readers: Chosen, run: Any) -> None:
    (folder / "broken.png").write_bytes((folder / "a red.png").read_bytes()[:60])
    (folder / "text.jpg").write_text("not a picture")
    picture(folder, "crash.png", "teal")
    readers.reader.texts[(folder / "crash.png").read_bytes()] = EngineCrashed("the worker ended")
    answer = await run(folder, "red")
    assert names(answer) == ["a red.png"]
    assert (answer["searched"], answer["broken"]) == (3, 3)


async def test_what_fails_for_all_ends_the_search(folder: Path, readers: Chosen, run: Any) -> None:
    readers.reader.texts = EveryPicture(ModelLoadFailed("no model"))
    with pytest.raises(ModelLoadFailed):
        await run(folder, "red")
    assert readers.reader.asked == 1


async def test_nothing_to_search_is_said(folder: Path, readers: Chosen, run: Any, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no word"):
        await run(folder, " ?! ")
    with pytest.raises(BadInput, match="there is no folder"):
        await run(tmp_path / "missing", "red")
    (tmp_path / "empty").mkdir()
    with pytest.raises(BadInput, match="there are no pictures"):
        await run(tmp_path / "empty", "red")
    only = tmp_path / "only broken"
    only.mkdir()
    (only / "x.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    with pytest.raises(BadInput, match="none of the pictures could be used"):
        await run(only, "red")


async def test_likeness_alone_and_print_alone_are_enough(folder: Path, readers: Chosen, run: Any) -> None:
    readers.use(reader=False)
    assert names(await run(folder, "red")) == ["a red.png"]
    assert names(await run(folder, "total")) == []
    readers.use(matcher=False)
    assert names(await run(folder, "red")) == []
    answer = await run(folder, "total")
    assert names(answer) == ["receipt.png"]
    assert answer["found"][0]["probability"] is None


def test_vectors_survive_the_index() -> None:
    import msgspec

    vector = MatchVectors(np.array([0.6, 0.8], "<f4").tobytes(), 2, 7.0)
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(vector), type=MatchVectors) == vector
