"""Text to speech."""

from __future__ import annotations

VOICES: dict[str, str] = {
    "Speak a text, aloud or into a WAV file": "朗读文字，直接播放或存成 WAV 文件",
}
