"""Who gets in, from where, and with how much."""

from __future__ import annotations

import asyncio
import json
import socket

import pytest

from myna.engine.protocols import TextPiece
from myna.errors import UsageError
from myna.testing import FakeEngine
from myna_serve.access.scopes import SCOPES
from myna_serve.server import is_loopback, listen
from until import until

pytestmark = pytest.mark.anyio

BODY = {"messages": [{"role": "user", "content": "Hi"}]}
CHAT = "/v1/chat/completions"


async def raw(port, data, *, end=False):
    """What a server answers to bytes until it closes; with `end`, the client has no more to send."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(data)
    if end:
        writer.write_eof()
    got = await reader.read()
    writer.close()
    return got


def request(*headers, method="GET", path="/v1/models"):
    return "\r\n".join([f"{method} {path} HTTP/1.1", *headers, "Connection: close", "", ""]).encode()


# keys


async def test_without_keys_this_machine_may_ask_with_whatever_key_its_client_insists_on(serve):
    served = await serve()
    for headers in ({}, {"authorization": "Bearer sk-anything"}, {"authorization": "Basic eA=="}):
        assert (await served.client.get("/v1/models", headers=headers)).status_code == 200


async def test_with_keys_nobody_gets_in_without_one(serve):
    served = await serve()
    headers = served.key("kiosk")
    for wrong in ({}, {"authorization": "Bearer sk-anything"}, {"authorization": headers["authorization"][:-1]}):
        response = await served.client.post(CHAT, json=BODY, headers=wrong)
        assert response.status_code == 401
        assert response.json()["error"]["type"] == "authentication_error"
        assert response.headers["www-authenticate"] == "Bearer"
    assert (await served.client.post(CHAT, json=BODY, headers=headers)).status_code == 200
    assert len(served.engine.requests) == 1


async def test_a_revoked_key_is_out_at_once(serve):
    served = await serve(closed=True)
    headers = served.key("kiosk")
    assert (await served.client.get("/v1/models", headers=headers)).status_code == 200
    served.keys.revoke("kiosk")
    assert (await served.client.get("/v1/models", headers=headers)).status_code == 401


async def test_one_of_our_keys_that_is_wrong_is_never_taken_for_anybodys(serve):
    served = await serve()
    headers = served.key("kiosk")
    served.keys.revoke("kiosk")
    assert (await served.client.get("/v1/models", headers=headers)).status_code == 401
    assert (await served.client.get("/v1/models")).status_code == 200


@pytest.mark.parametrize(
    ("scope", "method", "path", "body"),
    [
        ("chat", "POST", CHAT, BODY),
        ("chat", "POST", "/v1/completions", {"prompt": "x"}),
        ("chat", "POST", "/v1/responses", {"input": "x"}),
        ("embeddings", "POST", "/v1/embeddings", {"input": "x"}),
        ("audio", "POST", "/v1/audio/speech", {"input": "x"}),
        ("moderations", "POST", "/v1/moderations", {"input": "x"}),
        ("models", "GET", "/v1/models", None),
        ("metrics", "GET", "/metrics", None),
    ],
)
async def test_a_key_opens_what_its_scopes_say(serve, scope, method, path, body):
    served = await serve()
    without = served.key("without", scopes=tuple(one for one in SCOPES if one != scope))
    response = await served.client.request(method, path, json=body, headers=without)
    assert (response.status_code, response.json()["error"]["code"]) == (403, "scope_missing")
    own = served.key("with", scopes=(scope,))
    assert (await served.client.request(method, path, json=body, headers=own)).status_code not in {401, 403}


async def test_health_and_documentation_need_no_key_and_say_nothing_of_anybody(serve):
    served = await serve(closed=True)
    for path in ("/health", "/health/live", "/health/ready", "/docs", "/openapi.json"):
        assert (await served.client.get(path)).status_code == 200, path
    for path in ("/metrics", "/v1/models", "/nothing"):
        assert (await served.client.get(path)).status_code == 401, path


async def test_the_documentation_loads_nothing_from_elsewhere(serve):
    served = await serve()
    page = await served.client.get("/docs")
    assert "/v1/chat/completions" in page.text
    assert "://" not in page.text
    assert "<script" not in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]


async def test_a_limit_of_requests(serve):
    served = await serve()
    headers = served.key("kiosk", requests="2/hour")
    statuses = [(await served.client.post(CHAT, json=BODY, headers=headers)).status_code for _ in range(3)]
    assert statuses == [200, 200, 429]
    response = await served.client.post(CHAT, json=BODY, headers=headers)
    assert response.json()["error"]["code"] == "rate_limit_exceeded"
    assert 0 < int(response.headers["retry-after"]) <= 3601
    assert (await served.client.post(CHAT, json=BODY, headers=served.key("other"))).status_code == 200


async def test_a_limit_of_tokens(serve):
    served = await serve(FakeEngine(["a"] * 5))
    headers = served.key("kiosk", tokens="6/hour")
    statuses = [(await served.client.post(CHAT, json=BODY, headers=headers)).status_code for _ in range(2)]
    assert statuses == [200, 429]
    response = await served.client.post(CHAT, json=BODY, headers=headers)
    assert response.json()["error"]["code"] == "token_limit_exceeded"


async def test_who_goes_before_the_end_has_used_what_came(serve):
    served = await serve(FakeEngine(["a"] * 5, hold_after=3))
    headers = served.key("kiosk", tokens="1/hour")
    async with served.client.stream("POST", CHAT, json={**BODY, "stream": True}, headers=headers) as response:
        async for line in response.aiter_lines():
            if '"content":"a' in line:
                break
    await until(lambda: not served.service._lanes["chat"].running)
    served.engine.release()
    response = await served.client.post(CHAT, json=BODY, headers=headers)
    assert response.json()["error"]["code"] == "token_limit_exceeded"


async def test_a_piece_that_holds_several_tokens_counts_as_so_many(serve):
    class Quick(FakeEngine):
        """Sends two tokens at a time."""

        async def generate(self, request, *, ahead=0):
            async for item in super().generate(request, ahead=ahead):
                yield TextPiece(item.text, 2) if isinstance(item, TextPiece) else item

    served = await serve(Quick(["a"] * 5, hold_after=3))
    headers = served.key("kiosk", tokens="5/hour")
    async with served.client.stream("POST", CHAT, json={**BODY, "stream": True}, headers=headers) as response:
        lines = response.aiter_lines()
        for _ in range(3):
            while '"content":"a' not in await anext(lines):
                pass
    await until(lambda: not served.service._lanes["chat"].running)
    served.engine.release()
    response = await served.client.post(CHAT, json=BODY, headers=headers)
    assert response.json()["error"]["code"] == "token_limit_exceeded"


# where from


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "", "a@localhost", "localhost:x", "[::1"])
async def test_a_name_that_is_not_this_machines_is_refused(serve, host):
    served = await serve()
    got = await raw(served.port, request(f"Host: {host}"))
    assert got.split()[1] in {b"421", b"400"}
    assert b"model" not in got


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:1", "LOCALHOST:80", "[::1]:8000", "192.168.7.7:8765"])
async def test_names_of_this_machine_and_addresses_are_let_in(serve, host):
    served = await serve()
    assert (await raw(served.port, request(f"Host: {host}"))).split()[1] == b"200"


async def test_two_names_are_none(serve):
    served = await serve()
    got = await raw(served.port, request("Host: localhost", "Host: evil.example"))
    assert got.split()[1] in {b"421", b"400"}


async def test_pages_from_elsewhere_may_not_ask(serve):
    served = await serve(origins=("https://kiosk.example",))
    for origin in ("https://evil.example", "null", "http://localhost.evil.example", "https://kiosk.example.evil"):
        response = await served.client.post(CHAT, json=BODY, headers={"origin": origin})
        assert (response.status_code, response.json()["error"]["code"]) == (403, "unknown_origin"), origin
        assert "access-control-allow-origin" not in response.headers
    own = {"origin": f"http://127.0.0.1:{served.port}"}
    assert (await served.client.post(CHAT, json=BODY, headers=own)).status_code == 200
    allowed = {"origin": "https://kiosk.example"}
    asked = await served.client.options(CHAT, headers={**allowed, "access-control-request-method": "POST"})
    assert "POST" in asked.headers["access-control-allow-methods"]
    response = await served.client.post(CHAT, json=BODY, headers=allowed)
    assert response.headers["access-control-allow-origin"] == "https://kiosk.example"
    assert len(served.engine.requests) == 2


async def test_every_answer_has_the_headers_that_protect(serve):
    served = await serve()
    for response in (await served.client.get("/nothing"), await served.client.get("/v1/models")):
        assert response.headers["x-content-type-options"] == "nosniff"
        assert response.headers["cache-control"] == "no-store"
        assert "server" not in response.headers


# how much


async def test_a_body_that_is_too_large_is_refused_before_it_is_read(serve):
    served = await serve(body_mb=1)
    head = ("Host: localhost", "Content-Type: application/json")
    for length in ("1048577", "9" * 30, "-1", "x"):
        got = await raw(served.port, request(*head, f"Content-Length: {length}", method="POST", path=CHAT))
        assert got.split()[1] in {b"413", b"400"}, length


async def test_a_body_of_unknown_length_is_counted(serve):
    served = await serve(body_mb=1)

    async def endless():
        for _ in range(40):
            yield b" " * 65_536

    response = await served.client.post(CHAT, content=endless(), headers={"content-type": "application/json"})
    assert (response.status_code, response.json()["error"]["code"]) == (413, "request_too_large")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"x"',
        b"\xff\xfe",
        b'{"messages": "\xff"}',
        b"[" * 100_000,
        b'{"a":' * 50_000,
        b"9" * 10_000,
        b'{"messages":[{"role":"user","content":"\\ud800"}]}',
        b"NaN",
        b'{"messages":[{"role":"user","content":"x"}],"seed":1e400}',
    ],
)
async def test_what_is_no_request_is_told_so(serve, content):
    served = await serve()
    response = await served.client.post(CHAT, content=content, headers={"content-type": "application/json"})
    assert response.status_code in {400, 422}, response.text
    assert response.json()["error"]["message"]


async def test_paths_and_methods_that_there_are_not(serve):
    served = await serve()
    response = await served.client.get("/v1/../../etc/passwd")
    assert (response.status_code, response.json()["error"]["code"]) == (404, "unknown_url")
    response = await served.client.delete("/v1/models")
    assert (response.status_code, response.json()["error"]["code"]) == (405, "method_not_allowed")
    metrics = (await served.client.get("/metrics")).text
    assert "passwd" not in metrics


# sockets


def test_only_this_machine_reaches_loopback():
    assert [is_loopback(name) for name in ("127.0.0.1", "127.1.2.3", "::1", "0.0.0.0", "10.0.0.1", "x")] == [
        True, True, True, False, False, False,
    ]  # fmt: skip


def test_a_port_in_use_is_a_clear_error():
    (one,) = listen("127.0.0.1", 0)
    with one, pytest.raises(UsageError, match="in use"):
        listen("127.0.0.1", one.getsockname()[1])


def test_a_host_that_there_is_not():
    with pytest.raises(UsageError, match="no host"):
        listen("no.such.host.invalid", 0)


def test_all_addresses_of_a_name_get_the_same_free_port():
    opened = listen("localhost", 0)
    try:
        assert len({one.getsockname()[1] for one in opened}) == 1
        assert all(one.type == socket.SOCK_STREAM for one in opened)
    finally:
        for one in opened:
            one.close()


async def test_a_stream_of_json_errors_never_ends_the_server(serve):
    served = await serve()
    for data in (b"\0" * 1000, b"GET / HTTP/9.9\r\n\r\n", b"\x16\x03\x01\x02\x00", request("Host: localhost")[:-4]):
        await raw(served.port, data, end=True)
    assert json.loads((await served.client.get("/health/live")).text) == {"status": "ok"}
