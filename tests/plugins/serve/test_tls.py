"""Certificates that cannot be used are a clear error before anything listens."""

from __future__ import annotations

import pytest

from myna.config import ServeSettings
from myna.errors import BadInput
from myna_serve.server import Server


async def nothing(scope, receive, send):
    raise AssertionError


@pytest.mark.parametrize("content", [None, "", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"])
def test_a_certificate_that_is_none(tmp_path, content):
    file = tmp_path / "certificate.pem"
    if content is not None:
        file.write_text(content)
    with pytest.raises(BadInput, match="certificate"):
        Server(nothing, ServeSettings(certificate=str(file)))
