"""Which language a person is spoken to in, and the texts in it.

The program's texts are English, written where they are used. A package keeps the Chinese for its
texts in a module `chinese` with one mapping, `CHINESE: dict[str, str]`, from the English text to the
Chinese one. Values stand in braces, by name, in both:

    CHINESE = {"{count} messages": "{count} 条消息"}

`Language.text` looks a text up by its template. `Language.message` finds the template of a text that
is already complete, which is how an error that came from far away, even from a worker process, is
shown in Chinese. What has no Chinese is shown in English.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import re
from collections.abc import Mapping
from functools import cached_property
from typing import Literal, cast

Code = Literal["en", "zh"]

_VALUE = re.compile(r"\{(\w+)\}")

NAMES = frozenset(("near", "named", "quoted"))
"""Values that are names, meant or given, or the words of another program: they are to be typed, or searched for, as
they are, so they are never translated."""


def choose(setting: str, environ: Mapping[str, str] | None = None) -> Code:
    """The language for the setting `language` (`auto`, `en`, `zh`), by the locale where it is `auto`.

    Every kind of Chinese gets the simplified texts.
    """
    if setting in {"en", "zh"}:
        return cast(Code, setting)
    environ = os.environ if environ is None else environ
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := environ.get(variable):
            return "zh" if value.lower().startswith("zh") else "en"
    import locale

    # macOS and Windows set no variable; Windows names the language in words.
    name = locale.getlocale()[0] or ""
    return "zh" if name.lower().startswith(("zh", "chinese")) else "en"


class Language:
    """The texts of one run of the program, in one language."""

    def __init__(self, code: Code, packages: tuple[str, ...] = ("myna.cli",)) -> None:
        self.code = code
        self._packages = list(packages)

    def add(self, package: str) -> None:
        """Use the texts of `package` too, where it has any."""
        if package not in self._packages:
            self._packages.append(package)
            self.__dict__.pop("_texts", None)
            self.__dict__.pop("_patterns", None)

    @cached_property
    def _texts(self) -> dict[str, str]:
        texts: dict[str, str] = {}
        if self.code == "zh":
            for package in reversed(self._packages):
                texts.update(_chinese(package))
        return texts

    @cached_property
    def _patterns(self) -> list[tuple[re.Pattern[str], str]]:
        """Templates with values as patterns, the most specific first."""
        templates = [(english, chinese) for english, chinese in self._texts.items() if _VALUE.search(english)]
        templates.sort(key=lambda pair: -len(_VALUE.sub("", pair[0])))
        return [(_pattern(english), chinese) for english, chinese in templates]

    def text(self, english: str, /, **values: object) -> str:
        """The text with its values filled in."""
        template = self._texts.get(english, english)
        return template.format(**values) if values else template

    def message(self, complete: str) -> str:
        """The translation of a text whose values are already filled in."""
        return self.find(complete) or complete

    def find(self, complete: str) -> str | None:
        """Like `message`, but None when there is no translation."""
        if complete in self._texts:
            return self._texts[complete]
        for pattern, chinese in self._patterns:
            if match := pattern.fullmatch(complete):
                values = {
                    name: value if name in NAMES else self.message(value) for name, value in match.groupdict().items()
                }
                return chinese.format(**values)
        return None


def _chinese(package: str) -> Mapping[str, str]:
    """The Chinese of a package, if it has any; a plugin may be a module, which has none."""
    try:
        if importlib.util.find_spec(f"{package}.chinese") is None:
            return {}
    except ImportError:
        return {}
    return cast(Mapping[str, str], importlib.import_module(f"{package}.chinese").CHINESE)


def _pattern(template: str) -> re.Pattern[str]:
    pieces = _VALUE.split(template)
    seen: set[str] = set()
    out = []
    for index, piece in enumerate(pieces):
        if index % 2 == 0:
            out.append(re.escape(piece))
        elif piece in seen:
            out.append(f"(?P={piece})")
        else:
            seen.add(piece)
            out.append(f"(?P<{piece}>.+?)")
    return re.compile("".join(out), re.DOTALL)
