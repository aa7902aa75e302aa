"""Classes that most people call by one name: what is said when a picture shows a dog, and which kind is not clear.

ImageNet has 118 kinds of dogs and 59 of birds. A model that shares its belief among five of them is still sure of the
dog; the sum over a group is the probability that the picture shows one of its members.
"""

from __future__ import annotations

from collections.abc import Iterable

from .names import COUNT


def _numbers(text: str) -> frozenset[int]:
    """`2-4 7`: 2, 3, 4 and 7."""
    found: set[int] = set()
    for part in text.split():
        first, _, last = part.partition("-")
        found.update(range(int(first), int(last or first) + 1))
    if max(found) >= COUNT:
        raise ValueError(text)
    return frozenset(found)


def _union(*groups: frozenset[int], more: str = "") -> frozenset[int]:
    return frozenset().union(*groups, _numbers(more) if more else ())


def _by_size(groups: Iterable[tuple[str, frozenset[int]]]) -> dict[str, frozenset[int]]:
    return dict(sorted(groups, key=lambda item: len(item[1])))


_CAR = _numbers("436 468 511 609 627 656 661 751 817")
_TRUCK = _numbers("555 569 675 717 864 867")
_BUS = _numbers("654 779 874")
_TRAIN = _numbers("466 547 565 705 820 829")
_BOAT = _numbers("403 472 484 510 554 576 625 628 724 780 814 833 871 914")
_AIRPLANE = _numbers("404 895 908")
_BICYCLE = _numbers("444 671")
_MOTORCYCLE = _numbers("665 670")
_GUITAR = _numbers("402 546")
_BUTTERFLY = _numbers("321-326")
_BEETLE = _numbers("300-307")
_FRUIT = _numbers("948-957")
_VEGETABLE = _numbers("936-946")

GROUPS = _by_size(
    {
        "fish": _numbers("0 1 389-397"),
        "shark": _numbers("2-4"),
        "ray (fish)": _numbers("5 6"),
        "bird": _numbers("7-24 80-100 127-146"),
        "chicken": _numbers("7 8"),
        "penguin or seabird": _numbers("144-146"),
        "heron or stork": _numbers("127-135"),
        "parrot": _numbers("87-90"),
        "salamander": _numbers("25-29"),
        "frog": _numbers("30-32"),
        "turtle": _numbers("33-37"),
        "lizard": _numbers("38-48"),
        "crocodile": _numbers("49 50"),
        "snake": _numbers("52-68"),
        "spider": _numbers("72-77"),
        "crab": _numbers("118-121 125"),
        "lobster": _numbers("122-124"),
        "whale": _numbers("147 148"),
        "dog": _numbers("151-268"),
        "wolf": _numbers("269-271"),
        "fox": _numbers("277-280"),
        "cat": _numbers("281-285"),
        "big cat": _numbers("286-293"),
        "bear": _numbers("294-297"),
        "beetle": _BEETLE,
        "butterfly": _BUTTERFLY,
        "insect": _union(_BEETLE, _BUTTERFLY, more="308-320"),
        "rabbit": _numbers("330-332"),
        "cattle": _numbers("345-347"),
        "sheep or goat": _numbers("348-350"),
        "antelope": _numbers("351-353"),
        "marten or weasel": _numbers("356-360"),
        "ape": _numbers("365-369"),
        "monkey": _numbers("370-382"),
        "monkey or ape": _numbers("365-384"),
        "elephant": _numbers("101 385 386"),
        "car": _CAR,
        "truck": _TRUCK,
        "bus": _BUS,
        "train": _TRAIN,
        "boat or ship": _BOAT,
        "airplane": _AIRPLANE,
        "bicycle": _BICYCLE,
        "motorcycle": _MOTORCYCLE,
        "vehicle": _union(
            _CAR, _TRUCK, _BUS, _TRAIN, _BOAT, _AIRPLANE, _BICYCLE, _MOTORCYCLE,
            more="405 407 408 417 573 575 586 595 603 612 690 734 757 802 803 812 847 856 866 870 880",
        ),
        "guitar": _GUITAR,
        "musical instrument": _union(
            _GUITAR,
            more="401 420 432 486 513 541 558 566 577 579 593 594 641 642 683 684 687 699 776 822 875 881 889",
        ),
        "bottle": _numbers("440 720 737 898 907"),
        "cup": _numbers("504 967 968"),
        "jug or pot": _numbers("503 505 725 849 899 901"),
        "clock": _numbers("409 530 531 826 892"),
        "computer": _numbers("508 527 590 620 664 681 782"),
        "telephone": _numbers("487 528 707"),
        "camera": _numbers("732 759"),
        "ball": _numbers("429 430 522 574 722 768 805 852 890"),
        "chair": _numbers("423 559 765 857"),
        "gun": _numbers("413 763 764"),
        "shoe": _numbers("502 514 630 770 774"),
        "hat": _numbers("439 452 515 808"),
        "shop": _numbers("415 424 454 467 509 582 788 860 865"),
        "building": _numbers("425 437 442 449 483 497 500 538 663 668 698 727 832 915"),
        "mushroom": _numbers("947 991-997"),
        "fruit": _FRUIT,
        "vegetable": _VEGETABLE,
        "food": _union(_FRUIT, _VEGETABLE, more="924-935 947 959-969 987"),
        "mountain or cliff": _numbers("970 972 979 980"),
        "waterside": _numbers("460 536 718 975-978"),
    }.items()
)  # fmt: skip
"""Numbers of classes by the name of the group, the smallest group first; ranges follow WordNet's tree.

There is no group of all animals: they are two fifths of the classes, so that any blur has good chances of being one."""
