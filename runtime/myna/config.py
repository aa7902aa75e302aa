"""Settings, typed. A value comes from the first of: command line, environment, file, default.

The file is `config.toml` in the configuration folder. The environment variable of `chat.max_tokens`
is `MYNA_CHAT_MAX_TOKENS`. Reading and writing them is in `settings.py`.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from .pressure import Limits
from .remote_settings import RemoteSettings

LARGEST = 2**31 - 1
"""Whole numbers go on to libraries that keep them in 32 bits."""

Count = Annotated[int, msgspec.Meta(ge=0)]
Seconds = Annotated[float, msgspec.Meta(ge=0)]


class ChatSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    model: str = ""
    """Catalog name or path; empty: the best installed chat model."""
    system: str = ""
    """System prompt of new conversations; empty: the shipped one."""
    max_tokens: Count = 0
    """Longest answer; 0: as long as the context allows."""
    temperature: Annotated[float, msgspec.Meta(ge=-1, le=5)] = -1.0
    """0 always takes the likeliest token; below 0: what suits the model."""
    record: bool = True
    """Keep conversations in the store."""
    summarise: bool = True
    """Summarise history that no longer fits, instead of only leaving it out."""


class EngineSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    context: Count = 8192
    """Tokens of context for one conversation; less when the model or the memory allows less. 0: the model's own."""
    parallel: Annotated[int, msgspec.Meta(ge=1, le=64)] = 8
    """Conversations that one model serves at the same time."""
    threads: Annotated[int, msgspec.Meta(ge=0, le=512)] = 0
    """0: what was measured here, else the physical cores that may be used; 512 is ggml's limit (GGML_MAX_N_THREADS)."""
    batch: Annotated[int, msgspec.Meta(ge=0, le=8192)] = 0
    """Tokens of a prefill chunk when nothing else runs; 0: what was measured here, else 512."""
    ubatch: Annotated[int, msgspec.Meta(ge=0, le=8192)] = 0
    """Tokens computed at once, at most `batch`; 0: what was measured here, else 512 or what memory allows."""
    gpu_layers: Annotated[int, msgspec.Meta(ge=-1)] = -1
    """-1: what was measured here, else as many as fit."""
    kv_type: Literal["auto", "f16", "q8_0", "q4_0"] = "auto"
    """`auto`: what was measured here, else f16."""
    flash_attention: Literal["auto", "on", "off"] = "auto"
    """`auto`: what was measured here, else on a GPU. A cache that is not f16 needs it."""
    speculate: bool = True
    """Compute guesses of what an answer repeats together with its next token, where that is measured to be faster."""
    draft: str = ""
    """Name or path of a smaller GGUF model with the same words (SmolLM2 135M for SmolLM2 1.7B). It writes a few tokens
    ahead, which the larger one checks in one step, where that is measured to be faster."""
    prefix_cache_mb: Count = 1024
    """Disk for the states of long system prompts."""


class WorkerSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    idle_unload_s: Seconds = 600.0
    """Unload a model that nobody asked for this long; 0: never."""
    load_timeout_s: Seconds = 300.0
    hang_timeout_s: Seconds = 30.0
    """A worker that neither answers nor finishes a step for this long is ended."""
    crash_limit: Annotated[int, msgspec.Meta(ge=1)] = 3
    crash_window_s: Seconds = 60.0
    """`crash_limit` crashes within this time quarantine the model."""
    quarantine_s: Seconds = 600.0
    """How long a quarantined model is not started again; 0: until it is released."""
    memory_reserve_mb: Count = 512
    """Memory that is always left to the rest of the machine."""


class ModelSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    folders: tuple[str, ...] = ()
    """More folders with manifests, besides the shipped catalog and `catalog/` in the data folder."""
    stall_timeout_s: Seconds = 30.0
    """A download that brings no byte for this long has failed."""
    offline: bool = False
    """Never ask the network, not even when a model is pulled."""
    environments: str = ""
    """Folder for the Python environments of `models convert` (1.3 GB each); empty: in the cache folder."""


class SpeechSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    transcriber: str = ""
    """Catalog name or path; empty: the best installed one for the language."""
    languages: tuple[str, ...] = ("en", "zh")
    """Languages that people speak here; detection chooses among them."""
    voice: str = ""
    """Catalog name or path; empty: an installed voice for the language."""
    speed: Annotated[float, msgspec.Meta(ge=0.25, le=4)] = 1.0
    volume: Annotated[float, msgspec.Meta(ge=0, le=4)] = 1.0
    microphone: str = ""
    """Name of the device, or a part of it; empty: the system's choice."""
    loudspeaker: str = ""
    """As `microphone`."""
    echo: Literal["auto", "cancel", "half-duplex", "off"] = "auto"
    """How Myna does not hear itself; `auto`: cancelled where that can be had, else half-duplex: deaf while speaking."""
    listen: Literal["open", "wake", "push-to-talk"] = "open"
    wake_phrases: tuple[str, ...] = ("hey myna", "hello myna", "你好八哥")
    wake_model: str = ""
    """A wake-word model; empty: the phrases are looked for in the transcript."""
    follow_up_s: Seconds = 8.0
    """How long after an answer the wake phrase may be left out."""
    barge_in: bool = True
    """Whether speaking interrupts an answer."""
    stop_words: tuple[str, ...] = ("stop", "be quiet", "shut up", "停", "停下", "别说了", "安静")
    longest_turn_s: Annotated[float, msgspec.Meta(ge=1)] = 60.0
    """Speech or noise that goes on for longer is taken as it is."""


class GuardSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    policies: tuple[str, ...] = ("default",)
    """Names of policies, or paths of policy files, each laid over those before it; `off` judges nothing."""
    folders: tuple[str, ...] = ()
    """More folders with policies, besides `policies/` in the configuration folder."""
    help_line: str = ""
    """What a notice about self-harm names, for example `0800 123 456`; empty: the emergency number."""
    corrections: Annotated[int, msgspec.Meta(ge=0, le=5)] = 2
    """Times that the model is asked again for one answer, where a rule says so."""
    time_limit_s: Annotated[float, msgspec.Meta(gt=0, le=600)] = 10.0
    """For one judgement of a classifier, its loading included; then it has failed, and the policy says what follows."""


class PluginSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    disabled: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    """When given, only these plugins are loaded."""


class StoreSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    url: str = ""
    """SQLAlchemy URL; empty: SQLite in the data folder."""


class AuditSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is recorded of what happens here; see `docs/audit.md`."""

    mode: Literal["off", "metadata", "redacted", "full"] = "off"
    """`metadata`: who, when, which model and rule, no texts. `redacted`: enough to prove a text that somebody shows,
    not to read it. `full`: the texts too. Off by default: a second record of when people talked, which outlives the
    conversations that they delete, is for whoever runs the machine to want."""
    before_release: Literal["nothing", "question", "answer"] = "nothing"
    """What is safely recorded before an answer is let out; `answer` holds it back until it is complete."""
    on_failure: Literal["open", "closed"] = "open"
    """`closed`: what cannot be recorded is not answered."""
    retention_days: Count = 90
    """Records older than this are cut off; 0: never. 90 days span a quarter, and keep the log small."""
    anchor: str = ""
    """Path of the file that says where the log ends; empty: beside the log."""
    url: str = ""
    """The PostgreSQL database with the log, which several servers may share; empty: the data folder of this machine."""


class DesktopSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    theme: Literal["auto", "light", "dark", "high-contrast"] = "auto"
    """`auto`: as the system."""
    font_scale: Annotated[float, msgspec.Meta(ge=0.75, le=2.5)] = 1.0
    """1: the size of the system's font."""
    reduced_motion: bool = False
    """Nothing slides or fades."""
    tray: bool = True
    """Stay in the system tray when the window is closed, where there is one."""
    shortcut: str = "Ctrl+Alt+M"
    """Brings the window to the front from anywhere, where the platform allows it; empty: none."""
    talk_key: Literal["", "F2", "F3", "F4", "F5", "F6", "F7", "F8", "F9", "F10", "F12"] = "F9"
    """Held, it opens the microphone where `speech.listen` is push-to-talk; else it is pressed once to begin and once to
    end. Empty: none. F1 and F11 are other things on most machines."""
    welcome: bool = True
    """Show the first steps at the next start; off once they were taken."""
    offer_fit: bool = True
    """Offer, after the first answer, to fit the model to this machine; off once that was answered."""


class ServeSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    host: str = "127.0.0.1"
    """The address that `myna serve` listens on. Another one than this machine's own needs a key."""
    port: Annotated[int, msgspec.Meta(ge=0, le=65535)] = 8765
    """0 takes any that is free."""
    hosts: tuple[str, ...] = ()
    """Names by which clients may call this machine, besides its address and `localhost`."""
    origins: tuple[str, ...] = ()
    """Web pages (for example `https://kiosk.example`) whose scripts may ask; none by default."""
    image_hosts: tuple[str, ...] = ()
    """Hosts (for example `pictures.example.org`, or `10.0.0.5:8080`) that pictures in requests are fetched from, where
    they are named by an address; none by default."""
    keys: str = ""
    """SQLAlchemy URL of the database with the API keys; empty: SQLite in the data folder."""
    limits: str = "memory://"
    """Where the limits of keys are counted, as a URL of the package limits, for example `redis://host`."""
    certificate: str = ""
    """Path of a PEM file with the certificate for TLS; empty: no TLS."""
    private_key: str = ""
    """Path of the PEM file with its private key, where that is not in `certificate`."""
    jwt_keys: str = ""
    """Path of a file with the public keys that tokens (JWTs) are signed for: PEM or a JSON Web Key Set."""
    jwt_issuer: str = ""
    """What the claim `iss` of a token must be."""
    jwt_audience: str = ""
    """What the claim `aud` of a token must be, or name."""
    jwt_algorithm: Literal["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"] = (
        "RS256"
    )
    """The one algorithm by which tokens may be signed."""
    jwt_leeway_s: Annotated[float, msgspec.Meta(ge=0, le=300)] = 30.0
    """Seconds that the clocks of the two machines may differ."""
    keep_days: Annotated[int, msgspec.Meta(ge=0, le=3650)] = 30
    """Days for which stored responses and their conversations are kept; 0: none are."""
    talk_s: Annotated[float, msgspec.Meta(gt=0)] = 3600.0
    """Seconds that a conversation by voice may last."""
    queue: Count = 64
    """Requests that may wait; more are refused (429)."""
    queue_s: Annotated[float, msgspec.Meta(gt=0)] = 60.0
    """Seconds that a request may wait before it is refused (503)."""
    answer_s: Annotated[float, msgspec.Meta(gt=0)] = 600.0
    """Seconds after which an answer is broken off."""
    drain_s: Seconds = 30.0
    """Seconds that answers under way get when the server is to end."""
    body_mb: Annotated[int, msgspec.Meta(ge=1, le=1024)] = 32
    """Largest request; pictures in it count."""
    upload_mb: Annotated[int, msgspec.Meta(ge=1, le=4096)] = 100
    """Largest request with a sound file."""
    cache: Count = 256
    """Answers that are kept in memory for requests that can only have the same answer; 0: none."""


class PressureSettings(Limits, frozen=True, forbid_unknown_fields=True):
    """What answers in the place of the default chat model while memory is short or the processor hot."""

    models: tuple[str, ...] = ()
    """Approved smaller models, the best first."""
    context: Count = 2048
    """Tokens of a conversation in the last of these steps; 0: no such step."""


class LogSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    level: Literal["debug", "info", "warning", "error"] = "warning"
    content: bool = False
    """Let texts of conversations into the logs."""


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    language: Literal["auto", "en", "zh"] = "auto"
    chat: ChatSettings = ChatSettings()
    engine: EngineSettings = EngineSettings()
    workers: WorkerSettings = WorkerSettings()
    models: ModelSettings = ModelSettings()
    speech: SpeechSettings = SpeechSettings()
    guard: GuardSettings = GuardSettings()
    plugins: PluginSettings = PluginSettings()
    store: StoreSettings = StoreSettings()
    audit: AuditSettings = AuditSettings()
    desktop: DesktopSettings = DesktopSettings()
    serve: ServeSettings = ServeSettings()
    pressure: PressureSettings = PressureSettings()
    remote: RemoteSettings = RemoteSettings()
    log: LogSettings = LogSettings()
