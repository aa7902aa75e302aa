"""Every error Myna raises on purpose.

    MynaError                    1  (a bug: nothing below should leave it unspecialised)
    ├── UsageError               2  the caller asked for something that makes no sense
    ├── Missing                  3  a model, an extra, a device or a plugin is not there
    │   ├── ModelMissing
    │   ├── ExtraMissing
    │   ├── DeviceMissing
    │   ├── PluginMissing
    │   ├── ConversationMissing
    │   ├── MessageMissing
    │   ├── AttachmentMissing
    │   ├── PromptMissing
    │   ├── SourceUnavailable       a model source cannot be reached or stalls
    │   └── DiskFull
    ├── Blocked                  4  a policy ended the turn
    │   └── AskAgain                the model may be asked once more for an answer that passes
    ├── EngineError              5  the engine failed
    │   ├── EngineCrashed
    │   ├── EngineHung
    │   ├── EngineUnloaded
    │   ├── EngineUnavailable       a model elsewhere cannot be asked now; another one may
    │   ├── ModelQuarantined
    │   ├── ModelLoadFailed
    │   ├── OutOfMemory
    │   ├── StoreFailed             the database cannot be read or written
    │   ├── AuditFailed             the audit log cannot be written
    │   └── PluginFailed
    ├── BadInput                 6  a file or a text that cannot be used
    │   ├── BadModelFile
    │   ├── BadTemplate
    │   ├── BadGrammar
    │   ├── BadConfig
    │   ├── BadPolicy               a policy of the guard, or a list of words
    │   ├── BadPrompt               a prompt template, or values that do not fit it
    │   ├── HashMismatch
    │   ├── AuditBroken             the audit log is not what was written
    │   └── PromptTooLong
    ├── Regression               4  something that was measured is worse than it was asked to be
    └── Cancelled              130  whoever asked went away

`code` is stable and may be tested for; messages may change. `exit_status` is what the command line
ends with (see the table in `docs/cli.md`).
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec


class ErrorInfo(msgspec.Struct, frozen=True):
    """An error as data: what crosses a process border or a JSON answer."""

    code: str
    message: str
    hint: str = ""


class MynaError(Exception):
    """Base of all errors that are reported to a person in one line."""

    code = "internal"
    exit_status = 1
    default_hint = ""

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = self.default_hint if hint is None else hint

    def info(self) -> ErrorInfo:
        """The error as data."""
        return ErrorInfo(self.code, self.message, self.hint)


class UsageError(MynaError):
    code = "usage"
    exit_status = 2


class Missing(MynaError):
    code = "missing"
    exit_status = 3


class ModelMissing(Missing):
    code = "model-missing"
    default_hint = "myna models list"


class ExtraMissing(Missing):
    code = "extra-missing"


class DeviceMissing(Missing):
    code = "device-missing"
    default_hint = "myna doctor"


class PluginMissing(Missing):
    code = "plugin-missing"
    default_hint = "myna plugins list"


class ConversationMissing(Missing):
    code = "conversation-missing"
    default_hint = "myna conversations list"


class MessageMissing(Missing):
    code = "message-missing"


class AttachmentMissing(Missing):
    code = "attachment-missing"


class PromptMissing(Missing):
    code = "prompt-missing"
    default_hint = "myna prompts list"


class SourceUnavailable(Missing):
    code = "source-unavailable"
    default_hint = "check the address and the connection, and pull again: what has arrived is kept"


class DiskFull(Missing):
    code = "disk-full"
    default_hint = "free some space, or choose another folder with --home"


class Blocked(MynaError):
    code = "blocked"
    exit_status = 4


class AskAgain(Blocked):
    """Raised by an output filter. Without a further attempt it is what it is: blocked."""

    code = "ask-again"

    def __init__(self, message: str, *, hint: str | None = None, correction: str = "") -> None:
        super().__init__(message, hint=hint)
        self.correction = correction
        """What the model is told."""


class EngineError(MynaError):
    code = "engine"
    exit_status = 5


class EngineCrashed(EngineError):
    code = "engine-crashed"
    default_hint = "myna doctor"


class EngineHung(EngineCrashed):
    code = "engine-hung"


class EngineUnloaded(EngineError):
    code = "engine-unloaded"
    default_hint = "ask again: the model is loaded on demand"


class EngineUnavailable(EngineError):
    """A model that is not on this machine cannot answer now. Nothing of its answer has arrived."""

    code = "engine-unavailable"
    default_hint = "myna doctor"


class ModelQuarantined(EngineError):
    code = "model-quarantined"
    default_hint = "myna models check"


class ModelLoadFailed(EngineError):
    code = "model-load-failed"
    default_hint = "myna models check"


class OutOfMemory(EngineError):
    code = "out-of-memory"
    default_hint = "choose a smaller model (myna models fit) or a shorter context (engine.context)"


class StoreFailed(EngineError):
    code = "store-failed"


class AuditFailed(EngineError):
    code = "audit-failed"
    default_hint = "myna doctor"


class PluginFailed(EngineError):
    code = "plugin-failed"
    default_hint = "myna plugins list"


class BadInput(MynaError):
    code = "bad-input"
    exit_status = 6


class BadModelFile(BadInput):
    code = "bad-model-file"
    default_hint = "choose another file, or a model of the catalog: myna models list"


class BadTemplate(BadInput):
    code = "bad-template"
    default_hint = "choose another model: myna models list"


class BadGrammar(BadInput):
    code = "bad-grammar"
    default_hint = "correct the schema or the grammar"


class BadConfig(BadInput):
    code = "bad-config"
    default_hint = "myna config path"


class BadPolicy(BadInput):
    code = "bad-policy"
    default_hint = "myna guard policies"


class BadPrompt(BadInput):
    code = "bad-prompt"
    default_hint = "see docs/prompts.md"


class HashMismatch(BadInput):
    code = "hash-mismatch"
    default_hint = "pull it again; if it happens twice, the source is not to be trusted"


class AuditBroken(BadInput):
    code = "audit-broken"
    default_hint = "myna audit verify"


class PromptTooLong(BadInput):
    code = "prompt-too-long"
    default_hint = "shorten the message, or raise engine.context"


class Regression(MynaError):
    """What was measured is there and whole, and a rule that the person set, a baseline with its tolerance, says no:
    the status of what a policy blocks. Nothing failed, so 1 and 5 would mislead whoever reads the status."""

    code = "regression"
    exit_status = 4


class Cancelled(MynaError):
    code = "cancelled"
    exit_status = 130


def _tree(root: type[MynaError]) -> Iterator[type[MynaError]]:
    yield root
    for child in root.__subclasses__():
        yield from _tree(child)


def from_info(info: ErrorInfo) -> MynaError:
    """The error that `info` describes; an unknown code becomes an `EngineError` with that text."""
    for kind in _tree(MynaError):
        if kind.code == info.code:
            return kind(info.message, hint=info.hint)
    return EngineError(f"{info.code}: {info.message}", hint=info.hint)
