"""Finding templates: by name, and where it matters by language and version."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property, lru_cache
from pathlib import Path

import msgspec

from myna.errors import BadPrompt, MynaError, PromptMissing
from myna.suggest import did_you_mean

from .loading import Loaded, check, load

MAX_FILES = 2_000
"""Templates of one folder: a folder with more is not one of templates."""

_REFERENCE = re.compile(r"(?P<name>[^:@]+)(:(?P<language>[^:@]+))?(@(?P<version>[^:@]+))?")


class Entry(msgspec.Struct, frozen=True):
    """A file that was found: a template, or what is wrong with it."""

    path: Path
    source: str
    """`yours` for the user's folder, else the folder's name."""
    loaded: Loaded | None
    error: MynaError | None = None
    hidden_by: Path | None = None
    """A file that was found before it and has the same name, language and version."""


class Library:
    """The templates of the user's folder, then those of plugins; what comes first hides what is equal by name,
    language and version."""

    def __init__(self, folders: Sequence[Path], *, own: Path, language: str = "en") -> None:
        """`own` is the user's folder, which need not exist; `language` is preferred where a name has several."""
        self.own = own
        self._folders = (own, *folders)
        self._language = language

    @cached_property
    def entries(self) -> list[Entry]:
        """All files, with their faults; the order decides who hides whom."""
        return self._found("")

    def names(self) -> list[str]:
        """Of all templates that can be used."""
        return sorted({entry.loaded.template.name for entry in self.entries if entry.loaded is not None})

    def versions(self, name: str, language: str) -> list[Loaded]:
        """Of one name and language, the newest first."""
        found = [loaded for loaded in self._named(name) if loaded.template.language == language]
        return sorted(found, key=lambda loaded: order(loaded.template.version), reverse=True)

    def _found(self, name: str) -> list[Entry]:
        """Files in which `name` is written; only those can be of that name. Empty: all."""
        seen: dict[tuple[str, str, str], Path] = {}
        found = []
        for folder in self._folders:
            for path, read in _read(folder, _signature(folder), name):
                source = "yours" if folder == self.own else folder.name
                if isinstance(read, MynaError):
                    found.append(Entry(path, source, None, read))
                    continue
                template = read.template
                key = (template.name, template.language, template.version)
                found.append(Entry(path, source, read, None, seen.get(key)))
                seen.setdefault(key, path)
        return found

    def _named(self, name: str) -> list[Loaded]:
        """All versions in all languages that can be used."""
        return [
            entry.loaded
            for entry in self._found(name)
            if entry.loaded is not None and entry.hidden_by is None and entry.loaded.template.name == name
        ]

    def find(self, reference: str) -> Loaded:
        """`NAME`, `NAME:LANGUAGE`, `NAME@VERSION`, `NAME:LANGUAGE@VERSION`, or the path of a file (`.toml`).

        Without a language: the person's, else English, else the first there is. Without a version: the newest.

        Raises:
            PromptMissing: there is none.
            BadPrompt: it was found and cannot be used.
        """
        if reference.endswith(".toml"):
            return check(load(Path(reference)))
        match = _REFERENCE.fullmatch(reference)
        if match is None:
            raise PromptMissing(f"{reference!r} names no template", hint="NAME, NAME:LANGUAGE or NAME@VERSION")
        name, language, version = match["name"], match["language"], match["version"]
        languages = self._languages(name)
        if not languages:
            raise self._missing(name)
        if language is None:
            wanted = (self._language, "en")
            language = next((one for one in wanted if one in languages), languages[0])
        versions = self.versions(name, language)
        if not versions:
            there = ", ".join(languages)
            raise PromptMissing(
                f"the template {name} is not there in the language {language}", hint=f"it is in: {there}"
            )
        if version is None:
            return check(versions[0])
        for loaded in versions:
            if order(loaded.template.version) == order(version):
                return check(loaded)
        there = ", ".join(loaded.template.version for loaded in versions)
        raise PromptMissing(f"the template {name} has no version {version}", hint=f"its versions: {there}")

    def _languages(self, name: str) -> list[str]:
        return sorted({loaded.template.language for loaded in self._named(name)})

    def _missing(self, name: str) -> MynaError:
        for entry in self.entries:
            if entry.error is not None and entry.path.name.partition(".")[0] == name:
                return entry.error
        return PromptMissing(f"there is no template called {name!r}{did_you_mean(name, self.names())}")


def order(version: str) -> tuple[int, ...]:
    """Versions sort by their numbers: 1.10 after 1.9. What is none sorts first."""
    numbers = [int(number) for number in version.split(".")] if re.fullmatch(r"\d+(\.\d+)*", version) else []
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)


def _signature(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """Changes when a template or a file of examples in `folder` does."""
    try:
        files = sorted(path for path in folder.iterdir() if path.suffix in {".toml", ".jsonl"})[:MAX_FILES]
        states = [(path.name, path.stat()) for path in files if path.is_file()]
    except OSError:
        # A folder that is not there holds no templates.
        return ()
    return tuple((name, state.st_mtime_ns, state.st_size) for name, state in states)


@lru_cache(512)
def _read(
    folder: Path, signature: tuple[tuple[str, int, int], ...], name: str
) -> tuple[tuple[Path, Loaded | MynaError], ...]:
    """What the templates of `folder` are, of those with `name` in their text; read again when its signature changes.

    The sieve saves most of the 3 ms that it takes to read a template and to check its cases.
    """
    paths = [folder / file for file, _, _ in signature if file.endswith(".toml")]
    return tuple((path, _attempt(path)) for path in paths if not name or _mentions(path, name))


def _mentions(path: Path, name: str) -> bool:
    try:
        return name.encode() in path.read_bytes()
    except OSError:
        # What cannot be read is told as such.
        return True


def _attempt(path: Path) -> Loaded | MynaError:
    try:
        return load(path)
    except BadPrompt as error:
        return error
