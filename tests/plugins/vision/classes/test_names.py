from __future__ import annotations

import numpy as np
import pytest

from myna_vision.chinese import CHINESE
from myna_vision.classes.groups import GROUPS
from myna_vision.classes.judging import SAID, judged
from myna_vision.classes.names import COUNT, class_names

NUMBERS = {english: number for number, (english, _) in enumerate(class_names())}


def believed(**shares: float) -> np.ndarray:
    """Probabilities of these classes; what is left is shared by all."""
    left = 1 - sum(shares.values())
    found = np.full(COUNT, left / COUNT, np.float32)
    for name, share in shares.items():
        found[NUMBERS[name.replace("_", " ")]] += share
    return found


def test_every_class_has_a_name_of_its_own_in_both_languages() -> None:
    names = class_names()
    assert len(names) == COUNT
    for language in zip(*names, strict=True):
        assert len(set(language)) == COUNT
        assert all(name == name.strip() and name for name in language)
    assert all(any("\u3400" <= character <= "\u9fff" for character in chinese) for _, chinese in names)


@pytest.mark.parametrize(
    ("number", "english", "chinese"),
    # What is known of the order of the classes from elsewhere: models that name them by number.
    [
        (0, "tench", "丁鱥"),
        (1, "goldfish", "金鱼"),
        (207, "golden retriever", "金毛寻回犬"),
        (281, "tabby", "虎斑猫"),
        (340, "zebra", "斑马"),
        (388, "giant panda", "大熊猫"),
        (511, "convertible", "敞篷车"),
        (620, "laptop", "笔记本电脑"),
        (779, "school bus", "校车"),
        (834, "suit", "西装"),
        (920, "traffic light", "红绿灯"),
        (954, "banana", "香蕉"),
        (963, "pizza", "披萨"),
        (980, "volcano", "火山"),
        (999, "toilet tissue", "卫生纸"),
    ],
)
def test_classes_have_their_numbers(number: int, english: str, chinese: str) -> None:
    assert class_names()[number] == (english, chinese)


@pytest.mark.parametrize(
    ("group", "members", "stranger"),
    [
        ("dog", ["Chihuahua", "pug", "Mexican hairless"], "timber wolf"),
        ("cat", ["tabby", "Egyptian cat"], "cougar"),
        ("big cat", ["cougar", "cheetah"], "brown bear"),
        ("bird", ["rooster", "macaw", "albatross"], "grey whale"),
        ("snake", ["thunder snake", "sidewinder"], "trilobite"),
        ("frog", ["bullfrog", "tailed frog"], "loggerhead"),
        ("spider", ["tarantula", "wolf spider"], "tick"),
        ("car", ["taxi", "sports car"], "pickup truck"),
        ("vehicle", ["taxi", "pickup truck", "airliner", "mountain bike"], "desk"),
        ("guitar", ["acoustic guitar", "electric guitar"], "violin"),
        ("musical instrument", ["acoustic guitar", "violin", "oboe"], "desk"),
        ("fruit", ["strawberry", "pomegranate"], "hay"),
        ("mushroom", ["mushroom", "bolete"], "ear of corn"),
        ("insect", ["ladybug", "bee", "monarch butterfly"], "starfish"),
        ("monkey or ape", ["orangutan", "gorilla", "squirrel monkey"], "Indian elephant"),
        ("building", ["castle", "palace", "stupa"], "submarine"),
        ("shop", ["bakery", "toyshop"], "library"),
    ],
)
def test_groups_hold_what_they_say(group: str, members: list[str], stranger: str) -> None:
    assert {NUMBERS[name] for name in members} <= GROUPS[group]
    assert NUMBERS[stranger] not in GROUPS[group]


def test_groups_have_chinese_names_and_come_by_size() -> None:
    assert [name for name in GROUPS if name not in CHINESE] == []
    sizes = [len(members) for members in GROUPS.values()]
    assert sizes == sorted(sizes)
    # A group of a fifth of the classes is likely by chance.
    assert sizes[-1] < COUNT / 8


def test_a_likely_class_is_said() -> None:
    [said] = judged(believed(zebra=0.8))
    assert (said.name, said.probability) == ("zebra", pytest.approx(0.8, abs=0.001))


def test_what_is_spread_over_a_group_is_said_as_the_group() -> None:
    [said] = judged(believed(tabby=0.3, tiger_cat=0.3, Egyptian_cat=0.3))
    assert (said.name, said.probability) == ("cat", pytest.approx(0.9, abs=0.001))
    # The smallest group that is likely enough.
    assert [item.name for item in judged(believed(taxi=0.2, minibus=0.2, tricycle=0.2))] == ["vehicle"]


def test_what_is_not_likely_is_not_said() -> None:
    assert judged(np.full(COUNT, 1 / COUNT, np.float32)) == ()
    assert judged(believed(zebra=SAID - 0.01)) == ()
    assert judged(believed(zebra=0.3, banana=0.3)) == ()
    # Pages of text are read, not named.
    assert judged(believed(web_page=0.95)) == ()
