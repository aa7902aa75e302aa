"""The thousand classes of ImageNet (ILSVRC 2012), in the order in which models give them.

`imagenet.tsv` has a line for each: its name in English and in Chinese. The order is that of the WordNet numbers of the
classes, as torchvision lists them; the English names are of the WordNet entries, the one that most people know, and
with a word more where the name alone means something else as well.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

COUNT = 1000
_FILE = Path(__file__).with_name("imagenet.tsv")


@cache
def class_names() -> tuple[tuple[str, str], ...]:
    """English and Chinese, by the number of the class."""
    lines = _FILE.read_text(encoding="utf-8").splitlines()
    return tuple((english, chinese) for english, _, chinese in (line.partition("\t") for line in lines))
