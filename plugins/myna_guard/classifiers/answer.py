"""The judgement of one answer while it streams: what a classifier may end is let go of once it was judged."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import msgspec

from myna.errors import AskAgain, Blocked

from ..answer import AnswerFilter
from ..findings import Found, Judge
from ..notices import FAILED, Speaker
from ..policies.compiled import CompiledPolicy
from .asking import Opinion, asked

_SENTENCE_END = re.compile(r"[.!?…]+[\"'”’)\]]*\s+|[。！？]+[”’」』）]*|\n+")
LONGEST = 400
"""Characters without the end of a sentence after which what there is is judged; a sentence of 50 words has 300."""


class JudgedAnswer:
    """An `AsyncOutputFilter` behind the one that reviews by rules.

    Text is held back to the end of its sentence where a rule may do more than note. The engine writes on while a
    sentence is judged. In the end the whole answer is judged once more, before its last piece is shown.
    """

    def __init__(
        self,
        by_rules: AnswerFilter,
        policy: CompiledPolicy,
        judges: Sequence[Judge],
        speaker: Speaker,
        *,
        found: Callable[[Found], None],
        failed: Callable[[str], None],
    ) -> None:
        """`found` is told of each finding, `failed` of each judge that could not judge, by name."""
        self._by_rules = by_rules
        self._policy = policy
        self._rules = policy.asked_about("answer")
        self._judges = list(judges)
        self._speaker = speaker
        self._found = found
        self._failed = failed
        self._holds = any(rule.action != "log" for rule in self._rules)
        self._shown = ""
        self._waiting = ""
        """Passed the rules, and not judged yet."""
        self._noted: set[str] = set()
        """Rules that were told of."""
        self._ended = False
        """The answer was replaced; whatever comes now is dropped."""

    async def feed(self, text: str) -> str:
        if self._ended:
            return ""
        self._waiting += self._by_rules.feed(text)
        if not self._holds:
            return self._release(self._waiting)
        return await self._judged(self._waiting[: _judgeable(self._waiting)])

    async def finish(self) -> str:
        if self._ended:
            return ""
        self._waiting += self._by_rules.finish()
        begun = bool(self._shown)
        whole = self._shown + self._waiting
        last = await self._judged(self._waiting)
        # What no sentence shows by itself, several may together.
        if begun and not self._ended:
            replacement = self._act(await self._ask(whole), 0)
            if replacement is not None:
                return replacement
        return last

    async def _judged(self, text: str) -> str:
        """Judge the beginning of what waits, and let go of it."""
        if not text.strip():
            return self._release(text)
        replacement = self._act(await self._ask(text), len(self._shown))
        return self._release(text) if replacement is None else replacement

    def _release(self, text: str) -> str:
        self._shown += text
        self._waiting = self._waiting[len(text) :]
        return text

    async def _ask(self, text: str) -> Opinion:
        opinion = await asked(self._rules, text, "answer", self._judges)
        for name in opinion.failed:
            self._failed(name)
        # Asked again for each sentence, one that hangs would take its time for each.
        self._judges = [judge for judge in self._judges if judge.name not in opinion.failed]
        self._rules = tuple(rule for rule in self._rules if rule.classifier not in opinion.failed)
        if opinion.failed and self._policy.policy.fails_closed:
            raise Blocked(self._speaker.text(FAILED), hint=opinion.failed[0])
        return opinion

    def _act(self, opinion: Opinion, offset: int) -> str | None:
        """Tell what was found, and do it; the text that ends the answer where a rule replaces it."""
        for one in opinion.found:
            if one.action != "log" or one.rule not in self._noted:
                self._noted.add(one.rule)
                self._found(msgspec.structs.replace(one, start=one.start + offset, end=one.end + offset))
        rule = opinion.rule
        if rule is None or opinion.action == "log":
            return None
        text = self._speaker.text(self._policy.notice(rule))
        if opinion.action == "ask-again":
            raise AskAgain(text, hint=rule.id, correction=rule.correction)
        if opinion.action == "block":
            raise Blocked(text, hint=rule.id)
        self._ended = True
        return f"\n\n{text}" if self._shown else text


def _judgeable(text: str) -> int:
    """Characters up to the end of the last sentence that is complete."""
    end = 0
    for match in _SENTENCE_END.finditer(text):
        end = match.end()
    if not end and len(text) > LONGEST:
        return text.rfind(" ", 0, LONGEST) + 1 or LONGEST
    return end
