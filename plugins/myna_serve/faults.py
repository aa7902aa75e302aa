"""What goes wrong, as clients of OpenAI's API expect it: a status, and `{"error": {message, type, param, code}}`."""

from __future__ import annotations

from typing import Any, NamedTuple

from myna.errors import BadInput, EngineError, ErrorInfo, Missing, MynaError, UsageError, from_info

CLOSED = 499
"""The client is gone: nobody reads the answer. nginx's number for it, for the metrics."""

_TYPES = {401: "authentication_error", 403: "permission_error", 404: "not_found_error", 429: "rate_limit_error"}
"""By status; other client errors are `invalid_request_error`, and those of the server `server_error`."""


class Fault(Exception):
    """An answer that says what is wrong."""

    def __init__(
        self, status: int, message: str, *, code: str = "", param: str = "", retry_s: float | None = None
    ) -> None:
        """`code` is stable; `param` is the field that is wrong; `retry_s`: seconds after which to try again."""
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code
        self.param = param
        self.retry_s = retry_s

    def body(self) -> dict[str, Any]:
        """As JSON."""
        kind = _TYPES.get(self.status) or ("invalid_request_error" if self.status < 500 else "server_error")
        return {
            "error": {"message": self.message, "type": kind, "param": self.param or None, "code": self.code or None}
        }

    def headers(self) -> dict[str, str]:
        headers = {}
        if self.retry_s is not None:
            headers["retry-after"] = str(max(1, round(self.retry_s + 0.499)))
        if self.status == 401:
            headers["www-authenticate"] = "Bearer"
        return headers


def bad(message: str, param: str = "", code: str = "") -> Fault:
    """The request is wrong (400)."""
    return Fault(400, message, param=param, code=code)


class _Told(NamedTuple):
    """What a client is told of one kind of error."""

    status: int
    code: str = ""
    """Where OpenAI has another name for it."""
    param: str = ""
    retry_s: float | None = None
    message: str = ""
    """Where the error's own may hold a path of this machine, or the last words of a worker; its log has them."""


_FAILED = "the model stopped working; try again"
_TOLD = {
    "model-missing": _Told(404, "model_not_found", "model"),
    "prompt-too-long": _Told(400, "context_length_exceeded", "messages"),
    "blocked": _Told(400, "content_filter"),
    "ask-again": _Told(400, "content_filter"),
    "out-of-memory": _Told(503, retry_s=10),
    "engine-crashed": _Told(503, retry_s=1, message=_FAILED),
    "engine-hung": _Told(503, retry_s=1, message=_FAILED),
    "engine-unloaded": _Told(503, retry_s=1, message=_FAILED),
    "engine-unavailable": _Told(503, retry_s=5, message="the model cannot be reached now; try again"),
    "model-quarantined": _Told(503, retry_s=60, message="the model has failed too often and is not started for now"),
}
_KINDS: tuple[tuple[type[MynaError], _Told], ...] = (
    (UsageError, _Told(400)),
    (BadInput, _Told(400)),
    (Missing, _Told(501)),
    (EngineError, _Told(503, retry_s=5, message="the model or the machine failed; see the log of the server")),
    (MynaError, _Told(500, message="internal error; see the log of the server")),
)
"""For all others, the first that fits."""


def fault_of(error: MynaError | ErrorInfo) -> Fault:
    """What an error of Myna is to a client. Hints stay here: they are commands for who runs the machine."""
    if isinstance(error, ErrorInfo):
        error = from_info(error)
    told = _TOLD.get(error.code) or next(told for kind, told in _KINDS if isinstance(error, kind))
    return Fault(
        told.status,
        told.message or error.message,
        code=told.code or error.code.replace("-", "_"),
        param=told.param,
        retry_s=told.retry_s,
    )
