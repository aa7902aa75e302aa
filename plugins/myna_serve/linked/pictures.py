"""Pictures at addresses become `data:` URLs before anything else looks at a request: the guard sees their content,
what is kept of a response holds it, and nothing is ever fetched twice."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from starlette.requests import Request

from myna.store.attachments import sniff
from myna_serve.aside import record
from myna_serve.chat.pictures import MOST_PICTURES, unsupported
from myna_serve.chat.request import ChatMessage, ImagePart, ImageUrl
from myna_serve.connection import while_connected
from myna_serve.faults import bad
from myna_serve.responses.request import InputImage, Item, MessageItem

from .fetching import fetch
from .hosts import Place

if TYPE_CHECKING:
    from myna_serve.access.identity import Identity
    from myna_serve.service import Service

Link = ImageUrl | InputImage


def links_in(messages: Iterable[ChatMessage]) -> list[Link]:
    """The pictures of a chat completion."""
    parts = [part for message in messages if isinstance(message.content, list) for part in message.content]
    return [part.image_url for part in parts if isinstance(part, ImagePart)]


def links_in_items(asked: str | Sequence[Item] | None) -> list[Link]:
    """The pictures of a response, or of a conversation."""
    items = [] if asked is None or isinstance(asked, str) else asked
    messages = [item for item in items if isinstance(item, MessageItem) and isinstance(item.content, list)]
    return [part for message in messages for part in message.content if isinstance(part, InputImage)]


async def bring(request: Request, service: Service, who: Identity, links: Sequence[Link]) -> None:
    """Fetch what is at addresses among `links`, and put it in their place, for as long as the client is there.

    Raises:
        Fault: an address is not to be opened, or a picture cannot be had.
    """
    far = [link for link in links if not _url(link).lower().startswith("data:")]
    if far and len(links) > MOST_PICTURES:
        raise bad(f"at most {MOST_PICTURES} pictures are possible", "messages")
    if far:
        await while_connected(request, _bring(service, who, request.url.path, far))


async def _bring(service: Service, who: Identity, endpoint: str, far: Sequence[Link]) -> None:
    """What leaves the machine is on the record before it does."""
    # All of them, before the first one is fetched.
    places = {_url(link): _place(service, _url(link)) for link in far}
    hosts = sorted({place.named for place in places.values()})
    await record(service, who, endpoint, content={"pictures": "\n".join(places)}, fetched=hosts)
    left = service.assistant.settings.serve.body_mb * 1024 * 1024
    found: dict[str, str] = {}
    async with service.slot("fetch", who):
        for url, place in places.items():
            data = await fetch(place, left)
            left -= len(data)
            found[url] = f"data:{sniff(data)};base64,{base64.b64encode(data).decode()}"
    for link in far:
        _put(link, found[_url(link)])


def _place(service: Service, url: str) -> Place:
    place = service.image_hosts.place(url)
    if place is None:
        raise unsupported()
    if service.assistant.settings.models.offline:
        raise bad("pictures are not fetched: models.offline is set", "messages", "unsupported_image_url")
    return place


def _url(link: Link) -> str:
    return link.url if isinstance(link, ImageUrl) else link.image_url


def _put(link: Link, url: str) -> None:
    if isinstance(link, ImageUrl):
        link.url = url
    else:
        link.image_url = url
