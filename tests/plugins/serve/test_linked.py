"""Pictures at addresses: fetched from hosts that are listed, and only there, whatever those then do."""

from __future__ import annotations

import asyncio
import base64
import json
import socket
import ssl
from contextlib import asynccontextmanager

import pytest

from hostile import Hostile
from myna.config import AuditSettings, ModelSettings, Settings
from myna.errors import BadConfig
from myna.hookspecs import hookimpl
from myna.messages import Image
from myna_serve.linked import fetching
from myna_serve.linked.addresses import addresses, is_outside
from myna_serve.linked.hosts import ImageHosts
from signing import certificate
from small_guard import guard
from small_png import PIXEL

pytestmark = pytest.mark.anyio

INLINE = "data:image/png;base64," + base64.b64encode(PIXEL).decode()


async def picture(visit):
    await visit.head(kind="image/png")
    await visit.send(PIXEL)


@asynccontextmanager
async def pictures(script=picture, **options):
    """A server of pictures on loopback, and its host with the port."""
    async with Hostile(script, **options) as server:
        yield server, server.url.split("/")[2]


async def asked(served, *urls):
    parts = [{"type": "text", "text": "What?"}, *({"type": "image_url", "image_url": {"url": url}} for url in urls)]
    return await served.ask(messages=[{"role": "user", "content": parts}])


async def refused(served, url, code="invalid_image_url"):
    """The message of the error that `url` is answered with; no engine was asked."""
    response = await asked(served, url)
    error = response.json()["error"]
    assert (response.status_code, error["type"], error["param"]) == (400, "invalid_request_error", "messages"), url
    assert error["code"] == code, error
    assert served.engine.requests == []
    return error["message"]


def seen(served):
    """Hashes of the pictures of the last question."""
    return [part.attachment.sha256 for part in served.engine.requests[-1].messages[-1].parts if isinstance(part, Image)]


async def test_a_listed_host_is_asked_and_the_picture_is_that_of_a_data_url(serve):
    async with pictures() as (server, host):
        served = await serve(image_hosts=(host,))
        assert (await asked(served, INLINE)).status_code == 200
        inline = seen(served)
        response = await asked(served, f"http://{host}/a%20b/ü.png?x=1&y=%2F#part", INLINE)
        assert response.status_code == 200, response.text
        assert seen(served) == inline * 2
    (visit,) = server.visits
    assert visit.target == "/a%20b/%C3%BC.png?x=1&y=%2F"
    assert visit.headers["host"] == host
    assert not {"cookie", "authorization", "referer", "proxy-authorization"} & set(visit.headers)


async def test_without_a_list_nothing_is_asked(serve):
    async with pictures() as (server, host):
        served = await serve()
        assert "serve.image_hosts" in await refused(served, f"http://{host}/", "unsupported_image_url")
    assert not server.visits


@pytest.mark.parametrize(
    "url",
    [
        "http://pictures.example.org./x.png",  # the same name for DNS, and another text
        "http://user@pictures.example.org/x.png",
        "http://pictures.example.org@127.0.0.1/x.png",
        "http://127.0.0.1\\@pictures.example.org/x.png",
        "http://pictures.example.org:81/x.png",
        "http://pictures.example.org:/x.png",
        "http://pictures.example.org:99999/x.png",
        "http://www.pictures.example.org/x.png",
        "http://pictures.example.org.evil.example/x.png",
        "http://pictures.example.org%2eevil.example/x.png",
        "http://pictures.example.org%00.evil.example/x.png",
        "http://pictures。example.org/x.png",
        "http://pictures.example.org \t/x.png",
        " http://pictures.example.org/x.png",
        "ftp://pictures.example.org/x.png",
        "file://pictures.example.org/etc/passwd",
        "//pictures.example.org/x.png",
        "http:pictures.example.org/x.png",
        "http:///pictures.example.org/x.png",
        "http://10.0.0.5/x.png",  # listed with a port
        "http://10.0.0.5:8080/" + "x" * 9000,
        "http://2130706433/x.png",
        "http://0x7f000001/x.png",
        "http://127.1/x.png",
        "http://017700000001/x.png",
        "http://[::ffff:10.0.0.5]:8080/x.png",
        "http://[fe80::1%25eth0]/x.png",
        "http://[::1]x/x.png",
        "http://::1/x.png",
    ],
)
def test_what_is_not_written_as_it_is_listed_is_no_place(url):
    hosts = ImageHosts(["pictures.example.org", "10.0.0.5:8080", "[::1]", "127.0.0.1"])
    assert hosts.place(url) is None


