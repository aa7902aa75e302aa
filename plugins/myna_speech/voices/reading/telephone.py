"""Telephone numbers, in both languages."""

from __future__ import annotations

import re

TELEPHONE = re.compile(
    r"(?<![A-Za-z\d.,+_-])(?:\+\d{1,3}(?:[ .-]\(?\d{1,4}\)?){2,6}"
    r"|(?:1[ .-])?(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4}"
    r"|\d{3}-\d{4}|0\d{2,3}[- ]\d{7,8}|1[3-9]\d[- ]\d{4}[- ]\d{4}|[48]00-\d{3,4}-\d{3,4})(?![A-Za-z\d_-]|[.,]\d)"
)
"""As they are grouped in America, in China, and with the code of a country."""

_GROUP = re.compile(r"\d+")


def groups(found: str) -> list[str]:
    """The digits of what `TELEPHONE` found, in groups; none for what is a range all the same."""
    parts = _GROUP.findall(found)
    # 100-1000 is a range, and 555-0199 is none.
    if len(parts) == 2 and len(parts[0]) == 3 and parts[0][0] != "0" and all(part[-1] == "0" for part in parts):
        return []
    return parts
