"""Simplified Chinese for the texts of the server on the command line."""

from __future__ import annotations

CHINESE: dict[str, str] = {
    "Answer other programs over HTTP, as OpenAI's API does": "通过 HTTP 回答其他程序，接口与 OpenAI 相同",
    "Answer other programs over HTTP, as OpenAI's API does.": "通过 HTTP 回答其他程序，接口与 OpenAI 相同。",
    "The address to listen on; only this machine by default.": "监听的地址；默认仅限本机。",
    "The port; 0 takes any that is free.": "端口；0 表示任选一个空闲的。",
    "Listening on {address}": "正在监听 {address}",
    "Every program on this machine may ask: there are no keys (myna serve keys add NAME).": (
        "本机的所有程序都可以提问：还没有密钥（myna serve keys add NAME）。"
    ),
    "without a key, only this machine may ask: {host} lets others connect": (
        "没有密钥时只有本机可以提问：{host} 会让其他机器连接"
    ),
    "the server needs the package {package}": "服务器需要 {package} 包",
    "there is no host called {host}": "没有名为 {host} 的主机",
    "port {port} of {host} is in use": "{host} 的端口 {port} 已被占用",
    "choose another --port": "请用 --port 换一个端口",
    "cannot listen on {host}, port {port}: {reason}": "无法监听 {host} 的端口 {port}：{reason}",
    "the certificate {file} cannot be used: {reason}": "证书 {file} 无法使用：{reason}",
    "see serve.certificate and serve.private_key": "请检查 serve.certificate 和 serve.private_key",
    "serve.private_key is set, and serve.certificate is not: nothing would be encrypted": (
        "设置了 serve.private_key，却没有 serve.certificate：什么都不会加密"
    ),
    # tokens
    "serve.jwt_keys: {file} cannot be used: {reason}": "serve.jwt_keys：{file} 无法使用：{reason}",
    "see the page on the server: Tokens": "请参阅服务器说明中的“令牌”一节",
    "serve.jwt_keys is the path of a file, and no address: nothing is fetched": (
        "serve.jwt_keys 应为文件路径，而不是网址：不会下载任何内容"
    ),
    "save the issuer's key set as a file": "请将签发者的密钥集保存为文件",
    "serve.jwt_keys needs {name}: a token for another server must not open this one": (
        "serve.jwt_keys 还需要 {name}：给其他服务器的令牌不得打开这一个"
    ),
    # pictures at addresses
    "serve.image_hosts: {host} is no host": "serve.image_hosts：{host} 不是主机",
    "for example pictures.example.org, or 10.0.0.5:8080": "例如 pictures.example.org 或 10.0.0.5:8080",
    # limits
    "serve.limits cannot be used: no such store, or its driver is not installed": (
        "serve.limits 无法使用：没有这种存储，或未安装其驱动"
    ),
    "memory://, or redis://host with pip install 'myna[redis]'": (
        "memory://，或 redis://host（需 pip install 'myna[redis]'）"
    ),
    "{limit} is no limit": "{limit} 不是限额",
    "for example 60/minute, or 100000/day": "例如 60/minute 或 100000/day",
    # keys
    "Say who may ask: keys for other programs.": "决定谁可以提问：给其他程序的密钥。",
    "Make a key for the program NAME. It is shown this once, and only its hash is kept.": (
        "为程序 NAME 生成密钥。密钥只显示这一次，只保存其哈希值。"
    ),
    "What it allows; several times for several. All but metrics by default.": (
        "允许的用途；可多次给出。默认除 metrics 外全部允许。"
    ),
    "When it ends: 12h, 30d, 8w, or a date such as 2030-01-31.": "到期时间：12h、30d、8w，或 2030-01-31 这样的日期。",
    "How many requests, for example 60/minute.": "请求数限额，例如 60/minute。",
    "How many tokens, for example 100000/day.": "词元数限额，例如 100000/day。",
    "List the keys, with those that open nothing any more.": "列出密钥，包括已失效的。",
    "End the key NAME, or the one with this id, at once.": "立即停用名为 NAME（或编号为此）的密钥。",
    "Keep it: it is not shown again.": "请妥善保存：不会再次显示。",
    "There are no keys: only this machine may ask, and needs none.": "没有密钥：只有本机可以提问，且无需密钥。",
    "{name} ({id}) opens nothing any more.": "{name}（{id}）已停用。",
    "NAME": "名称",
    "ID": "编号",
    "STATE": "状态",
    "SCOPES": "用途",
    "LIMITS": "限额",
    "EXPIRES": "到期",
    "active": "有效",
    "expired": "已过期",
    "revoked": "已停用",
    "the name of a key has 1 to 100 letters, digits, spaces and . @ - _": (
        "密钥名称为 1 到 100 个字母、数字、空格和 . @ - _"
    ),
    "there is a key called {name} already": "已有名为 {name} 的密钥",
    "choose another name, or revoke that one": "请换一个名称，或先停用原有的密钥",
    "there is no key called {name}": "没有名为 {name} 的密钥",
    "{time} is no time": "{time} 不是时间",
    "for example 12h, 30d, 8w or 2030-01-31": "例如 12h、30d、8w 或 2030-01-31",
    "{time} is over already": "{time} 已经过去",
    "the API keys cannot be read or written: {reason}": "无法读写 API 密钥：{reason}",
    "The server with one stream and with eight, beside that of llama.cpp": (
        "单路与八路同时回答的服务器，与 llama.cpp 的对比"
    ),
    "The worker is killed under eight answers: when is the next one given": (
        "八路回答中途杀死工作进程：多久后给出下一个回答"
    ),
    "Do 200 answers and 200 required calls fit their JSON schemas": (
        "200 个回答与 200 次必需的工具调用是否符合 JSON 模式"
    ),
    "the server has no worker": "服务器没有工作进程",
    "the package jsonschema is not installed": "未安装 jsonschema 包",
    "64 clients with 8 keys on 8 places for two minutes": "64 个客户端、8 个密钥、8 个席位，持续两分钟",
}
