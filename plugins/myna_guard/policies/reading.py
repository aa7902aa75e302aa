"""Reading one policy file and the lists beside it, with errors that a person can mend."""

from __future__ import annotations

import tomllib
from pathlib import Path

import msgspec
import regex

from myna.errors import BadPolicy
from myna.suggest import did_you_mean

from ..matching.characters import fold
from .model import UNSAFE, Notice, PolicyFile, Rule

LARGEST = 16 << 20
"""Bytes of a file: a million keywords."""


def read_text(path: Path) -> str:
    """A text file in UTF-8.

    Raises:
        BadPolicy: it cannot be read, is too large or is in another encoding.
    """
    try:
        size = path.stat().st_size
        if size > LARGEST:
            raise BadPolicy(f"{path}: it has {size:,} bytes; {LARGEST:,} are allowed")
        content = path.read_bytes()
    except OSError as error:
        raise BadPolicy(f"{path}: {error.strerror}") from error
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise BadPolicy(f"{path}: it is in UTF-16", hint="save it as UTF-8")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadPolicy(f"{path}: it is not UTF-8, at byte {error.start}", hint="save it as UTF-8") from error
    if "\0" in text:
        raise BadPolicy(f"{path}: it is no text file", hint="save it as UTF-8")
    return text


def read_policy(path: Path) -> PolicyFile:
    """One policy file, checked by itself.

    Raises:
        BadPolicy: it is none.
    """
    try:
        data = tomllib.loads(read_text(path))
    except tomllib.TOMLDecodeError as error:
        raise BadPolicy(f"{path}: it is not TOML: {error}") from error
    _check_keys(path, data)
    try:
        policy = msgspec.convert(data, PolicyFile)
    except msgspec.ValidationError as error:
        raise BadPolicy(f"{path}: {error}") from error
    _check(path, policy)
    return policy


def read_words(path: Path) -> tuple[str, ...]:
    """A list of keywords: one a line, empty lines and those that begin with `#` left out. Raises `BadPolicy`."""
    lines = (line.strip() for line in read_text(path).splitlines())
    return tuple(line for line in lines if line and not line.startswith("#"))


def words_of(rule: Rule, folder: Path) -> tuple[str, ...]:
    """The keywords of a rule, those of its lists too. Raises `BadPolicy`."""
    listed: tuple[str, ...] = ()
    for name in rule.lists:
        if Path(name).name != name:
            raise BadPolicy(f"rule {rule.id}: the list {name!r} must lie beside the policy")
        listed += read_words(folder / name)
    return (*rule.words, *listed)


def _check_keys(path: Path, data: dict[str, object]) -> None:
    known = {field.encode_name for field in msgspec.structs.fields(PolicyFile)}
    for key in data:
        if key not in known:
            raise BadPolicy(f"{path}: unknown key {key!r}{did_you_mean(key, known)}")
    rules = data.get("rules")
    known = {field.encode_name for field in msgspec.structs.fields(Rule)}
    for number, rule in enumerate(rules if isinstance(rules, list) else [], 1):
        for key in rule if isinstance(rule, dict) else ():
            if key not in known:
                raise BadPolicy(f"{path}: rule {number} has an unknown key {key!r}{did_you_mean(key, known)}")


def _check(path: Path, policy: PolicyFile) -> None:
    """What is wrong with the file as a whole."""
    if policy.name != path.stem:
        raise BadPolicy(f"{path}: it is called {policy.name!r}, and its file {path.stem!r}")
    seen: dict[str, Rule] = {}
    for rule in policy.rules:
        if rule.id in seen:
            raise BadPolicy(f"{path}: there are two rules {rule.id}")
        if rule.id in policy.remove:
            raise BadPolicy(f"{path}: rule {rule.id} is given and removed")
        seen[rule.id] = rule
        _check_rule(path, rule)
    for notice in policy.notices.values():
        _check_notice(path, notice)
    _check_contradictions(path, policy)


def _check_rule(path: Path, rule: Rule) -> None:
    ways = [bool(rule.words or rule.lists), bool(rule.pattern), bool(rule.personal), bool(rule.label)]
    if sum(ways) != 1:
        raise BadPolicy(f"{path}: rule {rule.id} needs one of words or lists, pattern, personal and label")
    if not rule.on:
        raise BadPolicy(f"{path}: rule {rule.id} is on nothing")
    for word in (*rule.words, *rule.exceptions):
        if not fold(word):
            raise BadPolicy(f"{path}: rule {rule.id} has a word without letters: {word!r}")
    if rule.pattern:
        try:
            compiled = regex.compile(rule.pattern, regex.V0)
        except regex.error as error:
            raise BadPolicy(f"{path}: rule {rule.id} has a wrong pattern: {error}") from error
        if compiled.match(""):
            raise BadPolicy(f"{path}: rule {rule.id} has a pattern that matches nothing at all, and so everything")
    if rule.action == "allow" and not ways[0]:
        raise BadPolicy(f"{path}: rule {rule.id} allows what is no word")
    if rule.action == "ask-again" and rule.on != ("answer",):
        raise BadPolicy(f"{path}: rule {rule.id} asks again, so it can only be on the answer")
    if rule.classifier and not rule.label:
        raise BadPolicy(f"{path}: rule {rule.id} names a classifier and no label")
    if rule.label == UNSAFE and (rule.on != ("picture",) or rule.action not in {"block", "log"}):
        raise BadPolicy(f"{path}: rule {rule.id} judges pictures, so it can only block or log, and only on picture")
    if rule.action in {"mask", "replace"} and rule.label and rule.action == "mask":
        raise BadPolicy(f"{path}: rule {rule.id} masks by a label, which has no place in the text")


def _check_notice(path: Path, notice: Notice) -> None:
    for text in (notice.en, notice.zh):
        if "{" in text.replace("{help_line}", "") or "}" in text.replace("{help_line}", ""):
            raise BadPolicy(f"{path}: in a notice nothing but help_line may stand in braces: {text!r}")


def _check_contradictions(path: Path, policy: PolicyFile) -> None:
    """One word cannot lead to two things in one file; a file laid over it may say otherwise."""
    said: dict[tuple[str, str], Rule] = {}
    for rule in policy.rules:
        for word in words_of(rule, path.parent):
            folded = "".join(fold(word))
            for origin in rule.on:
                other = said.setdefault((folded, origin), rule)
                if other.action != rule.action:
                    raise BadPolicy(
                        f"{path}: {word!r} leads to {other.action} by rule {other.id} and to {rule.action} by rule "
                        f"{rule.id}"
                    )
