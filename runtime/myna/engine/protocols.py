"""What an engine is: requests and answers by task, and the two sides of the process border.

An engine is a class named by an import string (`myna.engine.llama:LlamaEngine`). It is imported and
called with an `EngineSpec` in a worker process alone; the host talks to it through the typed clients
in `myna.engine.clients`.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from typing import Any, Literal, Protocol

import msgspec

from ..errors import MynaError
from ..events import FinishReason, TokenLogprob, Usage
from ..messages import Message
from ..tools import NO_TOOLS, ToolUse

Task = Literal[
    "chat", "embed", "transcribe", "synthesize", "classify", "voice-activity", "turn-end", "wake-word", "match", "ocr",
    "look", "encode",
]  # fmt: skip
"""`look` is what a plugin makes of the installed models for pictures together, `encode` makes sound small for sending;
no model of the catalog has them."""


class EngineInfo(msgspec.Struct, frozen=True):
    """How a plugin offers an engine."""

    name: str
    """Short and unique, for example `llama.cpp`."""
    tasks: tuple[Task, ...]
    formats: tuple[str, ...]
    """Model file suffixes that it opens, for example `.gguf`."""
    factory: str
    """Import string `package.module:Class`, imported in the worker alone."""
    extra: str = ""
    """The extra of Myna that installs what the engine needs; empty for none."""


class EngineSpec(msgspec.Struct, frozen=True):
    """All that a worker needs to load a model."""

    name: str
    """What people call the model."""
    factory: str
    files: dict[str, str]
    """Paths by role; a chat model has `model`, a vision model also `projector`."""
    options: dict[str, Any] = {}
    """Engine settings as plain data; the engine decodes them into a struct of its own."""
    fingerprint: str = ""
    """Changes when the model file does: its SHA-256 where that is known. Empty: path, size and time."""
    cache_dir: str = ""
    """Folder for state that may be deleted at any time (prefix states). Empty: keep nothing on disk."""
    extra: str = ""
    """As in `EngineInfo`: named to people when the engine cannot be imported."""

    def key(self) -> str:
        """Equal for two specs that one worker can serve."""
        return msgspec.json.encode(self, order="deterministic").decode()


class ModelInfo(msgspec.Struct, frozen=True):
    """What an engine knows once a model is loaded; the first thing a worker sends."""

    description: str
    context: int = 0
    """Tokens that prompt and answer of one request may have together."""
    context_wanted: int = 0
    """What was asked for; more than `context` when memory was short."""
    weights_bytes: int = 0
    cache_bytes: int = 0
    """KV cache."""
    load_ms: float = 0.0
    device: str = "cpu"
    details: dict[str, str] = {}


class Sampling(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the next token is drawn. The defaults are those of llama.cpp, but for `temperature`, which is the model's.

    Names follow llama.cpp's; 0 (or 1 for a factor) switches a sampler off.
    """

    temperature: float = -1.0
    """0 takes the likeliest token; below 0: what suits the model, by the option `temperature` of its manifest."""
    top_k: int = 40
    top_p: float = 0.95
    min_p: float = 0.05
    typical_p: float = 1.0
    top_n_sigma: float = -1.0
    xtc_probability: float = 0.0
    xtc_threshold: float = 0.1
    dynatemp_range: float = 0.0
    dynatemp_exponent: float = 1.0
    repeat_penalty: float = 1.0
    frequency_penalty: float = 0.0
    presence_penalty: float = 0.0
    penalty_last_n: int = 64
    """Tokens looked back at for the three penalties; -1 for the whole context."""
    dry_multiplier: float = 0.0
    dry_base: float = 1.75
    dry_allowed_length: int = 2
    dry_penalty_last_n: int = -1
    dry_breakers: tuple[str, ...] = ("\n", ":", '"', "*")
    mirostat: int = 0
    """0 off, 1 or 2 for the version."""
    mirostat_tau: float = 5.0
    mirostat_eta: float = 0.1
    adaptive_target: float = -1.0
    """Target probability of the adaptive-p sampler; negative is off."""
    adaptive_decay: float = 0.9
    logit_bias: dict[int, float] = {}
    """Added to the logit of a token; -100 or less forbids it."""
    seed: int | None = None
    """None draws a seed; `TextEnd.seed` says which."""


class Lora(msgspec.Struct, frozen=True):
    path: str
    scale: float = 1.0


class TextRequest(msgspec.Struct, frozen=True):
    """Generate text. Exactly one of `messages`, `prompt` and `tokens` is given.

    Text in `messages` never becomes a special token. `prompt` is raw: special tokens in it count.
    """

    messages: tuple[Message, ...] = ()
    prompt: str = ""
    tokens: tuple[int, ...] = ()
    sampling: Sampling = Sampling()
    max_tokens: int = 0
    """0: until the model ends or the context is full."""
    stop: tuple[str, ...] = ()
    schema: str = ""
    """A JSON schema as text; the answer always fits it."""
    grammar: str = ""
    """A GBNF grammar; not together with `schema`."""
    loras: tuple[Lora, ...] = ()
    logprobs: int | None = None
    """None: none. N: each token with its N likeliest alternatives (0: the token alone)."""
    template_options: dict[str, Any] = {}
    """Extra variables for the chat template, for example `enable_thinking`."""
    tools: ToolUse = NO_TOOLS
    """Tools that may be called, not together with `grammar`, and where one must be, not with `schema`. Calls come as
    text, in the form of `myna.calls`, whatever the model writes."""
    persist_prefix: bool = True
    """Keep the state of a long system prompt on disk, so that it is warm after a restart."""
    images: dict[str, bytes] = {}
    """Content of the pictures in `messages`, by SHA-256."""
    spare_cores: int = 0
    """Cores that are left to others while this is computed, where there are enough of them."""


