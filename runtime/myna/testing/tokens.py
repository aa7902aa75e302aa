"""The token rule of the fakes, simple enough to count by hand."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ..messages import Message

_TOKEN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]|[^\s\u3400-\u9fff\uf900-\ufaff]+")

MESSAGE_TOKENS = 4
"""What a chat template adds to each message, and once more to open the answer; common templates need 3 to 5."""


def split_tokens(text: str) -> list[str]:
    """Each Chinese character is a token; elsewhere, each run of letters without white space."""
    return _TOKEN.findall(text)


def count_messages(messages: Iterable[Message]) -> int:
    """Tokens of a prompt: each message's text and `MESSAGE_TOKENS`, and `MESSAGE_TOKENS` for the answer's opening."""
    return MESSAGE_TOKENS + sum(MESSAGE_TOKENS + len(split_tokens(message.text)) for message in messages)
