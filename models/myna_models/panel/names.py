"""What people call tasks and languages, in both languages: what the page writes, and more words that find them."""

from __future__ import annotations

from typing import Any, NamedTuple

from myna.engine.protocols import Task


class Name(NamedTuple):
    english: str
    chinese: str
    more: str = ""
    """Other words that people may type."""

    def shown(self, value: str) -> dict[str, Any]:
        return {"value": value, "en": self.english, "zh": self.chinese}


TASKS: dict[Task, Name] = {
    "chat": Name("Chat", "聊天", "conversation assistant llm 对话 语言模型 大模型"),
    "transcribe": Name("Speech to text", "语音识别", "transcribe recognition whisper 听写 转写 转录"),
    "synthesize": Name("Voice", "语音合成", "speak say tts speech synthesis 朗读 嗓音 说话"),
    "wake-word": Name("Wake word", "唤醒词", "hotword 唤醒"),
    "ocr": Name("Text in pictures", "图片文字", "ocr read 识别 图像"),
    "match": Name("Pictures by words", "图文匹配", "clip match vision 图像"),
    "classify": Name("Safety and classes", "安全与分类", "guard classify filter 过滤 审核 识别"),
    "embed": Name("Search by meaning", "语义检索", "embedding vector 向量 嵌入"),
    "voice-activity": Name("Hears when somebody speaks", "语音活动检测", "vad"),
    "turn-end": Name("Hears when a turn ends", "话轮结束检测", "endpoint"),
}
"""In the order of the page."""

LANGUAGES = {
    "en": Name("English", "英语", "英文"),
    "zh": Name("Chinese", "中文", "汉语 普通话 mandarin"),
    "de": Name("German", "德语", "deutsch"),
    "fr": Name("French", "法语", "français"),
    "es": Name("Spanish", "西班牙语", "español"),
    "it": Name("Italian", "意大利语", "italiano"),
    "pt": Name("Portuguese", "葡萄牙语", "português"),
    "ja": Name("Japanese", "日语", "日本語"),
    "hi": Name("Hindi", "印地语"),
    "th": Name("Thai", "泰语"),
    "*": Name("many languages", "多种语言", "multilingual"),
}

OPEN_LICENCES = frozenset({
    "apache-2.0", "mit", "bsd-2-clause", "bsd-3-clause", "cc0-1.0", "cc-by-4.0", "unlicense", "isc",
})  # fmt: skip
"""Anybody may use the model for anything; at most its makers must be named."""


def words(*texts: str) -> str:
    """What a search looks in."""
    return " ".join(text for text in texts if text).lower()


def of_task(task: str) -> Name:
    return next((name for known, name in TASKS.items() if known == task), Name(task, task))


def of_language(code: str) -> Name:
    return LANGUAGES.get(code, Name(code, code))
