"""Simplified Chinese for what this plugin says."""

from __future__ import annotations

CHINESE: dict[str, str] = {
    "the message needs {needed} tokens with its system prompt, and {most} are available in a context of {context}": (
        "消息连同系统提示需要 {needed} 个词元，而上下文 {context} 中只有 {most} 个可用"
    ),
    "about {count}": "约 {count}",
}
