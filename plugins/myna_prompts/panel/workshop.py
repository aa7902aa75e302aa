"""Templates of the person's own: written, checked, saved, copied and deleted."""

from __future__ import annotations

import hashlib
import re
import tempfile
from pathlib import Path

from myna.errors import BadInput, BadPrompt, UsageError

from ..library import Library
from ..loading import MAX_FILE, Loaded, check, load, loads
from ..saving import write_new

_VERSION = re.compile(r'(?m)^version\s*=\s*(["\']).*?\1')


def read(path: Path) -> str:
    """The text of a template as it lies there, also of one that cannot be used.

    Raises:
        BadInput: the file cannot be read, or is too large for a template.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE + 1)
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror or error}") from None
    return data[:MAX_FILE].decode("utf-8-sig", "replace")


def checked(text: str, path: Path) -> Loaded:
    """The template that `text` is, as if it were in the file `path`; its Jinja is compiled too.

    Raises:
        BadPrompt: it cannot be used.
    """
    if len(text.encode("utf-8", "surrogatepass")) > MAX_FILE:
        raise BadPrompt(f"the template {path.name} has more than {MAX_FILE >> 10} KB")
    if "examples_file" not in text:
        return check(loads(text, path.name))
    with tempfile.TemporaryDirectory() as folder:
        trial = Path(folder) / path.name
        trial.write_text(text, encoding="utf-8", errors="replace")
        for examples in path.parent.glob("*.jsonl"):
            (trial.parent / examples.name).symlink_to(examples.absolute())
        return check(load(trial))


def save(path: Path, text: str) -> Path:
    """Write a template in place of what is there, whole or not at all.

    Raises:
        BadPrompt: it cannot be used; what is there stays.
        BadInput: it cannot be written.
    """
    checked(text, path)
    _write(path, text)
    return path


def save_version(library: Library, path: Path, text: str) -> Path:
    """Write a template as a version of its own, in a new file: as it says, or where that is taken, the next one.

    Raises: as `save`.
    """
    from ..commands.optimize import next_version

    loaded = checked(text, path)
    template = loaded.template
    taken = [one.template.version for one in library.versions(template.name, template.language)]
    version = template.version
    if version in taken:
        version = next_version(library, loaded)
        text, changed = _VERSION.subn(f'version = "{version}"', text, count=1)
        if not changed:
            raise BadInput(f"the template {template.name} has no line with its version")
    target = library.own / f"{template.name}.{template.language}.{version}.toml"
    checked(text, path)
    write_new(target, text)
    return target


def duplicate(library: Library, loaded: Loaded, name: str) -> Path:
    """A template of the person's own that begins as `loaded` is.

    Raises:
        UsageError: it cannot be called so, or something is.
        BadInput: it cannot be written.
    """
    from ..commands.new import copied

    _require_name(library, name)
    text, language = copied(loaded, name)
    return _begun(library, f"{name}.{language}.toml", text)


def begin(library: Library, name: str, language: str) -> Path:
    """A new template in `language` (`en` or `zh`). Raises: as `duplicate`."""
    from ..commands.new import BLANK

    _require_name(library, name)
    return _begun(library, f"{name}.{language}.toml", BLANK[language].format(name=name))


def delete(library: Library, path: Path) -> None:
    """Remove a template of the person's own.

    Raises:
        UsageError: it is none.
        BadInput: it cannot be removed.
    """
    if path.parent != library.own:
        raise UsageError("only templates of your own can be deleted")
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise BadInput(f"{path} cannot be removed: {error.strerror or error}") from None


class Drafts:
    """What was written into the editor and not saved: kept in files, so that nothing ends it silently."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, path: Path) -> str:
        """Of the template at `path`; empty for none."""
        try:
            return self._file(path).read_text(encoding="utf-8", errors="replace")
        except OSError:
            return ""

    def keep(self, path: Path, text: str) -> None:
        """Raises `BadInput` where it cannot be written."""
        _write(self._file(path), text)

    def drop(self, path: Path) -> None:
        self._file(path).unlink(missing_ok=True)

    def _file(self, path: Path) -> Path:
        return self._folder / f"{hashlib.sha256(str(path).encode()).hexdigest()[:32]}.toml"


def _begun(library: Library, file: str, text: str) -> Path:
    path = library.own / file
    checked(text, path)
    write_new(path, text)
    return path


def _require_name(library: Library, name: str) -> None:
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,63}", name):
        raise UsageError(
            f"{name!r} cannot be the name of a template",
            hint="small letters, digits and hyphens, for example my-summary",
        )
    if name in library.names():
        raise UsageError(f"there is a template called {name} already", hint="choose another name")


def _write(path: Path, text: str) -> None:
    part = path.with_suffix(".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(text, encoding="utf-8", errors="replace")
        part.replace(path)
    except OSError as error:
        raise BadInput(f"{path} cannot be written: {error.strerror or error}") from None
