"""What of the doctor's findings can be mended with one click, and how."""

from __future__ import annotations

import re
from typing import Literal

import msgspec

from myna.doctor import Finding

PULL = "myna models pull "
_PULL = re.compile(re.escape(PULL) + r"[\w.:@/-]+( [\w.:@/-]+)*")
SET = "myna config set "
COMMANDS = ("myna ", "pip ", "apt-get ", "chown ", "usermod ", "sudo ", "brew ")
"""How a mend begins that is typed into a terminal; others are advice."""
PAGES = {
    "memory": "models",
    "disk": "models",
    "models": "models",
    "guard": "safety",
    "plugins": "plugins",
    "settings": "settings",
    "audio": "voice",
}
"""Where what an area is about is chosen."""

Kind = Literal["", "pull", "set", "page", "empty", "unload", "copy"]


class Mend(msgspec.Struct, frozen=True):
    """What a button beside a finding does.

    kind    value
    pull    ids of models, with spaces between: download them
    set     `KEY VALUE`: change a setting
    page    the name of a page where it is chosen
    empty   delete caches
    unload  end models that are loaded and not at work
    copy    a command for a terminal: only the administrator of the machine can do it
    """

    kind: Kind = ""
    value: str = ""


def mend_of(finding: Finding, *, loaded: bool, cached: bool) -> Mend:
    """The button of `finding`; none for what is in order.

    `loaded`: a model is in memory; `cached`: there is something to delete.
    """
    advice = finding.mend
    if finding.level == "ok":
        return Mend()
    if _PULL.fullmatch(advice):
        return Mend("pull", advice.removeprefix(PULL))
    if advice.startswith(SET) and len(advice.split()) == len(SET.split()) + 2:
        return Mend("set", advice.removeprefix(SET))
    if advice.startswith(COMMANDS) and not advice.startswith("myna "):
        return Mend("copy", advice)
    return _by_area(finding.area, loaded=loaded, cached=cached) or (
        Mend("copy", advice) if advice.startswith(COMMANDS) else Mend()
    )


def _by_area(area: str, *, loaded: bool, cached: bool) -> Mend | None:
    if area == "memory" and loaded:
        return Mend("unload")
    if area == "disk" and cached:
        return Mend("empty")
    return Mend("page", PAGES[area]) if area in PAGES else None
