"""Certificates for TLS, looked at before anything listens: what is wrong with them is one clear line."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryptography import x509

from myna.errors import BadInput

if TYPE_CHECKING:
    from myna.config import ServeSettings


def certificates(settings: ServeSettings) -> dict[str, Any]:
    """What uvicorn needs for TLS; nothing where it is not wanted. Raises `BadInput`: they cannot be used."""
    if not settings.certificate:
        if settings.private_key:
            raise BadInput(
                "serve.private_key is set, and serve.certificate is not: nothing would be encrypted",
                hint="see serve.certificate and serve.private_key",
            )
        return {}
    key = settings.private_key or None
    _check_time(settings.certificate)
    try:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        # Without a password nobody is asked for one on a terminal that may not be there.
        context.load_cert_chain(settings.certificate, key, password="")
    except ssl.SSLError as error:
        file = key or settings.certificate
        locked = b"ENCRYPTED" in Path(file).read_bytes()
        raise _bad(file, "the private key has a password" if locked else _reason(error)) from error
    except (OSError, ValueError) as error:
        raise _bad(key or settings.certificate, getattr(error, "strerror", None) or str(error)) from error
    return {"ssl_certfile": settings.certificate, "ssl_keyfile": key}


def _check_time(certificate: str) -> None:
    try:
        chain = x509.load_pem_x509_certificates(Path(certificate).read_bytes())
    except OSError as error:
        raise _bad(certificate, error.strerror or str(error)) from error
    except ValueError as error:
        raise _bad(certificate, "it holds no certificate in PEM") from error
    now = datetime.now(UTC)
    # The first is the server's own (RFC 8446, section 4.4.2).
    if now > chain[0].not_valid_after_utc:
        raise _bad(certificate, f"it has expired on {chain[0].not_valid_after_utc:%Y-%m-%d}")
    if now < chain[0].not_valid_before_utc:
        raise _bad(certificate, f"it is valid from {chain[0].not_valid_before_utc:%Y-%m-%d} on")


def _reason(error: ssl.SSLError) -> str:
    """In words; OpenSSL's name for it where there are none."""
    known = {
        "KEY_VALUES_MISMATCH": "the private key is for another certificate",
        "NO_START_LINE": "it holds no private key in PEM",
    }
    return known.get(error.reason or "", error.reason or "it holds no private key in PEM")


def _bad(file: str, reason: str) -> BadInput:
    return BadInput(
        f"the certificate {file} cannot be used: {reason}", hint="see serve.certificate and serve.private_key"
    )
