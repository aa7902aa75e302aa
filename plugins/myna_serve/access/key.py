"""An API key: what its owner has, and what is kept of it."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import time

import msgspec

from .scopes import Scope

PREFIX = "myna"
_ID_BYTES = 6
"""Of the part that names a key, which is no secret: 2^48 names never meet by chance."""
_SECRET_BYTES = 32
"""256 bits: nobody guesses one, so a fast hash protects it as well as a slow one would."""
_SHAPE = re.compile(rf"{PREFIX}_([0-9a-f]{{{2 * _ID_BYTES}}})_([A-Za-z0-9_-]{{43}})")

_NOBODY = hashlib.sha256(b"").hexdigest()
"""Compared with where a key is not known, so that it takes as long as where one is."""


class ApiKey(msgspec.Struct, frozen=True):
    """What is kept of a key."""

    id: str
    name: str
    """What its owner is called, in the audit log and in lists."""
    sha256: str
    """Of the whole key, hexadecimal."""
    scopes: tuple[Scope, ...]
    created: float
    """Unix time, seconds; so are the others."""
    expires: float | None = None
    revoked: float | None = None
    requests: str = ""
    """How many requests, as the package limits writes it, for example `60/minute`; empty: no limit."""
    tokens: str = ""
    """How many tokens, prompts and answers together."""

    def active(self, now: float | None = None) -> bool:
        """Whether it opens anything."""
        now = time.time() if now is None else now
        return self.revoked is None and (self.expires is None or now < self.expires)


def make_key(
    name: str,
    scopes: tuple[Scope, ...],
    *,
    expires: float | None = None,
    requests: str = "",
    tokens: str = "",
) -> tuple[str, ApiKey]:
    """A new key as its owner gets it, once, and what is kept of it."""
    key_id = secrets.token_hex(_ID_BYTES)
    secret = f"{PREFIX}_{key_id}_{secrets.token_urlsafe(_SECRET_BYTES)}"
    return secret, ApiKey(key_id, name, digest(secret), scopes, time.time(), expires, None, requests, tokens)


def digest(secret: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def id_of(presented: str) -> str | None:
    """The id in what a client presents as its key; None where that has not the shape of one."""
    found = _SHAPE.fullmatch(presented)
    return found[1] if found else None


def fits(presented: str, key: ApiKey | None) -> bool:
    """Whether a client presents this very key; takes as long where there is none."""
    same = hmac.compare_digest(digest(presented), _NOBODY if key is None else key.sha256)
    return same and key is not None
