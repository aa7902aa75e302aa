"""What people are told, in their language."""

from __future__ import annotations

from typing import Literal

import msgspec

from myna.config import Settings

from .policies.model import Notice

Code = Literal["en", "zh"]

HELP_LINE = Notice(en="your local emergency number", zh="当地的急救电话")
"""Where `guard.help_line` is not set."""

FAILED = Notice(
    en="This cannot be answered now, because it could not be checked.",
    zh="内容检查没有完成，现在无法回答。",
)


class Speaker(msgspec.Struct, frozen=True):
    """Tells notices to one person."""

    language: Code
    help_line: str = ""

    @classmethod
    def to(cls, said: str, settings: Settings) -> Speaker:
        """For whoever said that: in Chinese if there are Chinese characters in it, else as the settings say."""
        if any("\u4e00" <= character <= "\u9fff" for character in said):
            return cls("zh", settings.guard.help_line)
        return cls("zh" if settings.language == "zh" else "en", settings.guard.help_line)

    def text(self, notice: Notice) -> str:
        """The notice, its help line filled in."""
        chosen = notice.zh if self.language == "zh" else notice.en
        line = self.help_line or (HELP_LINE.zh if self.language == "zh" else HELP_LINE.en)
        return chosen.replace("{help_line}", line)
