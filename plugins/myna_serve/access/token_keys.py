"""The public keys that tokens are signed for, from a file: PEM, or a JSON Web Key Set (RFC 7517)."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jwt
import msgspec
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from myna.errors import BadConfig

log = logging.getLogger(__name__)

LEAST_RSA_BITS = 2048
"""NIST SP 800-131A: shorter ones can be broken."""

MOST_BYTES = 1 << 20
"""Of the file; a key has some hundred."""

_CURVES = {"ES256": "secp256r1", "ES384": "secp384r1", "ES512": "secp521r1"}
"""RFC 7518, section 3.4."""

PublicKey = rsa.RSAPublicKey | ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey


class TokenKeys:
    """Read again when the file has changed, so that keys are exchanged without a restart. Any thread may use it."""

    def __init__(self, file: Path, algorithm: str) -> None:
        """Raises `BadConfig`: it cannot be used."""
        self._file = file
        self._algorithm = algorithm
        self._stamp = _stamp(file)
        self._keys = _read(file, algorithm)

    def find(self, kid: str | None) -> PublicKey | None:
        """The key that a token names; one without a name is for a file with one key."""
        self._refresh()
        keys = self._keys
        if "" in keys or (kid is None and len(keys) == 1):
            return next(iter(keys.values()))
        return None if kid is None else keys.get(kid)

    def _refresh(self) -> None:
        stamp = _stamp(self._file)
        if stamp == self._stamp:
            return
        self._stamp = stamp
        try:
            self._keys = _read(self._file, self._algorithm)
        except BadConfig as error:
            # Half written, or gone for a moment: what was good a moment ago still is.
            log.warning("the keys for tokens were not read again: %s", error.message)


def _stamp(file: Path) -> tuple[int, int, int]:
    try:
        found = file.stat()
    except OSError:
        return (0, 0, 0)
    return (found.st_mtime_ns, found.st_size, found.st_ino)


def _read(file: Path, algorithm: str) -> Mapping[str, PublicKey]:
    """Keys by name; a PEM file has one, whose name is empty."""
    try:
        with file.open("rb") as opened:
            data = opened.read(MOST_BYTES)
    except OSError as error:
        raise _bad(file, error.strerror or "it cannot be read") from None
    if b"-----BEGIN" in data:
        return {"": _fitting(file, _pem(file, data), algorithm)}
    return _key_set(file, data, algorithm)


def _pem(file: Path, data: bytes) -> object:
    if b"PRIVATE KEY-----" in data:
        raise _bad(file, "it holds a private key; the public one is what is needed here")
    try:
        return serialization.load_pem_public_key(data)
    except (ValueError, UnsupportedAlgorithm):
        raise _bad(file, "it holds no public key") from None


def _key_set(file: Path, data: bytes, algorithm: str) -> Mapping[str, PublicKey]:
    try:
        whole: Any = msgspec.json.decode(data)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        raise _bad(file, "it is neither PEM nor a JSON Web Key Set") from None
    listed = whole.get("keys") if isinstance(whole, dict) else None
    if not isinstance(listed, list):
        raise _bad(file, "it is neither PEM nor a JSON Web Key Set")
    keys: dict[str, PublicKey] = {}
    for one in listed:
        if not isinstance(one, dict) or one.get("use", "sig") != "sig" or one.get("alg", algorithm) != algorithm:
            continue  # for something else than signatures of this kind
        if "d" in one or "k" in one:
            raise _bad(file, "it holds a private key; the public one is what is needed here")
        kid = one.get("kid")
        if not isinstance(kid, str) or not kid or kid in keys:
            raise _bad(file, "each key of a set needs a name (kid) of its own")
        try:
            found = jwt.PyJWK(one, algorithm).key
        except (jwt.PyJWTError, ValueError, TypeError, KeyError):
            raise _bad(file, f"the key {kid!r} cannot be read") from None
        keys[kid] = _fitting(file, found, algorithm)
    if not keys:
        raise _bad(file, f"it holds no key for {algorithm}")
    return keys


def _fitting(file: Path, key: object, algorithm: str) -> PublicKey:
    """`key`, when signatures of `algorithm` are made with such ones."""
    if algorithm[:2] in {"RS", "PS"} and isinstance(key, rsa.RSAPublicKey):
        if key.key_size < LEAST_RSA_BITS:
            raise _bad(file, f"the key has {key.key_size} bits; {LEAST_RSA_BITS} are needed")
        return key
    if isinstance(key, ec.EllipticCurvePublicKey) and _CURVES.get(algorithm) == key.curve.name:
        return key
    if algorithm == "EdDSA" and isinstance(key, ed25519.Ed25519PublicKey):
        return key
    raise _bad(file, f"it holds no key for {algorithm}")


def _bad(file: Path, reason: str) -> BadConfig:
    return BadConfig(f"serve.jwt_keys: {file} cannot be used: {reason}", hint="see the page on the server: Tokens")