@pytest.mark.parametrize(
    ("url", "host", "port", "named"),
    [
        ("http://pictures.example.org/x.png", "pictures.example.org", 80, "pictures.example.org"),
        ("HTTPS://Pictures.Example.ORG/x.png", "pictures.example.org", 443, "pictures.example.org"),
        ("https://pictures.example.org:443/x.png", "pictures.example.org", 443, "pictures.example.org"),
        ("http://10.0.0.5:8080/x.png", "10.0.0.5", 8080, "10.0.0.5:8080"),
        ("http://[0:0::1]/x.png", "::1", 80, "[::1]"),
    ],
)
def test_ways_to_write_a_listed_host(url, host, port, named):
    place = ImageHosts(["Pictures.example.org", "10.0.0.5:8080", "[::1]"]).place(url)
    assert (place.host, place.port, place.named, place.target) == (host, port, named, "/x.png")


@pytest.mark.parametrize("url", ["http://h.example", "http://h.example?x", "http://h.example/#x"])
def test_an_address_without_a_path_has_one(url):
    assert ImageHosts(["h.example"]).place(url).target in {"/", "/?x"}


@pytest.mark.parametrize(
    "listed",
    ["", "*", "*.example.org", "https://example.org", "example.org/", "a b", "u@example.org", "example.org.",
     "::1", "[127.0.0.1]", "[::1", "example.org:0", "example.org:99999", "a..b", "例子.example"],
)  # fmt: skip
def test_an_entry_that_is_no_host_is_told_at_the_start(listed):
    with pytest.raises(BadConfig, match=r"serve\.image_hosts"):
        ImageHosts([listed])


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "127.8.8.8", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
     "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fe80::1%1", "fc00::1", "fec0::1", "ff02::1",
     "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a00:1", "2002:7f00:1::",
     "2002:a00:1::1", "2001:0:7f00:1::1", "2001:db8::1", "no address"],
)  # fmt: skip
def test_what_is_inside(address):
    assert not is_outside(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "93.184.216.34", "2606:4700::1111", "64:ff9b::101:101"])
def test_what_is_outside(address):
    assert is_outside(address)


@pytest.mark.parametrize("name", ["localhost", "2130706433", "127.1", "0x7f.1"])
async def test_a_name_for_this_machine_opens_nothing_although_it_is_listed(serve, name):
    async with pictures() as (server, host):
        port = host.split(":")[1]
        served = await serve(image_hosts=(f"{name}:{port}",))
        assert "cannot be reached" in await refused(served, f"http://{name}:{port}/x.png")
    assert not server.visits


@pytest.fixture
def named(monkeypatch):
    """Gives the name `pictures.example.org` the addresses of the test; the times that it was looked up."""
    asked = []

    def give(*found):
        async def look_up(loop, host, port, **options):
            assert host == "pictures.example.org"
            asked.append(host)
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in found]

        monkeypatch.setattr(asyncio.base_events.BaseEventLoop, "getaddrinfo", look_up)
        return asked

    return give


async def test_only_the_outer_addresses_of_a_name_are_asked(named):
    place = ImageHosts(["pictures.example.org"]).place("http://pictures.example.org/")
    named("10.0.0.1", "93.184.216.34", "::1", "93.184.216.34", "1.1.1.1")
    assert await addresses(place) == ["93.184.216.34", "1.1.1.1"]
    named("10.0.0.1", "127.0.0.1")
    with pytest.raises(OSError, match="of this machine"):
        await addresses(place)


async def test_a_name_is_looked_up_once_and_asked_for_by_its_name(serve, named, monkeypatch):
    monkeypatch.setattr("myna_serve.linked.addresses.is_outside", lambda address: True)
    async with pictures() as (server, host):
        port = host.split(":")[1]
        looked = named("127.0.0.1", "127.0.0.2")
        served = await serve(image_hosts=(f"pictures.example.org:{port}",))
        response = await asked(served, f"http://PICTURES.example.org:{port}/x.png")
        assert response.status_code == 200, response.text
    assert looked == ["pictures.example.org"]
    assert [visit.headers["host"] for visit in server.visits] == [f"pictures.example.org:{port}"]


async def test_another_address_is_tried_when_the_first_cannot_be_reached(serve, named, monkeypatch):
    monkeypatch.setattr("myna_serve.linked.addresses.is_outside", lambda address: True)
    async with pictures() as (server, host):
        port = host.split(":")[1]
        named("127.0.0.9", "127.0.0.1")  # nobody listens on the first
        served = await serve(image_hosts=(f"pictures.example.org:{port}",))
        assert (await asked(served, f"http://pictures.example.org:{port}/x.png")).status_code == 200
    assert len(server.visits) == 1


