"""Reading and writing settings: `config.toml`, then the environment, then the command line.

Each value is checked on its own, so that an error says where the value comes from, its key, what it
is and what is allowed there.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from . import settings_file
from .config import LARGEST, Settings
from .errors import BadConfig, MynaError, UsageError
from .suggest import did_you_mean

if TYPE_CHECKING:
    from .paths import Paths

Origin = Literal["default", "file", "environment", "command line"]


class SettingSource(msgspec.Struct, frozen=True):
    """One setting, and where its value comes from."""

    key: str
    """For example `chat.max_tokens`."""
    value: Any
    default: Any
    origin: Origin = "default"
    where: str = ""
    """Path of the file, or name of the environment variable."""


class _Setting(msgspec.Struct, frozen=True):
    kind: Any
    default: Any


def _settings() -> dict[str, _Setting]:
    found = {}
    for field in msgspec.structs.fields(Settings):
        if isinstance(field.type, type) and issubclass(field.type, msgspec.Struct):
            for inner in msgspec.structs.fields(field.type):
                found[f"{field.name}.{inner.name}"] = _Setting(inner.type, inner.default)
        else:
            found[field.name] = _Setting(field.type, field.default)
    return found


SETTINGS = _settings()
SECTIONS = tuple(dict.fromkeys(key.partition(".")[0] for key in SETTINGS if "." in key))
VARIABLES = {"MYNA_" + key.replace(".", "_").upper(): key for key in SETTINGS}
"""Keys by environment variable."""

_WORDS = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}


def config_file(paths: Paths) -> Path:
    return paths.config / "config.toml"


def load_settings(paths: Paths, *, environ: Mapping[str, str], overrides: Mapping[str, str] | None = None) -> Settings:
    """All settings. `overrides` are texts by dotted key, from the command line.

    Raises:
        BadConfig: the file or an environment variable cannot be used.
        UsageError: an override cannot be used.
    """
    tree: dict[str, Any] = {}
    for source in sources(paths, environ=environ, overrides=overrides):
        if source.origin != "default":
            section, _, name = source.key.rpartition(".")
            (tree.setdefault(section, {}) if section else tree)[name] = source.value
    return msgspec.convert(tree, Settings)


def sources(
    paths: Paths, *, environ: Mapping[str, str], overrides: Mapping[str, str] | None = None
) -> list[SettingSource]:
    """Every setting with its value and where that comes from, in the order of `config.py`.

    Raises: as `load_settings`.
    """
    found = {key: SettingSource(key, setting.default, setting.default) for key, setting in SETTINGS.items()}

    def put(key: str, value: Any, origin: Origin, where: str = "") -> None:
        found[key] = SettingSource(key, value, SETTINGS[key].default, origin, where)

    file = config_file(paths)
    for key, value in _file_values(settings_file.read(file), str(file)):
        put(key, value, "file", str(file))
    for variable, text in environ.items():
        if _is_setting(variable):
            key = VARIABLES[variable]
            put(key, _parse(key, text, variable, BadConfig), "environment", variable)
    for key, text in (overrides or {}).items():
        put(key, _parse(key, text, "", UsageError), "command line")
    return list(found.values())


def get(settings: Settings, key: str) -> Any:
    """The value of one setting; the struct of a section when `key` names one.

    Raises:
        UsageError: there is no such setting.
    """
    if key not in SECTIONS:
        _require(key, "", UsageError)
    value: Any = settings
    for name in key.split("."):
        value = getattr(value, name)
    return value


def set_value(paths: Paths, key: str, text: str) -> Any:
    """Write one setting into the file and return the value that `text` stands for.

    Raises:
        UsageError: there is no such setting, or `text` does not fit it.
        BadConfig: the file cannot be read or written.
        DiskFull: there is no room for it.
    """
    value = _parse(key, text, "", UsageError)
    settings_file.write(config_file(paths), key, value)
    return value


_URLS = ("store.url", "audit.url", "serve.keys", "serve.limits")

_SECRET = re.compile(r"([?&][a-z_]*password=)[^&]*", re.IGNORECASE)
"""PostgreSQL takes `password` and `sslpassword` behind the question mark too (libpq, section 34.1.2)."""


def masked(source: SettingSource) -> Any:
    """The value, without the passwords that the URL of a database may hold."""
    if source.key not in _URLS or not isinstance(source.value, str):
        return source.value
    value = _SECRET.sub(r"\1***", source.value)
    scheme, _, rest = value.partition("://")
    account, at, place = rest.rpartition("@")
    return f"{scheme}://{account.partition(':')[0]}:***@{place}" if at and ":" in account else value


def _is_setting(variable: str) -> bool:
    """Whether an environment variable is a setting.

    Raises:
        BadConfig: it names a section, but nothing in it.
    """
    if variable in VARIABLES:
        return True
    if variable.startswith(tuple(f"MYNA_{section.upper()}_" for section in SECTIONS)):
        raise BadConfig(
            f"environment variable {variable}: there is no such setting{did_you_mean(variable, VARIABLES)}",
            hint="myna config show",
        )
    return False


def _file_values(tree: Mapping[str, Any], file: str) -> Iterator[tuple[str, Any]]:
    """Checked values by dotted key."""
    for name, value in tree.items():
        if name not in SECTIONS:
            _require(name if "." not in name else f'"{name}"', file, BadConfig)
            yield name, _valid(name, value, file, BadConfig)
        elif isinstance(value, dict):
            for inner, content in value.items():
                key = f"{name}.{inner}"
                _require(key, file, BadConfig)
                yield key, _valid(key, content, file, BadConfig)
        else:
            raise BadConfig(f"{file}: {name} is {_shown(value)}; it must be a table", hint=f"correct {file}")


def _require(key: str, where: str, error: type[MynaError]) -> None:
    """Raise `error` unless `key` is a setting."""
    if key in SETTINGS:
        return
    meant = [name for name in SETTINGS if name.endswith(f".{key}")]
    near = f"; did you mean {meant[0]}?" if meant else did_you_mean(key, (*SETTINGS, *SECTIONS))
    raise error(f"{_at(where)}there is no setting {key}{near}", hint="myna config show")


def _parse(key: str, text: str, where: str, error: type[MynaError]) -> Any:
    """The value that `text` stands for, by the type of the setting.

    A list is separated by commas, or written as in TOML. `where` opens the message of an `error`.
    """
    _require(key, where, error)
    default = SETTINGS[key].default
    if not text.isascii() and any("\ud800" <= letter <= "\udfff" for letter in text):
        raise error(f"{_at(where)}{key} is not valid UTF-8", hint=_mend(where))
    if SETTINGS[key].kind is str:
        return text
    value: Any = text.strip()
    if isinstance(default, tuple):
        return _valid(key, _list(value), where, error)
    if isinstance(default, bool):
        return _valid(key, _WORDS.get(value.lower(), text), where, error)
    if isinstance(default, int | float):
        try:
            value = msgspec.convert(value, type(default), strict=False)
        except msgspec.ValidationError:
            value = text
    return _valid(key, value, where, error)


def _list(text: str) -> Any:
    if text.startswith("["):
        import tomllib

        try:
            return tomllib.loads(f"list = {text}")["list"]
        except tomllib.TOMLDecodeError:
            return text
    return [part.strip() for part in text.split(",") if part.strip()]


def _valid(key: str, value: Any, where: str, error: type[MynaError]) -> Any:
    kind = SETTINGS[key].kind
    try:
        checked = msgspec.convert(value, kind)
    except msgspec.ValidationError as problem:
        if _holds_tables(kind):
            # Its value is long, and may hold what a log should not.
            raise error(f"{_at(where)}{key}: {problem}", hint=_mend(where)) from None
        checked = math.nan
    if isinstance(checked, float) and not math.isfinite(checked):
        raise error(f"{_at(where)}{key} is {_shown(value)}; it must be {_allowed(kind)}", hint=_mend(where))
    if isinstance(checked, int) and checked > LARGEST:
        raise error(f"{_at(where)}{key} is {_shown(value)}; it must be at most {LARGEST}", hint=_mend(where))
    return checked


def _holds_tables(kind: Any) -> bool:
    """Whether a setting is a list of tables, `[[section.name]]` in the file."""
    info = msgspec.inspect.type_info(kind)
    return isinstance(info, msgspec.inspect.VarTupleType) and isinstance(info.item_type, msgspec.inspect.StructType)


def _allowed(kind: Any) -> str:
    """What a setting of this type may be, in words."""
    info = msgspec.inspect.type_info(kind)
    match info:
        case msgspec.inspect.BoolType():
            return "true or false"
        case msgspec.inspect.LiteralType(values=values):
            return f"one of {', '.join(map(str, values))}"
        case msgspec.inspect.VarTupleType():
            return "a list of texts"
        case msgspec.inspect.IntType() | msgspec.inspect.FloatType():
            noun = "a whole number" if isinstance(info, msgspec.inspect.IntType) else "a number"
            if info.ge is not None and info.le is not None:
                return f"{noun} from {info.ge} to {info.le}"
            return noun if info.ge is None else f"{noun} of at least {info.ge}"
    return "a text"


def _shown(value: Any) -> str:
    """A value as the file would have it, cut to one short line."""
    import json

    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _at(where: str) -> str:
    return f"{where}: " if where else ""


def _mend(where: str) -> str:
    return f"correct {where}" if where else "myna config show"
