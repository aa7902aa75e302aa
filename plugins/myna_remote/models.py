"""From the settings to models that can be asked, and to what people are told of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import msgspec

from myna.config import Settings
from myna.doctor import Finding
from myna.engine.protocols import EngineInfo, Task
from myna.errors import BadConfig, EngineUnavailable, ModelMissing
from myna.hookspecs import OfferedModel, ResolvedModel
from myna.remote_settings import RemoteModel, RouteSettings

from .choosing import LOCAL, plain
from .health import check

FORMAT = ".remote"
"""Chooses the engine. No file has it."""

ENGINE = EngineInfo("remote", ("chat",), (FORMAT,), "myna_remote.worker.engine:RemoteEngine")


def model_of(settings: Settings, name: str) -> RemoteModel | None:
    return next((model for model in settings.remote.models if model.name == name), None)


def route_of(settings: Settings, name: str) -> RouteSettings | None:
    return next((route for route in settings.remote.routes if route.name == name), None)


def resolved(settings: Settings, name: str, task: Task) -> ResolvedModel | None:
    """The remote model or the route called `name`; None: there is none.

    Raises:
        ModelMissing: it is for another task.
        EngineUnavailable: nothing may be asked over a network.
        BadConfig: two have the same name.
    """
    model, route = model_of(settings, name), route_of(settings, name)
    if model is None and route is None:
        return None
    _check_names(settings)
    if route is not None or model is None:
        return ResolvedModel(plain(route.model) if route else "", task, "", {}, route=name)
    if task != "chat":
        raise ModelMissing(f"{name} is a model for chat, not for {task}", hint=f"myna models list --task {task}")
    if settings.models.offline:
        raise EngineUnavailable(
            f"{name} is on another server, and models.offline forbids to ask the network",
            hint="myna config set models.offline false",
        )
    return ResolvedModel(
        name=model.name,
        task="chat",
        format=FORMAT,
        files={},
        options={"remote": msgspec.to_builtins(model)},
        sees=model.pictures,
    )


def offers(settings: Settings) -> list[OfferedModel]:
    """All remote models, then all routes."""
    told = [_model(model, partial(check, model, offline=settings.models.offline)) for model in settings.remote.models]
    return told + [_route(route) for route in settings.remote.routes]


def _model(model: RemoteModel, find_out: Callable[[], Finding]) -> OfferedModel:
    abilities = [name for name in ("pictures", "tools", "schema", "logprobs") if getattr(model, name)]
    facts = {"Server": f"{model.base_url} ({model.server})", "Model there": model.model, "Can": ", ".join(abilities)}
    return OfferedModel(
        model.name,
        "chat",
        f"{model.model} on {_host(model.base_url)}",
        context=model.context,
        facts={heading: fact for heading, fact in facts.items() if fact},
        check=find_out,
    )


def _route(route: RouteSettings) -> OfferedModel:
    rules = {f"Rule {rule.name}": " > ".join(rule.models) for rule in route.rules}
    return OfferedModel(route.name, "chat", "chooses among models", facts={**rules, "Otherwise": route.model or LOCAL})


def _host(url: str) -> str:
    return url.split("/")[2]


def _check_names(settings: Settings) -> None:
    """Raises `BadConfig` where a name means two things."""
    names = [model.name for model in settings.remote.models] + [route.name for route in settings.remote.routes]
    for name in names:
        if names.count(name) > 1:
            raise BadConfig(f"remote: two models or routes are called {name}")
