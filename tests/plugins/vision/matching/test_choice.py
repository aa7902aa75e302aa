"""Which matcher is used, and what the catalog offers."""

from __future__ import annotations

import pytest

from myna.errors import ModelMissing
from myna_models.catalog import SHIPPED, Catalog
from myna_models.installed import Installed
from myna_vision.matching.models import CHINESE_MODEL, ENGLISH_MODEL, choose, is_chinese


def model(name: str, *languages: str, parameters: int = 1) -> Installed:
    return Installed(name, name, "match", ".onnx", "MIT", "", (), parameters=parameters, languages=languages)


SMALL, LARGE = model("small", "en"), model("large", "en", parameters=9)
CHINESE, ANY, UNKNOWN = model("chinese", "zh"), model("any", "*"), model("unknown")


@pytest.mark.parametrize(
    ("installed", "chinese", "chosen"),
    [
        ([SMALL, LARGE, CHINESE], False, LARGE),
        ([SMALL, LARGE, CHINESE], True, CHINESE),
        ([LARGE, ANY], True, ANY),
        ([ANY], False, ANY),
        ([UNKNOWN], True, UNKNOWN),
    ],
)
def test_the_largest_that_knows_the_language_is_taken(
    installed: list[Installed], chinese: bool, chosen: Installed
) -> None:
    assert choose(installed, chinese=chinese) is chosen


@pytest.mark.parametrize(
    ("installed", "chinese", "pull"),
    [
        ([], False, ENGLISH_MODEL),
        ([], True, CHINESE_MODEL),
        ([SMALL], True, CHINESE_MODEL),
        ([CHINESE], False, ENGLISH_MODEL),
    ],
)
def test_where_none_knows_it_one_is_named(installed: list[Installed], chinese: bool, pull: str) -> None:
    with pytest.raises(ModelMissing) as caught:
        choose(installed, chinese=chinese)
    assert caught.value.hint == f"myna models pull {pull}"


@pytest.mark.parametrize(
    ("text", "chinese"), [("cat", False), ("a 猫", True), ("", False), ("ねこ", False), ("𠮷", True)]
)
def test_chinese_is_known_by_its_characters(text: str, chinese: bool) -> None:
    assert is_chinese(["x", text]) is chinese


def test_every_matcher_of_the_catalog_has_its_files() -> None:
    matchers = [manifest for manifest in Catalog([SHIPPED]).load()[0] if manifest.task == "match"]
    assert {ENGLISH_MODEL, CHINESE_MODEL} <= {manifest.id for manifest in matchers}
    for manifest in matchers:
        roles = {file.role for file in manifest.files}
        assert {"model", "tokenizer", "preprocessor"} <= roles <= {"model", "text", "tokenizer", "preprocessor"}
        assert manifest.languages
