"""JSON Web Tokens (RFC 7519) in the place of keys: who is signed for elsewhere gets in here, and may what it says."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jwt

from myna.errors import BadConfig

from .budget import valid
from .identity import Identity
from .scopes import SCOPES, Scope
from .token_keys import TokenKeys

if TYPE_CHECKING:
    from myna.config import ServeSettings

MOST_CHARACTERS = 8192
"""Of a token. Those of identity providers have one or two thousand; nobody checks the signature of a book."""

_SUBJECT = re.compile(r"[^\x00-\x1f\x7f-\x9f\u2028\u2029]{1,100}")
"""It stands in logs and lists, one line each."""

SCOPE_PREFIX = "myna:"
"""What a scope may be called where an identity provider serves several programs: `myna:chat`."""


class Tokens:
    """Checks tokens of one issuer for one audience, signed by one algorithm. Any thread may use it."""

    def __init__(self, keys: TokenKeys, *, issuer: str, audience: str, algorithm: str, leeway_s: float) -> None:
        """`leeway_s`: seconds that the clocks of the two machines may differ."""
        self._keys = keys
        self._issuer = issuer
        self._audience = audience
        self._algorithm = algorithm
        self._leeway_s = leeway_s

    @classmethod
    def of(cls, settings: ServeSettings) -> Tokens | None:
        """As the settings say; None when tokens are not wanted. Raises `BadConfig`."""
        if not settings.jwt_keys:
            return None
        if "://" in settings.jwt_keys:
            raise BadConfig(
                "serve.jwt_keys is the path of a file, and no address: nothing is fetched",
                hint="save the issuer's key set as a file",
            )
        for name, value in (("serve.jwt_issuer", settings.jwt_issuer), ("serve.jwt_audience", settings.jwt_audience)):
            if not value:
                raise BadConfig(
                    f"serve.jwt_keys needs {name}: a token for another server must not open this one",
                    hint=f"myna config set {name} VALUE",
                )
        keys = TokenKeys(Path(settings.jwt_keys), settings.jwt_algorithm)
        return cls(
            keys,
            issuer=settings.jwt_issuer,
            audience=settings.jwt_audience,
            algorithm=settings.jwt_algorithm,
            leeway_s=settings.jwt_leeway_s,
        )

    def check(self, presented: str) -> Identity | None:
        """Who a token is for; None unless all of it is in order."""
        if len(presented) > MOST_CHARACTERS or not presented.isascii():
            return None
        try:
            kid = jwt.get_unverified_header(presented).get("kid")
            key = self._keys.find(kid)
            if key is None:
                return None
            claims = jwt.decode(
                presented,
                key,
                algorithms=[self._algorithm],
                issuer=self._issuer,
                audience=self._audience,
                leeway=self._leeway_s,
                options={"require": ["exp", "nbf", "iss", "aud", "sub"]},
            )
        # What is inside comes from strangers: numbers that are none, JSON as deep as it likes.
        except (jwt.PyJWTError, ValueError, TypeError, OverflowError, RecursionError):
            return None
        return _identity(claims)


def _identity(claims: Mapping[str, Any]) -> Identity | None:
    subject = claims["sub"]
    requests, tokens = claims.get("myna_requests", ""), claims.get("myna_tokens", "")
    if not isinstance(subject, str) or not _SUBJECT.fullmatch(subject) or subject != subject.strip():
        return None
    if not all(
        isinstance(limit, str) and len(limit) <= 100 and (not limit or valid(limit)) for limit in (requests, tokens)
    ):
        # Who signed it meant a limit; without one it would open more than was meant.
        return None
    # Apart from the ids of keys, which are hexadecimal.
    return Identity(f"jwt:{subject}", subject, _scopes(claims), requests, tokens)


def _scopes(claims: Mapping[str, Any]) -> tuple[Scope, ...]:
    """Those that it names in one of the usual ways (RFC 8693, section 4.2); it opens nothing else."""
    named = claims.get("scope", claims.get("scp", ()))
    words = named.split() if isinstance(named, str) else named if isinstance(named, list) else ()
    plain = {word.removeprefix(SCOPE_PREFIX) for word in words if isinstance(word, str)}
    return tuple(scope for scope in SCOPES if scope in plain)