async def test_the_certificate_must_be_that_of_the_host(serve, tmp_path, monkeypatch):
    own, key = certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(own, key)
    async with pictures(tls=context) as (server, host):
        served = await serve(image_hosts=(host,))
        assert "not trusted" in await refused(served, f"https://{host}/x.png")
        assert not server.visits
        monkeypatch.setenv("SSL_CERT_FILE", str(own))
        assert (await asked(served, f"https://{host}/x.png")).status_code == 200
    assert len(server.visits) == 1


async def test_another_name_than_that_of_the_certificate_is_not_trusted(serve, named, tmp_path, monkeypatch):
    monkeypatch.setattr("myna_serve.linked.addresses.is_outside", lambda address: True)
    own, key = certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(own, key)
    monkeypatch.setenv("SSL_CERT_FILE", str(own))
    async with pictures(tls=context) as (server, host):
        port = host.split(":")[1]
        named("127.0.0.1")  # what the certificate is for: the address alone is not enough
        served = await serve(image_hosts=(f"pictures.example.org:{port}",))
        assert "not trusted" in await refused(served, f"https://pictures.example.org:{port}/x.png")
    assert not server.visits


async def test_redirects_are_not_followed(serve):
    async def elsewhere(visit):
        target = "/b.png" if visit.target == "/a.png" else "http://127.0.0.1:1/"
        await visit.head("302 Found", "image/png", location=target)

    async with pictures(elsewhere) as (server, host):
        served = await serve(image_hosts=(host,))
        for path in ("/a.png", "/x.png"):
            assert "not followed" in await refused(served, f"http://{host}{path}")
    assert [visit.target for visit in server.visits] == ["/a.png", "/x.png"]


async def test_no_proxy_of_the_environment_is_asked(serve, monkeypatch):
    async with pictures() as (proxy, host), pictures() as (server, other):
        monkeypatch.setenv("HTTP_PROXY", f"http://{host}")
        monkeypatch.setenv("ALL_PROXY", f"http://{host}")
        served = await serve(image_hosts=(other,))
        assert (await asked(served, f"http://{other}/x.png")).status_code == 200
    assert len(server.visits) == 1
    assert not proxy.visits


@pytest.mark.parametrize(
    ("head", "body", "told"),
    [
        ({"status": "404 Not Found", "kind": "image/png"}, PIXEL, "answered 404"),
        ({"status": "206 Partial Content", "kind": "image/png"}, PIXEL, "answered 206"),
        ({"kind": "text/html"}, PIXEL, "no picture"),
        ({"kind": "image/png"}, b"<html>", "no picture"),
        ({"kind": "image/png"}, b"", "no picture"),
        ({"kind": "image/svg+xml"}, b"<svg xmlns='http://www.w3.org/2000/svg'/>", "no picture"),
        ({"kind": "image/png", "content_encoding": "gzip"}, PIXEL, "compressed"),
        ({"kind": "image/png", "content_length": "99999999999"}, PIXEL, "larger"),
        ({"kind": "image/png", "content_length": "9" * 40}, PIXEL, "the connection broke"),
        ({"kind": "image/png", "content_length": "9999"}, PIXEL, "the connection broke"),
    ],
    ids=str,
)
async def test_what_is_no_picture_is_refused(serve, head, body, told):
    async def other(visit):
        await visit.head(**head)
        await visit.send(body)

    async with pictures(other) as (_, host):
        assert told in await refused(await serve(image_hosts=(host,)), f"http://{host}/x")


async def test_what_is_too_large_is_given_up_in_the_middle(serve):
    sent = 0

    async def endless(visit):
        nonlocal sent
        await visit.head(kind="image/png")
        await visit.send(PIXEL)
        while True:
            await visit.send(bytes(1 << 20))
            sent += 1

    async with pictures(endless) as (_, host):
        served = await serve(image_hosts=(host,), body_mb=2)
        assert "larger together" in await refused(served, f"http://{host}/x.png")
    assert sent < 64


async def test_all_pictures_of_a_request_together_have_a_limit(serve):
    async def large(visit):
        await visit.head(kind="image/png")
        await visit.send(PIXEL + bytes(600_000) + visit.target.encode())

    async with pictures(large) as (server, host):
        served = await serve(image_hosts=(host,), body_mb=1)
        response = await asked(served, f"http://{host}/a.png", f"http://{host}/b.png")
        assert "larger together" in response.json()["error"]["message"]
        assert len(server.visits) == 2
        response = await asked(served, *(f"http://{host}/{number}.png" for number in range(17)))
        assert "at most 16" in response.json()["error"]["message"]
        assert len(server.visits) == 2


@pytest.mark.parametrize("stops", ["before the head", "in the body"])
async def test_a_server_that_is_slow_is_given_up(serve, monkeypatch, stops):
    monkeypatch.setattr(fetching, "FETCH_S", 0.3)

    async def slow(visit):
        if stops == "in the body":
            await visit.head(kind="image/png")
            await visit.send(PIXEL)
            await visit.until_left()  # a few bytes now and then
        await asyncio.sleep(30)

    async with pictures(slow) as (_, host):
        assert "in time" in await refused(await serve(image_hosts=(host,)), f"http://{host}/x.png")


