"""Conversations, messages and attachments on disk.

Importing this package is cheap: the database library is loaded when a store is opened.
"""

from .records import (
    ConversationRecord,
    ConversationSummary,
    MessageMeta,
    SearchHit,
    SearchOrder,
    StoredMessage,
)
from .store import ConversationStore

__all__ = [
    "ConversationRecord",
    "ConversationStore",
    "ConversationSummary",
    "MessageMeta",
    "SearchHit",
    "SearchOrder",
    "StoredMessage",
]
