"""Simplified Chinese for what the desktop says on the command line; its pages have translations of Qt."""

from __future__ import annotations

CHINESE = {
    "Open the window": "打开窗口",
    "The window: first frame, stalls while an answer streams, first words": ("窗口：首帧、流式回答时的卡顿、首批文字"),
}
