"""What remote models add to Myna: an engine, names for models, routes. Without a configuration it does nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from myna.hookspecs import OfferedModel, ResolvedModel, Route, RouteFacts, hookimpl

if TYPE_CHECKING:
    from myna.config import Settings
    from myna.doctor import Finding
    from myna.engine.protocols import EngineInfo, Task

MYNA_NEEDS = ("network",)


class RemotePlugin:
    """Found by entry point."""

    @hookimpl
    def myna_register_engines(self) -> Sequence[EngineInfo]:
        from .models import ENGINE

        return (ENGINE,)

    @hookimpl
    def myna_offer_models(self, settings: Settings) -> Sequence[OfferedModel]:
        from .models import offers

        return offers(settings)

    @hookimpl
    def myna_resolve_model(self, name: str, task: Task, settings: Settings) -> ResolvedModel | None:
        if not name:
            return None
        from .models import resolved

        return resolved(settings, name, task)

    @hookimpl
    def myna_route_turn(self, name: str, facts: RouteFacts, settings: Settings) -> Route | None:
        from datetime import datetime

        from .choosing import chosen
        from .models import route_of

        route = route_of(settings, name)
        return None if route is None else chosen(route, facts, datetime.now().astimezone().time())

    @hookimpl
    def myna_check_health(self, settings: Settings) -> Sequence[Finding]:
        if not settings.remote.models:
            return ()
        from concurrent.futures import ThreadPoolExecutor

        from .health import check

        models = settings.remote.models
        with ThreadPoolExecutor(max_workers=min(8, len(models))) as pool:
            return list(pool.map(lambda model: check(model, offline=settings.models.offline), models))
