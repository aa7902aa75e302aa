"""Texts to be measured and what was heard are screened as questions are, and recorded."""

from __future__ import annotations

import json

import pytest

from myna.config import AuditSettings, Settings
from small_guard import guard

pytestmark = pytest.mark.anyio

FULL = Settings(audit=AuditSettings(mode="metadata"))


async def recorded(served, home):
    await served.assistant.audit.close()
    lines = (home / "data" / "audit" / "audit.jsonl").read_text().splitlines()
    return [line["data"] for line in map(json.loads, lines) if line["kind"] == "request"]


def refused(response):
    error = response.json()["error"]
    return (response.status_code, error["code"], error["type"], error["message"]) == (
        400, "content_filter", "invalid_request_error", "Not here.",
    )  # fmt: skip


async def test_vectors_are_made_of_what_the_guard_lets_pass(serve, own_home):
    served = await serve(plugins=[guard()], settings=FULL)

    async def vector(*texts):
        response = await served.client.post("/v1/embeddings", json={"input": texts})
        return [item["embedding"] for item in response.json()["data"]]

    plain, masked = await vector("tea", "my card")
    assert await vector("my ***", "tea") == [masked, plain]
    assert refused(await served.client.post("/v1/embeddings", json={"input": ["tea", "a bomb"]}))
    first, second, third = await recorded(served, own_home)
    assert (first["count"], first["masked"], second["masked"]) == (2, 1, 0)
    assert (third["action"], third["rule"], third["client"]) == ("block", "offensive", "local")


@pytest.fixture
async def heard(serve):
    served = await serve(plugins=[guard()], settings=FULL)
    served.assistant.heard = {
        b"plain": ["One.", "Two."],
        b"card": ["One.", "my card", "Three."],
        b"bomb": ["One.", "a bomb"],
        b"across": ["One.", "a long", "way", "Four."],
        b"far": ["very", "far", "away"],
    }

    async def hear(content, **fields):
        return await served.client.post("/v1/audio/transcriptions", files={"file": content}, data=fields)

    hear.served = served
    return hear


async def test_transcripts_are_told_as_the_guard_lets_them_pass(heard, own_home):
    assert (await heard(b"plain")).json() == {"text": "One. Two."}
    assert (await heard(b"card")).json() == {"text": "One. my *** Three."}
    assert "card" not in (await heard(b"card", response_format="srt")).text
    asked = {"response_format": "verbose_json", "timestamp_granularities[]": "word"}
    shown = (await heard(b"card", **asked)).json()
    assert [segment["text"] for segment in shown["segments"]] == ["One.", "my ***", "Three."]
    assert [word["word"] for word in shown["words"]] == ["One.", "Three."]
    assert refused(await heard(b"bomb"))
    records = await recorded(heard.served, own_home)
    assert [one.get("masked") for one in records] == [0, 1, 1, 1, None]
    assert records[-1]["action"] == "block"


async def test_what_is_forbidden_across_segments_is_not_told_in_halves(heard):
    assert (await heard(b"across")).json() == {"text": "One. a *** Four."}
    vtt = (await heard(b"across", response_format="vtt")).text
    assert "00:00:01.000 --> 00:00:03.000\na ***\n" in vtt
    assert "long" not in vtt
    shown = (await heard(b"far", response_format="verbose_json")).json()
    assert [segment["text"] for segment in shown["segments"]] == ["***"]
    assert "far" not in json.dumps(shown)


async def test_a_stream_tells_nothing_that_is_forbidden(heard):
    streamed = (await heard(b"card", stream="true")).text
    assert "my ***" in streamed
    assert "card" not in streamed
    across = (await heard(b"across", stream="true")).text
    assert '"delta":" a ***"' in across
    assert "long" not in across
    # What it told before stays told; then comes why there is no more.
    blocked = (await heard(b"bomb", stream="true")).text
    assert "content_filter" in blocked
    assert "bomb" not in blocked