class TextPiece(msgspec.Struct, frozen=True, tag="piece"):
    """Whole characters only: bytes of a character are held back until it is complete."""

    text: str
    tokens: int = 1
    """That were drawn since the last piece; those without a text of their own, too."""
    logprobs: tuple[TokenLogprob, ...] = ()


class TextEnd(msgspec.Struct, frozen=True, tag="end"):
    reason: FinishReason
    usage: Usage
    timings: dict[str, float] = {}
    """Milliseconds: `queue`, `prefill`, `first_token` (since the worker got the request), `decode`, and `see`: what
    encoding pictures took, where that was not known already. It is a part of `prefill`."""
    stop: str = ""
    """The stop string that ended it, if one did."""
    seed: int = 0


class CountRequest(msgspec.Struct, frozen=True):
    """How many tokens the chat template makes of `messages`."""

    messages: tuple[Message, ...]
    template_options: dict[str, Any] = {}
    tools: ToolUse = NO_TOOLS
    images: dict[str, bytes] = {}
    """Content of pictures in `messages`, by SHA-256. Those that the engine knows already may be left out."""


class TokenizeRequest(msgspec.Struct, frozen=True):
    text: str
    special: bool = False
    """Parse special tokens in `text`."""


class Count(msgspec.Struct, frozen=True):
    tokens: int
    unseen: tuple[str, ...] = ()
    """SHA-256 of pictures that were not counted, as their content is not known."""


class Tokens(msgspec.Struct, frozen=True):
    tokens: tuple[int, ...]


class EmbedRequest(msgspec.Struct, frozen=True):
    texts: tuple[str, ...]
    normalize: bool = True


class Embeddings(msgspec.Struct, frozen=True):
    vectors: bytes
    """float32, little endian, row by row: len(texts) x dimensions."""
    dimensions: int
    tokens: int
    """Of all texts."""
    counts: tuple[int, ...] = ()
    """Of each text; empty where the engine does not say."""


class Reply(Protocol):
    """Where a hosted engine sends what a request produces. Safe to call from any thread."""

    def item(self, value: msgspec.Struct | int | tuple[int, ...]) -> None:
        """One element of the answer's stream."""

    def done(self) -> None:
        """The request ended well. Nothing may follow."""

    def fail(self, error: MynaError) -> None:
        """The request ended badly. Nothing may follow."""


class HostedEngine(Protocol):
    """The child side: one thread calls these methods, in a loop that never blocks for long.

    The worker calls `submit` and `cancel` as frames arrive and `step` as long as it returns True.
    One `step` is one bounded piece of work (a decode step, a prefill chunk, a second of audio), so
    that a cancel is seen within it. An exception from `submit` fails that request alone; an exception
    from `step` ends the process.
    """

    info: ModelInfo

    def submit(self, request: int, operation: str, body: msgspec.Raw, reply: Reply) -> None: ...

    def cancel(self, request: int) -> None: ...

    def step(self) -> bool:
        """Do some work; False when there is none left."""
        ...

    def close(self) -> None: ...


class PausableEngine(HostedEngine, Protocol):
    """An engine that can leave out single requests while it serves the others.

    Without these two methods, one reader that is far behind holds up the whole worker in the end.
    """

    def pause(self, request: int) -> None:
        """The reader of this request is behind: work on the others. It may have ended."""
        ...

    def resume(self, request: int) -> None:
        """The reader has caught up; `step` is called again after this."""
        ...


class TextEngine(Protocol):
    """The host side of a text model. Closing the iterator of `generate` cancels the request."""

    async def info(self) -> ModelInfo:
        """What is known of the model; loads it when it is not loaded."""
        ...

    def generate(self, request: TextRequest, *, ahead: int = 0) -> AsyncGenerator[TextPiece | TextEnd, None]:
        """Pieces as they are decoded, then exactly one `TextEnd`. With `ahead`, an engine that can pause does so
        while about so many pieces are not read yet."""
        ...

    async def count(
        self,
        messages: Sequence[Message],
        *,
        tools: ToolUse = NO_TOOLS,
        read: Callable[[str], Awaitable[bytes]] | None = None,
    ) -> int:
        """Tokens that the chat template makes of `messages`, with the opening of the answer. `read` brings the content
        of a picture by its SHA-256."""
        ...

    async def tokenize(self, text: str, *, special: bool = False) -> tuple[int, ...]: ...


class Embedder(Protocol):
    """The host side of an embedding model."""

    async def embed(self, texts: Sequence[str]) -> Embeddings: ...
