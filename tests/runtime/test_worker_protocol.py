import itertools

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from myna.engine.protocols import EngineSpec, ModelInfo, TextPiece
from myna.errors import ErrorInfo
from myna.worker import protocol
from myna.worker.protocol import (
    HEADER,
    Cancel,
    Done,
    Failed,
    FrameBuffer,
    FrameError,
    Item,
    Load,
    Log,
    Pause,
    Ping,
    Pong,
    Ready,
    Request,
    Resume,
    Shutdown,
    encode,
    encode_item,
    encode_request,
    to_host,
    to_worker,
)


@pytest.mark.parametrize(
    "frame",
    [
        Load(EngineSpec("n", "m:E", {"model": "/x"}, {"context": 5, "deep": {"a": [1]}})),
        Cancel(7),
        Pause(7),
        Resume(8),
        Ping(1),
        Shutdown(),
    ],
)
def test_frames_to_the_worker_survive_the_way(frame):
    assert to_worker.decode(encode(frame)[HEADER:]) == frame


@pytest.mark.parametrize(
    "frame",
    [
        Ready(ModelInfo("m", details={"a": "b"})),
        Done(3),
        Failed(0, ErrorInfo("engine", "no", "hint")),
        Pong(1, 2.5, 1 << 40),
        Log("warning", "текст 文字"),
    ],
)
def test_frames_to_the_host_survive_the_way(frame):
    assert to_host.decode(encode(frame)[HEADER:]) == frame


def test_bodies_are_encoded_within_their_frame():
    item = to_host.decode(encode_item(5, TextPiece("你好"))[HEADER:])
    assert isinstance(item, Item)
    assert item.id == 5
    assert msgspec.msgpack.decode(item.body, type=TextPiece) == TextPiece("你好")

    request = to_worker.decode(encode_request(6, "generate", TextPiece("x"))[HEADER:])
    assert isinstance(request, Request)
    assert (request.id, request.operation) == (6, "generate")
    assert msgspec.msgpack.decode(request.body, type=TextPiece) == TextPiece("x")


@settings(deadline=None)
@given(payloads=st.lists(st.binary(min_size=1, max_size=40)), cuts=st.lists(st.integers(0, 400)))
def test_frames_come_out_whole_however_they_arrive(payloads, cuts):
    stream = b"".join(len(p).to_bytes(HEADER, "big") + p for p in payloads)
    borders = sorted({0, len(stream), *[cut for cut in cuts if cut < len(stream)]})
    frames = FrameBuffer()
    out = []
    for start, stop in itertools.pairwise(borders):
        out += frames.feed(stream[start:stop])
    assert out == payloads


@pytest.mark.parametrize("header", [b"\xff\xff\xff\xff", b"\x00\x00\x00\x00", b"\x00\x00\x00\x65"])
def test_an_impossible_length_is_refused_before_anything_is_kept(header):
    with pytest.raises(FrameError, match="claims"):
        list(FrameBuffer(limit=100).feed(header))


def test_an_impossible_length_is_seen_when_it_arrives_in_pieces():
    frames = FrameBuffer(limit=100)
    assert list(frames.feed(b"\xff\xff")) == []
    with pytest.raises(FrameError):
        list(frames.feed(b"\xff\xff"))


def test_what_came_before_garbage_is_not_lost():
    frames = FrameBuffer().feed(b"\x00\x00\x00\x01a\xff\xff\xff\xff")
    assert next(frames) == b"a"
    with pytest.raises(FrameError):
        next(frames)


def test_a_length_alone_takes_no_memory():
    frames = FrameBuffer()
    assert list(frames.feed((protocol.MAX_FRAME).to_bytes(HEADER, "big") + b"abc")) == []
    assert len(frames._rest) == HEADER + 3


def test_a_frame_beyond_the_limit_is_not_sent(monkeypatch):
    monkeypatch.setattr(protocol, "MAX_FRAME", 1000)
    with pytest.raises(FrameError, match="at most 1,000"):
        encode_item(1, TextPiece("x" * 1000))


@pytest.mark.parametrize("payload", [b"hello", b"\x93\x02\x01", b"\x92\x63\x01", b"\xc0", b"\x93\x02\xa1x\xc0"])
def test_garbage_is_a_decoding_error(payload):
    with pytest.raises(msgspec.MsgspecError):
        to_host.decode(payload)
