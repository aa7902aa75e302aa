"""Simplified Chinese for the Wyoming server."""

from __future__ import annotations

WYOMING: dict[str, str] = {
    "Serve Home Assistant by the Wyoming protocol": "用 Wyoming 协议为 Home Assistant 服务",
    "Serve speech to text, voices and answers to Home Assistant.": "为 Home Assistant 提供语音识别、语音合成和回答。",
    "The address to listen on; only this machine by default.": "监听的地址；默认仅限本机。",
    "The port; 0 takes any that is free.": "端口；0 表示任选一个空闲的。",
    "Listening on {address}": "正在监听 {address}",
    "Whoever reaches this machine can use it: the protocol knows no passwords.": (
        "能连到这台机器的人都可以使用：该协议没有密码。"
    ),
    "the Wyoming server needs the package wyoming": "Wyoming 服务器需要 wyoming 包",
    "there is no host called {host}": "没有名为 {host} 的主机",
    "port {port} of {host} is in use": "{host} 的端口 {port} 已被占用",
    "choose another --port": "请用 --port 换一个端口",
    "cannot listen on {host}, port {port}: {reason}": "无法监听 {host} 的端口 {port}：{reason}",
    # told to clients
    "the event {type} cannot be used: {reason}": "事件 {type} 无法使用：{reason}",
    "the connection ended in the middle of an event": "连接在事件中途断开",
    "the line of an event has more than {most} bytes": "事件的首行超过 {most} 字节",
    "{name} is {length}; more than {most} is refused": "{name} 为 {length}；超过 {most} 不予接受",
    "the rest of an event did not come": "事件的其余部分没有到来",
    "this is no event: {reason}": "这不是事件：{reason}",
    "this is no event: it is nested too deeply": "这不是事件：嵌套过深",
    "more than {most} seconds of sound in one question are refused": "一个问题的声音不得超过 {most} 秒",
    "more than {most} characters to speak are refused": "要朗读的文字不得超过 {most} 个字符",
    "more than {most} characters to answer are refused": "要回答的文字不得超过 {most} 个字符",
    "the text to answer is empty": "要回答的文字是空的",
    "texts in the format {format} cannot be spoken": "无法朗读 {format} 格式的文字",
}
