"""Simplified Chinese for the page "Voice" of the desktop."""

from __future__ import annotations

PANEL: dict[str, str] = {
    "Voice": "语音",
    "{name} is gone": "{name} 已断开",
    "plug it in again": "请重新接好",
    "the page voice has no action {action}": "语音页面没有操作 {action}",
    "the page voice does not change {name}": "语音页面不能更改 {name}",
}
