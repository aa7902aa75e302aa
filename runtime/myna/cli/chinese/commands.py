"""The built-in commands: summaries, options and what they print."""

from __future__ import annotations

COMMANDS: dict[str, str] = {
    "Show all that works on this machine": "展示这台机器上能用的一切",
    "Ask one question": "提一个问题",
    "Talk in the terminal": "在终端聊天",
    "List, show, search, export and delete what was said": "列出、查看、搜索、导出和删除对话",
    "List plugins, what they may use, and what failed": "列出插件、其权限和失败原因",
    "Check this machine, and say how to mend what is wrong": "检查这台机器，并说明如何修复问题",
    "Measure, each figure beside its peer": "测量性能，每个数字都有参照",
    "Show and change settings": "查看和修改设置",
}
