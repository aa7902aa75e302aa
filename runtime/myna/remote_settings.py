"""Settings of models on other servers, and of the rules that choose among models. Off unless there are some."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

Name = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9._-]{0,79}$")]
"""As models of the catalog are called."""
Moment = Annotated[str, msgspec.Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
"""Of a day, local time, for example `07:30`."""
Seconds = Annotated[float, msgspec.Meta(gt=0, le=3600)]
Tokens = Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]


class RemoteModel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A model of a server that speaks OpenAI's API; one table `[[remote.models]]`."""

    name: Name
    """What people call it here."""
    base_url: Annotated[str, msgspec.Meta(pattern=r"^https?://[^\s/?#@]+(/[^\s?#]*)?$", max_length=500)]
    """Up to and with `/v1`. No password stands in it: it is shown."""
    model: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    """What the server calls it."""
    server: Literal["openai", "vllm", "llama.cpp", "myna"] = "openai"
    """Which fields it knows besides OpenAI's."""
    key_file: str = ""
    """Path of a file that holds the API key and nothing else."""
    key_env: str = ""
    """Name of the environment variable that holds it."""
    ca: str = ""
    """Path of a PEM file with the authority that signed the server's certificate; empty: those of the system."""
    context: Annotated[int, msgspec.Meta(ge=256, le=2**31 - 1)] = 8192
    """Tokens that prompt and answer of one request may have together there."""
    pictures: bool = False
    """Whether it looks at pictures."""
    tools: bool = False
    """Whether it calls tools in its own way."""
    schema: bool = True
    """Whether the server keeps an answer to a JSON schema."""
    logprobs: bool = False
    connect_s: Seconds = 3.0
    """For a connection, TLS included: a server of the same building answers in milliseconds."""
    first_token_s: Seconds = 60.0
    """From the request to the first token: a queue and a long prompt take their time."""
    between_s: Seconds = 20.0
    """From one token to the next."""
    check_s: Seconds = 15.0
    """Between two health checks while the model is in use, a fifth more or less."""
    failures: Annotated[int, msgspec.Meta(ge=1, le=100)] = 3
    """In a row after which it is not asked for `rest_s`."""
    rest_s: Seconds = 30.0
    """Then one request tries it again."""


class RouteRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When a turn goes where; one table `[[remote.routes.rules]]`. What is not said does not matter."""

    models: Annotated[tuple[str, ...], msgspec.Meta(min_length=1, max_length=8)]
    """Asked in this order, each when those before it cannot answer."""
    name: Name = "rule"
    """Told with the decision."""
    tokens_from: Tokens = 0
    """Of the messages, estimated: so many or more."""
    tokens_below: Tokens = 0
    """Fewer than so many; 0: any number."""
    pictures: bool | None = None
    tools: bool | None = None
    schema: bool | None = None
    """Whether the answer must fit a JSON schema."""
    prompts: tuple[str, ...] = ()
    """Names of prompt templates, one of them."""
    languages: tuple[Literal["zh", "other"], ...] = ()
    """What the question is written in, one of them."""
    clients: tuple[str, ...] = ()
    """Names of API keys, one of them; `*` stands for anything."""
    since: Moment = "00:00"
    until: Moment = "00:00"
    """From `since` up to this moment; both the same: all day. `22:00` to `06:00` is the night."""


class RouteSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A name to be given as a model, and who then answers; one table `[[remote.routes]]`."""

    name: Name
    model: str = ""
    """Answers where no rule fits, and where nobody else can; empty: the best installed model."""
    rules: Annotated[tuple[RouteRule, ...], msgspec.Meta(max_length=64)] = ()
    """The first that fits decides."""


class RemoteSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    models: tuple[RemoteModel, ...] = ()
    """Models on other servers; none by default. Then nothing is ever sent anywhere."""
    routes: tuple[RouteSettings, ...] = ()
    """Names that choose among models."""
