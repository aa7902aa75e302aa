"""The review of one answer while it streams: nothing that a rule forbids gets out, not even its first half."""

from __future__ import annotations

import time
from collections.abc import Callable

from myna.errors import AskAgain, Blocked

from .elapsed import since
from .findings import Found
from .judging import by_rules, finding
from .masking import Masking
from .notices import FAILED, Speaker
from .policies.compiled import CompiledPolicy
from .reader import Hit, Reader


class AnswerFilter:
    """An `OutputFilter`.

    Text is let go of as soon as no rule can match it any more. Where a rule may have the model asked again,
    the answer is let go of as a whole, at its end: what was shown cannot be taken back.
    """

    def __init__(
        self,
        policy: CompiledPolicy,
        speaker: Speaker,
        *,
        found: Callable[[Found], None],
        failed: Callable[[str], None],
    ) -> None:
        """`found` is told of each finding, `failed` of each rule that could not judge, by id."""
        self._policy = policy
        self._speaker = speaker
        self._found = found
        self._failed = failed
        self._reader = Reader(policy.screen("answer"))
        self._masking = Masking()
        self._whole = any(
            active.rule.action == "ask-again" and "answer" in active.rule.on for active in policy.policy.rules
        )
        self._shown: list[str] = []
        self._failures = 0
        self._ended = False
        """The answer was replaced; whatever comes now is dropped."""

    def feed(self, text: str) -> str:
        if self._ended:
            return ""
        started = time.perf_counter()
        self._masking.add(text)
        replaced = self._take(self._reader.feed(text), started)
        if replaced is not None:
            return replaced
        return "" if self._whole else self._show(self._masking.release(self._reader.held()))

    def finish(self) -> str:
        if self._ended:
            return ""
        started = time.perf_counter()
        replaced = self._take(self._reader.finish(), started)
        if replaced is not None:
            return replaced
        rest = self._masking.release(self._reader.held())
        self._review("".join(self._shown) + rest)
        return self._show(rest)

    def _show(self, text: str) -> str:
        if text:
            self._shown.append(text)
        return text

    def _take(self, hits: list[Hit], started: float) -> str | None:
        """Act on what was found; the text that ends the answer when one of it is a replacement."""
        self._check_failures()
        if not hits:
            return None
        ms = since(started)
        for hit in hits:
            self._found(finding(self._policy, hit, "answer", ms))
            target = self._policy.targets[hit.rule]
            if target.action == "mask":
                self._masking.mask(hit.start, hit.end, target.mask)
        decisive = self._policy.decisive(hits)
        if decisive is None:
            return None
        target = self._policy.targets[decisive.rule]
        text = self._speaker.text(self._policy.notice(target.rule))
        if target.action == "block":
            raise Blocked(text, hint=target.rule.id)
        if target.action == "ask-again":
            raise AskAgain(text, hint=target.rule.id, correction=target.rule.correction)
        if target.action == "replace":
            self._ended = True
            return f"\n\n{text}" if self._shown else text
        return None

    def _check_failures(self) -> None:
        new = self._reader.failed[self._failures :]
        self._failures += len(new)
        for number in new:
            self._failed(self._policy.targets[number].rule.id)
        if new and self._policy.policy.fails_closed:
            raise Blocked(self._speaker.text(FAILED), hint=self._policy.targets[new[0]].rule.id)

    def _review(self, text: str) -> None:
        """Read what the person would have in the end once more, as a whole.

        It differs from the stream: masks have brought pieces together. What only now is found was not seen
        in time to be masked, so that anything but a remark ends the turn before the last piece is shown.
        """
        judgement = by_rules(self._policy, text, "answer")
        if judgement.rule is not None and judgement.action not in {"allow", "log", "mask"}:
            for one in judgement.found:
                self._found(one)
            raise Blocked(self._speaker.text(self._policy.notice(judgement.rule)), hint=judgement.rule.id)
