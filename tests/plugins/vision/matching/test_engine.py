"""The matcher, on a small model that knows colours."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from myna.engine.protocols import EngineSpec
from myna.engine.sight import MatchPictureRequest, MatchVectors, MatchWordsRequest
from myna.errors import BadInput, EngineError, ModelLoadFailed, MynaError
from myna.testing.in_process import InProcess
from myna_vision.matching.engine import MOST_TEXTS, MatcherEngine
from myna_vision.matching.likeness import matches
from small_matcher import write_matcher

Open = Callable[..., InProcess]


def spec(files: dict[str, str], **options: Any) -> EngineSpec:
    return EngineSpec("colours", "", files, options)


@pytest.fixture
def engine(tmp_path: Path) -> InProcess:
    return InProcess(MatcherEngine(spec(write_matcher(tmp_path), threads=1)))


def png(colour: Any, size: tuple[int, int] = (20, 20), mode: str = "RGB") -> bytes:
    out = BytesIO()
    Image.new(mode, size, colour).save(out, "PNG")
    return out.getvalue()


def ask(engine: InProcess, operation: str, body: Any) -> MatchVectors:
    recorded = engine.ask(body, operation)
    if recorded.error:
        raise recorded.error
    [answer] = recorded.items
    assert isinstance(answer, MatchVectors)
    return answer


def best(engine: InProcess, data: bytes, *texts: str) -> str:
    words = ask(engine, "match-words", MatchWordsRequest(texts))
    return matches(ask(engine, "match-picture", MatchPictureRequest(data)), words, texts)[0].text


@pytest.mark.parametrize("colour", ["red", "green", "blue", "yellow"])
def test_a_picture_is_matched_with_its_colour(engine: InProcess, colour: str) -> None:
    assert best(engine, png({"green": "lime"}.get(colour, colour)), "a red cat", "green", "Blue!", "so yellow") in {
        text for text in ("a red cat", "green", "Blue!", "so yellow") if colour in text.lower()
    }


def test_chinese_words_are_matched_too(engine: InProcess) -> None:
    assert best(engine, png("blue"), "红色的猫", "绿色", "蓝色的大海") == "蓝色的大海"


def test_both_towers_may_be_in_one_file(tmp_path: Path) -> None:
    one = InProcess(MatcherEngine(spec(write_matcher(tmp_path, combined=True))))
    assert best(one, png("red"), "blue", "red") == "red"


def test_vectors_have_length_one_and_their_cosine_is_exact(engine: InProcess) -> None:
    picture = ask(engine, "match-picture", MatchPictureRequest(png((255, 255, 0))))
    words = ask(engine, "match-words", MatchWordsRequest(("red", "yellow")))
    first, second = matches(picture, words, ("red", "yellow"))
    assert (first.text, first.cosine) == ("yellow", 1.0)
    assert second.cosine == pytest.approx(2**-0.5, abs=1e-4)
    # The softmax of 100 x the cosines.
    assert second.probability == pytest.approx(1 / (1 + np.exp(100 * (1 - 2**-0.5))), abs=1e-4)
    assert np.linalg.norm(np.frombuffer(picture.vectors, "<f4")) == pytest.approx(1)


def test_the_scale_is_the_models(tmp_path: Path) -> None:
    mild = InProcess(MatcherEngine(spec(write_matcher(tmp_path), scale=1.0)))
    words = ask(mild, "match-words", MatchWordsRequest(("red", "yellow")))
    picture = ask(mild, "match-picture", MatchPictureRequest(png("yellow")))
    assert matches(picture, words, ("red", "yellow"))[0].probability == pytest.approx(0.5727, abs=1e-3)


@pytest.mark.parametrize(
    "data", [png("red", (1, 1)), png("red", (3000, 2)), png("red", (2, 3000))], ids=["1x1", "wide", "high"]
)
def test_any_shape_of_picture_is_taken(engine: InProcess, data: bytes) -> None:
    assert best(engine, data, "blue", "red") == "red"


def test_a_grey_picture_is_taken(engine: InProcess) -> None:
    assert best(engine, png(128, mode="L"), "red", "something") == "something"


def test_only_the_middle_is_seen_where_the_model_wants_that(tmp_path: Path) -> None:
    files = write_matcher(tmp_path)
    wide = Image.new("RGB", (300, 100), "blue")
    wide.paste("red", (100, 0, 200, 100))
    out = BytesIO()
    wide.save(out, "PNG")
    assert best(InProcess(MatcherEngine(spec(files))), out.getvalue(), "red", "blue") == "red"
    settings = json.loads(Path(files["preprocessor"]).read_text())
    settings |= {"size": {"height": 8, "width": 8}, "do_center_crop": False}
    Path(files["preprocessor"]).write_text(json.dumps(settings))
    assert best(InProcess(MatcherEngine(spec(files))), out.getvalue(), "red", "blue") == "blue"


@pytest.mark.parametrize(
    ("texts", "complaint"),
    [
        ((), "there is no text"),
        (("red", " \t"), "a text to compare the picture with is empty"),
        (("red " * 100,), "has 100 tokens, and the model takes 77"),
        (("red",) * (MOST_TEXTS + 1), f"more than the {MOST_TEXTS}"),
    ],
)
def test_texts_that_cannot_be_compared_are_refused(engine: InProcess, texts: tuple[str, ...], complaint: str) -> None:
    with pytest.raises(BadInput, match=complaint):
        ask(engine, "match-words", MatchWordsRequest(texts))
    assert best(engine, png("red"), "blue", "red") == "red"


def test_what_is_no_picture_is_refused(engine: InProcess) -> None:
    with pytest.raises(BadInput):
        ask(engine, "match-picture", MatchPictureRequest(b"not a picture"))


def test_a_vector_without_direction_is_an_error(engine: InProcess) -> None:
    with pytest.raises(EngineError, match="no direction"):
        ask(engine, "match-picture", MatchPictureRequest(png("black")))


def _swap(files: dict[str, str]) -> None:
    files["model"], files["text"] = files["text"], files["model"]


def _only_text(files: dict[str, str]) -> None:
    files["model"] = files.pop("text")


def _no_tokenizer(files: dict[str, str]) -> None:
    del files["tokenizer"]


def _broken(role: str, content: str) -> Callable[[dict[str, str]], None]:
    def write(files: dict[str, str]) -> None:
        Path(files[role]).write_text(content, encoding="utf-8")

    return write


@pytest.mark.parametrize(
    ("damage", "complaint"),
    [
        (_swap, "is no tower for a picture: it takes"),
        (_only_text, "is no tower for a picture: it takes"),
        (_no_tokenizer, "has no tokenizer"),
        (_broken("tokenizer", "{}"), "is no tokenizer"),
        (_broken("model", "not a model"), "vision_model_quantized.onnx"),
        (_broken("preprocessor", "[]"), "does not say how pictures are prepared"),
        (_broken("preprocessor", '{"size": {"shortest_edge": 100000}}'), "100000 pixels"),
        (_broken("preprocessor", '{"size": {"long": 3}}'), "does not say how pictures are prepared"),
        (_broken("preprocessor", '{"image_std": [0, 1, 1]}'), "0 in image_std"),
        (_broken("preprocessor", '{"resample": 77}'), "does not say how pictures are prepared"),
    ],
)
def test_a_model_that_is_none_is_refused_at_once(
    tmp_path: Path, damage: Callable[[dict[str, str]], None], complaint: str
) -> None:
    files = write_matcher(tmp_path)
    damage(files)
    with pytest.raises(ModelLoadFailed, match=complaint):
        MatcherEngine(spec(files))


def test_towers_that_do_not_belong_together_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelLoadFailed, match="do not belong together: 3 and 5 dimensions"):
        MatcherEngine(spec(write_matcher(tmp_path, dimensions=5)))


def test_a_setting_that_nobody_knows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MynaError, match="colour"):
        MatcherEngine(spec(write_matcher(tmp_path), colour=3))
