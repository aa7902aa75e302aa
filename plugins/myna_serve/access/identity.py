"""Who asks."""

from __future__ import annotations

import asyncio
from typing import Protocol

import msgspec

from myna.errors import MynaError
from myna_serve.faults import Fault, fault_of

from .budget import Budget
from .keys import Keys
from .scopes import SCOPES, Scope

LOCAL = "local"
"""Who asks without a key, where that is allowed."""


class Identity(msgspec.Struct, frozen=True):
    """A client, by its key."""

    id: str
    """Of the key; fairness and limits count by it."""
    name: str
    """As the audit log has it."""
    scopes: tuple[Scope, ...]
    requests: str = ""
    tokens: str = ""

    def require(self, scope: Scope) -> None:
        """Raises `Fault` (403) unless its key allows `scope`."""
        if scope not in self.scopes:
            raise Fault(403, f"this key does not allow {scope}", code="scope_missing")


ANYBODY = Identity(LOCAL, LOCAL, SCOPES)


class TokenCheck(Protocol):
    """Who a signed token is for; see `tokens.Tokens`."""

    def check(self, presented: str) -> Identity | None: ...


class Access:
    """Lets in who has a key; where there are none and only this machine can connect, anybody."""

    def __init__(self, keys: Keys, budget: Budget, *, closed: bool, tokens: TokenCheck | None = None) -> None:
        """`closed`: a key is needed, also when there are none. `tokens`: who may come with a token instead."""
        self._keys = keys
        self._budget = budget
        self._closed = closed or tokens is not None
        self._tokens = tokens

    async def identify(self, authorization: str) -> Identity:
        """Who sends this header. Raises `Fault` (401, 503)."""
        try:
            return await asyncio.to_thread(self._identify, authorization)
        except MynaError as error:
            raise fault_of(error) from error

    def _identify(self, authorization: str) -> Identity:
        scheme, _, presented = authorization.partition(" ")
        presented = presented.strip()
        bearer = scheme.lower() == "bearer"
        key = self._keys.check(presented) if bearer else None
        if key is not None:
            return Identity(key.id, key.name, key.scopes, key.requests, key.tokens)
        if bearer and self._tokens is not None and (who := self._tokens.check(presented)) is not None:
            return who
        # Clients insist on sending a key, so an open server takes any; one that looks like ours was meant to count.
        if not self._closed and not presented.startswith("myna_") and not self._keys.any_active():
            return ANYBODY
        if not presented:
            raise Fault(401, "an API key is needed: send it as the header Authorization: Bearer KEY", code="no_api_key")
        raise Fault(401, "this API key is not known, has expired or was revoked", code="invalid_api_key")

    async def begin(self, who: Identity) -> None:
        """Count a request. Raises `Fault` (429) when there were too many, or too many tokens."""
        await self._budget.request(who.id, who.requests)
        await self._budget.before_tokens(who.id, who.tokens)

    async def used(self, who: Identity, tokens: int) -> None:
        """Count what it took."""
        await self._budget.tokens(who.id, who.tokens, tokens)
