"""Servers that misbehave: each costs one clear error, and nothing else."""

from __future__ import annotations

import asyncio
import gzip
import json
import time

import pytest

from far import ASK, answer
from hostile import Hostile, Visit, well
from myna.errors import BadInput, EngineUnavailable, PromptTooLong


async def hangs(visit: Visit) -> None:
    await asyncio.sleep(60)


async def hangs_after_the_head(visit: Visit) -> None:
    await visit.head()
    await visit.until_left()


async def half_a_line(visit: Visit) -> None:
    await visit.head()
    await visit.send(b'data: {"choices": [{"del')


async def half_an_answer(visit: Visit) -> None:
    await visit.head()
    await visit.say("The cap")


async def stops_sending(visit: Visit) -> None:
    await visit.head()
    await visit.say("The cap")
    await asyncio.sleep(60)


async def fails(visit: Visit) -> None:
    await visit.head("500 Internal Server Error", "application/json")
    await visit.send(b'{"error": {"message": "out of\\u001b[31m memory\\n\\n"}}')


async def fails_in_the_stream(visit: Visit) -> None:
    await visit.head()
    await visit.event(error={"message": "out of memory"})


async def wrong_json(visit: Visit) -> None:
    await visit.head()
    await visit.send(b"data: {'choices'\n\n")


async def other_json(visit: Visit) -> None:
    await visit.head()
    await visit.event(choices="many")


async def bad_utf8(visit: Visit) -> None:
    await visit.head()
    await visit.send(b'data: {"choices": [{"delta": {"content": "\xff\xfe"}}]}\n\n')


async def deep_json(visit: Visit) -> None:
    await visit.head()
    await visit.send(b'data: {"choices": ' + b"[" * 100_000 + b"\n\n")


async def no_stream(visit: Visit) -> None:
    await visit.head(kind="application/json")
    await visit.send(b'{"choices": []}')


async def a_page(visit: Visit) -> None:
    await visit.head("502 Bad Gateway", "text/html")
    await visit.send(b"<html>" + b"x" * 3_000_000)


async def redirects(visit: Visit) -> None:
    await visit.head("307 Temporary Redirect", location="http://127.0.0.1:1/elsewhere")


async def gzip_bomb(visit: Visit) -> None:
    await visit.head(content_encoding="gzip")
    await visit.send(gzip.compress(b"data: " + bytes(20_000_000)))


async def gzip_bomb_of_an_error(visit: Visit) -> None:
    await visit.head("400 Bad Request", "application/json", content_encoding="gzip")
    await visit.send(gzip.compress(bytes(20_000_000)))


async def endless_line(visit: Visit) -> None:
    await visit.head()
    while True:
        await visit.send(b"data: " + b"x" * 100_000)


async def endless_event(visit: Visit) -> None:
    await visit.head()
    while True:
        await visit.send(b"data: " + b"x" * 100_000 + b"\n")


async def endless_comments(visit: Visit) -> None:
    await visit.head()
    while True:
        await visit.send(b": " + b"x" * 100_000 + b"\n\n")


async def no_http(visit: Visit) -> None:
    await visit.send(b"SSH-2.0-OpenSSH_9.2\r\n")


async def endless_headers(visit: Visit) -> None:
    await visit.send(b"HTTP/1.1 200 OK\r\n")
    while True:
        await visit.send(b"x: " + b"y" * 10_000 + b"\r\n")


async def refuses_the_key(visit: Visit) -> None:
    await visit.head("401 Unauthorized", "application/json")


async def knows_no_such_model(visit: Visit) -> None:
    await visit.head("404 Not Found", "application/json")


async def ends_at_once(visit: Visit) -> None:
    await visit.head()
    await visit.send(b"data: [DONE]\n\n")


async def bad_tool_call(visit: Visit) -> None:
    await visit.head()
    await visit.event(choices=[{"delta": {"tool_calls": [{"function": {"name": "x", "arguments": "{"}}]}}])
    await visit.stop()


