"""What is recorded of a turn: its question, what guards decided, and its answer."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Literal

from ..errors import AskAgain, Blocked, ErrorInfo, MynaError
from ..events import Event, FinishReason, Notice, Usage
from ..hookspecs import PromptUse, Verdict
from ..messages import Attachment, Audio, Image, Message
from ..outcome import Outcome
from .findings import from_guard
from .log import AuditLog
from .policy import AuditPolicy
from .records import Entry

Stage = Literal["input", "output"]

CHANGES = frozenset({"mask", "replace", "block"})
"""Actions that make an answer another one."""

FINDINGS = 100
"""Of one turn that are recorded one by one: somebody may paste a list of a million addresses."""


class TurnAudit:
    """Belongs to one turn, which tells it what happens. With the mode `off` it does nothing."""

    def __init__(self, log: AuditLog, policy: AuditPolicy, *, turn: str, conversation: str, client: str = "") -> None:
        self._log = log
        self._policy = policy
        self._turn = turn
        self._conversation = conversation
        self._client = client
        self._model = ""
        self._question: Entry | None = None
        self._verdicts: list[Entry] = []
        self._findings = 0
        self._aside: list[str] = []
        self._blocked = False
        self._stage: Stage = "input"
        self._recording: asyncio.Task[None] | None = None
        self._answer: tuple[FinishReason, str] | None = None

    @property
    def holds(self) -> bool:
        """Whether the answer must be recorded before any of it is let out."""
        return self._policy.release == "answer"

    def asked(
        self, question: Message | None, model: str, variables: Mapping[str, Any], used: PromptUse | None = None
    ) -> None:
        """What is asked, as it may go on (None: the last question once more), with the values for the template that
        it was put into."""
        data: dict[str, Any] = {"turn": self._turn, "model": model}
        if self._client:
            data["client"] = self._client
        content: dict[str, str] = {}
        if used is not None:
            data |= {"prompt": used.name, "prompt_version": used.version, "prompt_sha256": used.sha256}
        if variables:
            content["variables"] = json.dumps(variables, ensure_ascii=False, default=str)
        if question is None:
            data["repeated"] = True
        else:
            content["question"] = question.text
            attached = _attachments(question)
            if attached:
                data["attachments"] = len(attached)
                content["attachments"] = " ".join(attachment.sha256 for attachment in attached)
        self._model = model
        self._question = Entry("question", data, self._conversation, content)

    def verdict(self, stage: Stage, verdict: Verdict) -> None:
        """What a guard decided; what it allows is not recorded."""
        if verdict.action == "allow" or self._policy.mode == "off":
            return
        self._blocked = self._blocked or verdict.action == "block"
        data = {"turn": self._turn, "stage": stage, "action": verdict.action, "rule": verdict.rule}
        self._verdicts.append(Entry("verdict", data, self._conversation))

    def told(self, event: Event) -> None:
        """What a guard found, or could not judge, and what was said aside while the answer came, for example its
        steps. Other events are not recorded."""
        if isinstance(event, Notice) and self._stage == "output":
            self._aside.append(event.text)
        found = from_guard(event)
        if found is None or self._policy.mode == "off":
            return
        self._findings += 1
        if self._findings <= FINDINGS:
            self._verdicts.append(Entry("finding", {"turn": self._turn, **found}, self._conversation))

    def asked_again(self, error: AskAgain) -> None:
        """An answer did not pass, and the model is asked for another one."""
        if self._policy.mode != "off":
            data = {"turn": self._turn, "stage": "output", "action": "ask-again", "rule": error.hint}
            self._verdicts.append(Entry("verdict", data, self._conversation))

    def filtered(self, plugins: Sequence[str]) -> None:
        """The filters of these plugins changed the answer. One that said why is not named again."""
        said = {entry.data["action"] for entry in self._verdicts if entry.data["stage"] == "output"}
        if said.isdisjoint(CHANGES):
            for name in plugins:
                self.verdict("output", Verdict("replace", rule=name))

    def blocked(self, error: Blocked) -> None:
        """The turn was ended by a guard, which may have said so as a verdict already."""
        if not self._blocked:
            self.verdict(self._stage, Verdict("block", rule=error.hint))

    def begin(self, counts: Callable[[], Awaitable[None]]) -> None:
        """The question goes to the model: record it once `counts` returns, where it must be before the answer."""
        self._stage = "output"
        if self._policy.release != "nothing":
            self._recording = asyncio.create_task(self._record_question(counts))

    async def before_release(self) -> None:
        """Wait until some of the answer may be let out.

        Raises:
            DiskFull, AuditFailed, AuditBroken: the question could not be recorded, and the policy closes.
        """
        if self._recording is not None:
            await asyncio.shield(self._recording)

    async def answered(self, text: str, reason: FinishReason, usage: Usage) -> None:
        """Record a whole answer that is held back, before it is let out.

        Raises: as `before_release`.
        """
        await self.before_release()
        self._answer = reason, text
        await self._log.write([*self._take_verdicts(), self._entry(text, reason, usage, "")], self._policy)

    async def finish(self, outcome: Outcome, *, counts: bool) -> ErrorInfo | None:
        """The turn is over: record the rest of it. An error when that failed and the policy closes."""
        if not counts:
            if self._recording is not None:
                self._recording.cancel()
            return None
        if self._policy.mode == "off":
            return None
        try:
            await self.before_release()
            rest = [
                *self._take_question(),
                *self._take_verdicts(),
                *self._left_out(),
                *self._end(outcome),
            ]
            if self._policy.release == "nothing":
                self._log.soon(rest, self._policy)
            else:
                await self._log.write(rest, self._policy)
        except MynaError as failed:
            return failed.info()
        return None

    # --- within --------------------------------------------------------------------------------------

    async def _record_question(self, counts: Callable[[], Awaitable[None]]) -> None:
        await counts()
        await self._log.write([*self._take_question(), *self._take_verdicts()], self._policy)

    def _take_question(self) -> list[Entry]:
        question, self._question = self._question, None
        return [] if question is None else [question]

    def _take_verdicts(self) -> list[Entry]:
        verdicts, self._verdicts = self._verdicts, []
        return verdicts

    def _left_out(self) -> list[Entry]:
        """How many findings there were beyond those that are recorded."""
        if self._findings <= FINDINGS:
            return []
        return [Entry("finding", {"turn": self._turn, "left_out": self._findings - FINDINGS}, self._conversation)]

    def _end(self, outcome: Outcome) -> list[Entry]:
        text, reason = outcome.text, outcome.reason
        if self._answer is None:
            return [self._entry(text, reason, outcome.usage, outcome.error.code if outcome.error else "")]
        if self._answer == (reason, text):
            return []
        data = {"turn": self._turn, "reason": reason, "characters": len(text)}
        return [Entry("cut-short", data, self._conversation)]

    def _entry(self, text: str, reason: FinishReason, usage: Usage, code: str) -> Entry:
        data: dict[str, Any] = {
            "turn": self._turn,
            "model": self._model,
            "reason": reason,
            "prompt_tokens": usage.prompt_tokens,
            "completion_tokens": usage.completion_tokens,
        }
        if code:
            data["error"] = code
        content = {"answer": text, "aside": "\n".join(self._aside)}
        return Entry("answer", data, self._conversation, {name: said for name, said in content.items() if said})


def _attachments(message: Message) -> list[Attachment]:
    return [part.attachment for part in message.parts if isinstance(part, Image | Audio)]
