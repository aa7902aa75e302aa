"""A server with a certificate of an authority of one's own."""

from __future__ import annotations

import shutil
import ssl
import subprocess

import pytest

from far import answer
from hostile import Hostile, well
from myna.errors import EngineUnavailable

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="needs the program openssl")


@pytest.fixture
def certificate(tmp_path):
    """A certificate for loopback that signed itself, and its key."""
    subprocess.run(
        [
            "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=loopback",
            "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", tmp_path / "key.pem", "-out", tmp_path / "cert.pem",
        ],
        check=True,
        capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    return context, str(tmp_path / "cert.pem")


async def test_only_who_is_trusted_is_asked(remote, certificate):
    context, authority = certificate
    async with Hostile(well, tls=context) as server:
        with pytest.raises(EngineUnavailable, match="certificate is not trusted"):
            await answer(remote(server.url))
        assert not server.visits
        assert (await answer(remote(server.url, ca=authority)))[1].reason == "stop"


async def test_a_server_without_tls_is_none(remote):
    async with Hostile(well) as server:
        with pytest.raises(EngineUnavailable, match="cannot be reached in time"):
            await answer(remote(server.url.replace("http:", "https:")))
