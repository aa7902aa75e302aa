"""The file `config.toml`: read whole, replaced whole, its comments kept."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import msgspec

from .errors import BadConfig, DiskFull


def read(file: Path) -> dict[str, Any]:
    """What the file says; nothing when there is no file.

    Raises:
        BadConfig: it cannot be read, or is not TOML.
    """
    text = _text(file)
    if not text:
        return {}
    import tomllib

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadConfig(f"{file}: {error}", hint=_edit(file)) from error
    except RecursionError as error:
        raise BadConfig(f"{file}: it is nested too deeply", hint=_edit(file)) from error


def write(file: Path, key: str, value: Any) -> None:
    """Set one dotted key; comments, order and all other values stay. The file is replaced in one step.

    Raises:
        BadConfig: the file cannot be read or written, or its section is no table.
        DiskFull: there is no room for it.
    """
    read(file)  # has the better messages for a file that is not TOML
    import tomlkit
    from tomlkit.container import OutOfOrderTableProxy
    from tomlkit.items import InlineTable, Table

    document = tomlkit.parse(_text(file))
    section, _, name = key.rpartition(".")
    table: Any = document
    if section:
        table = document.setdefault(section, tomlkit.table())
        if not isinstance(table, Table | InlineTable | OutOfOrderTableProxy):
            raise BadConfig(f"{file}: {section} must be a table", hint=_edit(file))
    plain = msgspec.to_builtins(value)
    table[name] = list(plain) if isinstance(plain, tuple) else plain
    try:
        _replace(file, tomlkit.dumps(document))
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise DiskFull(f"{file}: there is no room to write it") from error
        raise BadConfig(f"{file}: it cannot be written: {error.strerror}") from error


def _text(file: Path) -> str:
    try:
        return file.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        return ""
    except UnicodeDecodeError as error:
        raise BadConfig(f"{file}: it is not UTF-8 at byte {error.start}", hint=_edit(file)) from error
    except OSError as error:
        raise BadConfig(f"{file}: it cannot be read: {error.strerror}", hint=_edit(file)) from error


def _replace(file: Path, text: str) -> None:
    import shutil
    import tempfile

    # A link, as people who keep their settings in a repository have, stays one.
    target = file.resolve()
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    fresh = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(text.encode())
            stream.flush()
            os.fsync(stream.fileno())
        if target.exists():
            shutil.copymode(target, fresh)
        fresh.replace(target)
    finally:
        fresh.unlink(missing_ok=True)


def _edit(file: Path) -> str:
    return f"correct {file}"
