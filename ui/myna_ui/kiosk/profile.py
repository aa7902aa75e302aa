"""What a kiosk is like: one TOML file, written by whoever sets it up. `docs/kiosk.md` shows every key."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

import msgspec

from myna.errors import BadConfig
from myna.paths import Paths
from myna.pressure import Limits
from myna.suggest import did_you_mean

FILE = "kiosk.toml"
Code = Literal["en", "zh"]
Input = Literal["text", "voice", "camera"]
Orientation = Literal["auto", "normal", "left", "right", "inverted"]


class Texts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A text by language. Where one is missing the other is shown; where both are, what comes with the program."""

    en: str = ""
    zh: str = ""

    def of(self, code: Code) -> str:
        return getattr(self, code) or self.en or self.zh


class Idle(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    after_s: Annotated[float, msgspec.Meta(ge=5, le=3600)] = 60.0
    """Seconds without touch, key, speech or a running answer; then the countdown begins."""
    countdown_s: Annotated[int, msgspec.Meta(ge=3, le=120)] = 15
    """Seconds of the countdown, at whose end the visit is wiped."""


class Pictures(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What visitors may show, besides what they say."""

    camera: str = ""
    """The device, `/dev/video0`; empty: the first. A video file takes its place, to try things out."""
    folder: str = ""
    """Pictures in this folder are offered to be asked about; empty: none."""
    questions: tuple[Texts, ...] = ()
    """About a picture; empty: those that come with the program."""


class Prompt(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A prompt template, and values for it by language."""

    name: str = ""
    """Of the template (`myna prompts list`); empty: questions go to the model as they are."""
    en: dict[str, Any] = {}
    zh: dict[str, Any] = {}

    def values(self, code: Code) -> dict[str, Any]:
        return dict(getattr(self, code))


class Suggestion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A button that asks a question."""

    text: Texts
    """On the button."""
    question: Texts = Texts()
    """What is asked; empty: what is on the button."""
    prompt: Prompt | None = None
    """The template for this question; without one, the profile's."""

    def asks(self, code: Code) -> str:
        return self.question.of(code) or self.text.of(code)


class Profile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    languages: tuple[Code, ...] = ("en", "zh")
    """What visitors choose from; a visit that chooses nothing speaks the first."""
    inputs: tuple[Input, ...] = ("text", "voice")
    plugins: tuple[str, ...] = ("speech",)
    """Besides those that every kiosk needs; `myna plugins list` shows them."""
    policies: tuple[str, ...] = ("kiosk-public",)
    """Of the guard."""
    models: tuple[str, ...] = ()
    """Approved chat models: the first is used, the others take over when memory or temperature get tight. Empty: the
    model of the settings, and no other."""
    audit: Literal["off", "metadata", "redacted", "full"] = "metadata"
    """As `audit.mode`; a policy may ask for more."""
    record: bool = False
    """Keep the conversation of a visit in a database until it ends, instead of in memory alone."""
    orientation: Orientation = "auto"
    """Which way the picture is turned, where the system does not do it: `left` and `right` stand on their side."""
    font_scale: Annotated[float, msgspec.Meta(ge=0.75, le=2.5)] = 1.25
    """People stand before it: 1.25 makes text of 23 pixels, which is read at arm's length on 24 to 32 inches."""
    cursor: bool = False
    """Show the pointer of a mouse."""
    greeting: Texts = Texts()
    """In large letters on the screen that waits for visitors."""
    attract: Texts = Texts()
    """Below the greeting: what the kiosk is for."""
    opening: Texts = Texts()
    """What a visit begins with."""
    consent: Texts = Texts()
    """What a visitor agrees to before the microphone opens."""
    camera_consent: Texts = Texts()
    """What a visitor agrees to before the camera opens."""
    call: Texts = Texts()
    """Whom to call when the kiosk is out of order."""
    idle: Idle = Idle()
    limits: Limits = Limits()
    pictures: Pictures = Pictures()
    prompt: Prompt = Prompt()
    """The template that every question is put into."""
    suggestions: tuple[Suggestion, ...] = ()


def profile_file(paths: Paths) -> Path:
    """The profile that is used when none is named."""
    return paths.config / FILE


def load_profile(file: Path, *, named: bool) -> Profile:
    """The profile in `file`; where that is not there and nobody `named` it, one that works everywhere.

    Raises:
        BadConfig: it cannot be read or used.
    """
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        if not named:
            return Profile()
        raise BadConfig(f"{file}: there is no such file", hint="see docs/kiosk.md") from None
    except UnicodeDecodeError as error:
        raise BadConfig(f"{file}: it is not UTF-8 at byte {error.start}", hint=f"correct {file}") from None
    except OSError as error:
        raise BadConfig(f"{file}: it cannot be read: {error.strerror}", hint=f"correct {file}") from error
    try:
        return parse_profile(tomllib.loads(text), str(file))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise BadConfig(f"{file}: {error}", hint=f"correct {file}") from error


def parse_profile(tree: Mapping[str, Any], where: str) -> Profile:
    """The profile that `tree` describes; `where` opens messages.

    Raises:
        BadConfig: a key is unknown, or a value does not fit.
    """
    hint = f"correct {where}; see docs/kiosk.md"
    for key, known in _unknown(tree, Profile, ""):
        raise BadConfig(f"{where}: a kiosk has no setting {key}{did_you_mean(key, known)}", hint=hint)
    try:
        profile = msgspec.convert(tree, Profile)
    except msgspec.ValidationError as error:
        raise BadConfig(f"{where}: {error}", hint=hint) from error
    if not profile.languages or not profile.inputs:
        empty = "languages" if not profile.languages else "inputs"
        raise BadConfig(f"{where}: {empty} is empty; name at least one", hint=hint)
    for suggestion in profile.suggestions:
        if not suggestion.text.of("en"):
            raise BadConfig(f"{where}: a suggestion has no text", hint=hint)
    if not all(question.of("en") for question in profile.pictures.questions):
        raise BadConfig(f"{where}: a question about pictures has no text", hint=hint)
    folder = profile.pictures.folder
    if folder and not Path(folder).is_dir():
        raise BadConfig(f"{where}: there is no folder {folder}", hint=hint)
    return profile


def _unknown(tree: Mapping[str, Any], kind: Any, prefix: str) -> Iterator[tuple[str, list[str]]]:
    """Keys that no struct has, each with those that it could be."""
    fields = {field.encode_name: field.type for field in msgspec.structs.fields(kind)}
    for name, value in tree.items():
        key = f"{prefix}{name}"
        if name not in fields:
            yield key, [f"{prefix}{known}" for known in fields]
            continue
        inner = next((one for one in (fields[name], *get_args(fields[name])) if _is_struct(one)), None)
        if inner is not None:
            for part in value if isinstance(value, list) else [value]:
                if isinstance(part, dict):
                    yield from _unknown(part, inner, f"{key}.")


def _is_struct(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)
