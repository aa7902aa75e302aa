"""Web addresses, e-mail addresses and names of files, as people say them."""

from __future__ import annotations

import re

_WORDS = {
    "en": {".": "dot", "@": "at", "/": "slash", "-": "dash", "_": "underscore", "+": "plus"},
    "zh": {".": "点", "@": "艾特", "/": "斜杠", "-": "杠", "_": "下划线", "+": "加"},
}
_URL = re.compile(r"(?<![\w@])(?:https?://|ftp://|www\.)[A-Za-z0-9\-._~:/?#@!$&'*+,;=%()]{1,2000}", re.IGNORECASE)
_EMAIL = re.compile(
    r"(?<![\w.+-])([A-Za-z0-9][\w.+-]{0,63}+)@((?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24})(?![\w@])", re.ASCII
)
_DOMAIN = re.compile(
    r"(?<![\w.@/-])((?:[A-Za-z0-9-]{1,63}\.){1,8}(?:com|org|net|io|dev|edu|gov|info|app|ai|cn|uk|de|fr|jp|eu|us))"
    r"(?![\w-]|\.\w)",
    re.ASCII,
)
_FILE = re.compile(
    r"(?<![\w.])([\w-]{1,80})\.(py|js|ts|md|txt|json|toml|yaml|yml|html|css|csv|pdf|png|jpg|jpeg|gif|svg|zip|tar|gz|exe|cpp"
    r"|c|h|rs|go|sh|ini|cfg|log|xml|sql|wav|mp3|mp4|docx?|xlsx?|pptx?|onnx|gguf)(?!\w)",
    re.ASCII,
)
_MEMBER = re.compile(r"(?<=[A-Za-z0-9_])\.(?=[a-z_]{2})(?<=[a-z_\d]\.)", re.ASCII)
_END = ".,;:!?'\")]"
_PLAIN_SEGMENT = re.compile(r"[A-Za-z][A-Za-z-]{0,23}$")
MOST_SEGMENTS = 2
"""Parts of a path that are read; nobody remembers more."""


def addresses(text: str, language: str) -> str:
    """`text` with addresses in words: the host, and the path where it is short and has words in it."""
    if "." not in text:
        return text
    words = _WORDS[language]
    if "@" in text:
        text = _EMAIL.sub(lambda m: f"{_spelt(m[1], words)} {words['@']} {_spelt(m[2], words)}", text)
    if "://" in text or "www." in text.lower():
        text = _URL.sub(lambda m: _url(m[0], words), text)
    text = _DOMAIN.sub(lambda m: _spelt(m[1], words), text)
    text = _FILE.sub(lambda m: f"{_spelt(m[1], words)} {words['.']} {_letters(m[2])}", text)
    return _MEMBER.sub(f" {words['.']} ", text)


def _url(url: str, words: dict[str, str]) -> str:
    address = url.rstrip(_END)
    end = url[len(address) :].lstrip(")]")
    bare = re.sub(r"^[a-z]+://", "", address, flags=re.IGNORECASE)
    bare = re.split(r"[?#]", bare, maxsplit=1)[0]
    host, *path = [part for part in bare.split("/") if part] or [""]
    host = host.rpartition("@")[2].removeprefix("www.")
    said = _spelt(host, words)
    if 0 < len(path) <= MOST_SEGMENTS and all(_PLAIN_SEGMENT.match(part) for part in path):
        said += "".join(f" {words['/']} {part.replace('-', ' ')}" for part in path)
    return said + end


def _spelt(name: str, words: dict[str, str]) -> str:
    return " ".join(re.sub(r"[._+-]", lambda m: f" {words[m[0]]} ", name.replace(":", " ")).split())


def _letters(suffix: str) -> str:
    """A suffix as a word where it is one, else letter by letter."""
    return suffix if suffix in {"json", "doc", "zip", "tar", "log", "wav", "toml", "go"} else " ".join(suffix)