@pytest.mark.parametrize(
    ("script", "said"),
    [
        (hangs, "no token has come for 0.3 s"),
        (hangs_after_the_head, "no token has come for 0.3 s"),
        (half_a_line, "half an answer"),
        (half_an_answer, "half an answer"),
        (stops_sending, "nothing more has come for 0.3 s"),
        (fails, r"the server failed \(500\): out of \[31m memory$"),
        (fails_in_the_stream, "out of memory"),
        (wrong_json, "no piece of an answer"),
        (other_json, "no piece of an answer"),
        (bad_utf8, "no piece of an answer"),
        (deep_json, "no piece of an answer"),
        (no_stream, "something else than a stream"),
        (a_page, r"failed \(502\)$"),
        (redirects, "not followed"),
        (gzip_bomb, "something else than a stream"),
        (endless_line, "a line without an end"),
        (endless_event, "an event without an end"),
        (no_http, "the connection to the server broke"),
        (endless_headers, "the connection to the server broke"),
        (refuses_the_key, "refuses the key"),
        (knows_no_such_model, "does not know the model"),
        (ends_at_once, "half an answer"),
        (bad_tool_call, "no JSON"),
    ],
)
async def test_one_clear_error(remote, script, said):
    patience = 0.3 if "0.3" in said else 20
    async with Hostile(script) as server:
        client = remote(server.url, first_token_s=patience, between_s=patience)
        with pytest.raises(EngineUnavailable, match=said):
            await answer(client)
        assert len(server.visits) == 1
        # The worker lives on.
        server.script = well
        assert (await answer(client))[1].reason == "stop"


async def test_a_stream_of_nothing_ends(remote):
    async with Hostile(endless_comments) as server:
        with pytest.raises(EngineUnavailable, match=r"no token|without an end"):
            await answer(remote(server.url, first_token_s=1))


async def test_a_compressed_error_is_not_opened(remote):
    async with Hostile(gzip_bomb_of_an_error) as server:
        with pytest.raises(BadInput):
            await answer(remote(server.url))


@pytest.mark.parametrize(
    ("status", "error", "kind"),
    [
        ("400 Bad Request", {"code": "context_length_exceeded", "message": "too long"}, PromptTooLong),
        ("400 Bad Request", {"message": "the request exceeds the available context size"}, PromptTooLong),
        ("413 Too Large", {}, PromptTooLong),
        ("422 Unprocessable", {"message": "top_k?"}, BadInput),
    ],
)
async def test_what_the_request_is_to_blame_for(remote, status, error, kind):
    async def script(visit: Visit) -> None:
        await visit.head(status, "application/json")
        await visit.send(json.dumps({"error": error}).encode())

    async with Hostile(script) as server:
        client = remote(server.url, failures=1)
        for _ in range(3):
            with pytest.raises(kind):
                await answer(client)
        # The server is well, so it goes on being asked.
        assert len(server.visits) == 3


async def test_a_busy_server_is_left_alone_as_long_as_it_says(remote):
    async def busy(visit: Visit) -> None:
        await visit.head("429 Too Many Requests", "application/json", retry_after="1")

    async with Hostile(busy) as server:
        client = remote(server.url)
        with pytest.raises(EngineUnavailable, match="again in 1 s"):
            await answer(client)
        asked = time.monotonic()
        server.script = well
        with pytest.raises(EngineUnavailable, match="is not asked for now"):
            await answer(client)
        assert len(server.visits) == 1
        await asyncio.sleep(1.1 - (time.monotonic() - asked))
        assert (await answer(client))[1].reason == "stop"


async def test_a_server_that_failed_often_is_tried_again_after_a_check(remote):
    async with Hostile(fails) as server:
        client = remote(server.url, failures=2, rest_s=600, check_s=0.2)
        server.sick = True
        for _ in range(2):
            with pytest.raises(EngineUnavailable, match="failed"):
                await answer(client)
        with pytest.raises(EngineUnavailable, match="is not asked for now"):
            await answer(client)
        assert len(server.visits) == 2
        server.script, server.sick = well, False
        for _ in range(2):
            server.checked.clear()
            await asyncio.wait_for(server.checked.wait(), 20)
        # The second began after the answer to the first was read.
        assert (await answer(client))[1].reason == "stop"


async def test_nobody_is_asked_before_a_request(remote):
    async with Hostile(well) as server:
        client = remote(server.url, check_s=0.05)
        assert (await client.info()).device == "remote"
        await client.count(ASK.messages)
        await asyncio.sleep(0.3)
        assert (server.visits, server.checks) == ([], 0)
