"""TLS over a real socket; certificates that cannot be used are a clear error before anything listens."""

from __future__ import annotations

import ssl
from datetime import timedelta

import httpx
import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from myna.config import ServeSettings
from myna.errors import BadInput
from myna_serve.server import Server
from signing import certificate, private_pem

pytestmark = pytest.mark.anyio


async def nothing(scope, receive, send):
    raise AssertionError


def refused(**settings):
    with pytest.raises(BadInput) as caught:
        Server(nothing, ServeSettings(**{name: str(value) for name, value in settings.items()}))
    assert "\n" not in caught.value.message
    assert caught.value.hint == "see serve.certificate and serve.private_key"
    return caught.value.message


@pytest.mark.parametrize("content", [None, "", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"])
def test_a_certificate_that_is_none(tmp_path, content):
    file = tmp_path / "certificate.pem"
    if content is not None:
        file.write_text(content)
    assert "certificate" in refused(certificate=file)


def test_a_certificate_that_cannot_be_used_says_why(tmp_path):
    own, key = certificate(tmp_path)
    _, other = certificate(tmp_path, "other")
    assert "for another certificate" in refused(certificate=own, private_key=other)
    assert "no private key" in refused(certificate=own)
    assert "No such file" in refused(certificate=own, private_key=tmp_path / "gone")
    locked = tmp_path / "locked.pem"
    locked.write_bytes(private_pem(load_pem_private_key(key.read_bytes(), None), b"secret"))
    assert "has a password" in refused(certificate=own, private_key=locked)
    old, old_key = certificate(tmp_path, "old", begins=timedelta(days=-9), ends=timedelta(days=-1))
    assert "expired on" in refused(certificate=old, private_key=old_key)
    new, new_key = certificate(tmp_path, "new", begins=timedelta(days=1), ends=timedelta(days=9))
    assert "valid from" in refused(certificate=new, private_key=new_key)
    assert "serve.certificate is not" in refused(private_key=key)


async def test_a_client_that_trusts_the_certificate_is_answered(serve, tmp_path):
    own, key = certificate(tmp_path)
    served = await serve(certificate=str(own), private_key=str(key))
    trusting = ssl.create_default_context(cafile=str(own))
    async with httpx.AsyncClient(verify=trusting, trust_env=False) as client:
        response = await client.get(f"https://127.0.0.1:{served.port}/health/live")
    assert response.json() == {"status": "ok"}
    assert response.headers["strict-transport-security"].startswith("max-age=")


async def test_who_does_not_speak_tls_and_who_does_not_trust_it_get_nothing(serve, tmp_path):
    own, key = certificate(tmp_path)
    served = await serve(certificate=str(own), private_key=str(key))
    async with httpx.AsyncClient(trust_env=False) as client:
        with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
            await client.get(f"https://127.0.0.1:{served.port}/health/live")
        with pytest.raises(httpx.RemoteProtocolError):
            await client.get(f"http://127.0.0.1:{served.port}/health/live")
    old = ssl.create_default_context(cafile=str(own))
    old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1_2
    async with httpx.AsyncClient(verify=old, trust_env=False) as client:
        assert (await client.get(f"https://127.0.0.1:{served.port}/health/live")).status_code == 200