async def test_no_host_no_server_and_what_is_no_http(serve):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{unused.getsockname()[1]}"
        assert "cannot be reached" in await refused(await serve(image_hosts=(host,)), f"http://{host}/x.png")

    async def nonsense(visit):
        await visit.send(b"SSH-2.0-x\r\n")

    async with pictures(nonsense) as (_, host):
        assert "connection broke" in await refused(await serve(image_hosts=(host,)), f"http://{host}/x.png")


async def test_offline_nothing_is_fetched(serve):
    async with pictures() as (server, host):
        served = await serve(image_hosts=(host,), settings=Settings(models=ModelSettings(offline=True)))
        assert "models.offline" in await refused(served, f"http://{host}/x.png", "unsupported_image_url")
    assert not server.visits


async def test_one_address_that_is_not_listed_and_none_is_opened(serve):
    async with pictures() as (server, host):
        served = await serve(image_hosts=(host,))
        response = await asked(served, f"http://{host}/x.png", "http://127.0.0.1:1/x.png")
        assert response.json()["error"]["code"] == "unsupported_image_url"
    assert not server.visits


async def test_the_guard_sees_the_picture_and_the_audit_the_address(serve, own_home):
    screen = guard()
    screened = []

    def myna_screen_input(message, draft):
        screened.extend(part.attachment.size for part in message.parts if isinstance(part, Image))

    screen.myna_screen_input = hookimpl(myna_screen_input)
    settings = Settings(audit=AuditSettings(mode="full"))
    async with pictures() as (_, host):
        served = await serve(image_hosts=(host,), plugins=[screen], settings=settings)
        url = f"http://{host}/x.png"
        assert (await asked(served, url)).status_code == 200
        assert screened
        judged = {"input": [{"type": "image_url", "image_url": {"url": url}}]}
        before = len(screened)
        assert (await served.client.post("/v1/moderations", json=judged)).status_code == 200
        assert len(screened) == before + 1
    await served.assistant.audit.close()
    lines = [json.loads(line) for line in (own_home / "data" / "audit" / "audit.jsonl").read_text().splitlines()]
    fetched = [line for line in lines if line["kind"] == "request" and "fetched" in line["data"]]
    assert [line["data"]["endpoint"] for line in fetched] == ["/v1/chat/completions", "/v1/moderations"]
    assert all(line["data"]["fetched"] == [host] for line in fetched)
    assert all(line["content"]["pictures"] for line in fetched)
    # Before the question, and before anything left.
    assert lines.index(fetched[0]) == min(
        at for at, line in enumerate(lines) if line["kind"] in {"request", "question"}
    )


async def test_what_is_kept_of_a_response_holds_the_picture(serve):
    async with pictures() as (server, host):
        served = await serve(image_hosts=(host,))
        parts = [{"type": "input_image", "image_url": f"http://{host}/x.png"}, {"type": "input_text", "text": "What?"}]
        asking = {"input": [{"role": "user", "content": parts}]}
        first = (await served.client.post("/v1/responses", json=asking)).json()
        items = (await served.client.get(f"/v1/responses/{first['id']}/input_items")).json()["data"]
        assert items[0]["content"][0]["image_url"] == INLINE
        begun = await served.client.post(
            "/v1/conversations", json={"items": [{"type": "message", **asking["input"][0]}]}
        )
        assert begun.status_code == 200, begun.text
        assert len(server.visits) == 2
    # The server is gone, and the conversation goes on.
    for more in ({"previous_response_id": first["id"]}, {"conversation": begun.json()["id"]}):
        response = await served.client.post("/v1/responses", json={"input": "And now?", **more})
        assert response.status_code == 200, response.text
        assert len(served.engine.requests[-1].images) == 1


@pytest.mark.skipif(not socket.has_ipv6, reason="there is no IPv6")
async def test_an_address_of_ipv6_is_asked_by_itself(serve):
    heads = []

    async def handle(reader, writer):
        heads.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nConnection: close\r\n\r\n" + PIXEL)
        await writer.drain()
        writer.close()

    try:
        listening = await asyncio.start_server(handle, "::1", 0)
    except OSError:
        pytest.skip("IPv6 is switched off")
    async with listening:
        port = listening.sockets[0].getsockname()[1]
        served = await serve(image_hosts=(f"[::1]:{port}",))
        response = await asked(served, f"http://[0:0:0:0:0:0:0:1]:{port}/x.png")
        assert response.status_code == 200, response.text
    assert f"host: [::1]:{port}\r\n".encode() in heads[0].lower()
