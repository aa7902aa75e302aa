"""Simplified Chinese for what the desktop says outside its pages."""

from __future__ import annotations

from .kiosk.chinese import KIOSK

CHINESE: dict[str, str] = {
    **KIOSK,
    "Open the window": "打开窗口",
    "Open the window: conversations, voice, models and settings.": "打开窗口：对话、语音、模型和设置。",
    "Open Myna": "打开 Myna",
    "New conversation": "新对话",
    "Quit": "退出",
    "History": "历史记录",
    "Plugins": "插件",
    "Health": "运行状况",
    "Settings": "设置",
    "there is no display here": "这里没有显示器",
    "the desktop cannot start: {error}": "桌面无法启动：{error}",
    "the page {name} cannot be made: {error}": "无法创建页面 {name}：{error}",
    "{name} cannot be switched off here": "不能在这里关闭 {name}",
    "the history has no action {action}": "历史记录没有操作 {action}",
    "the plugins have no action {action}": "插件页没有操作 {action}",
    "the health page has no action {action}": "运行状况页没有操作 {action}",
    "the settings have no action {action}": "设置没有操作 {action}",
    "no page of A4 can be laid out here": "这里无法排版 A4 页面",
    "The window: first frame, stalls while an answer streams, first words": "窗口：首帧、流式回答时的卡顿、首批文字",
}
