"""Which model compares pictures and words: one that was named, or the best installed for the language of the words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from myna.errors import ModelMissing

if TYPE_CHECKING:
    from myna.assistant import Assistant
    from myna.config import Settings
    from myna.engine.sight_clients import MatcherClient
    from myna.hookspecs import ResolvedModel
    from myna.paths import Paths
    from myna_models.installed import Installed

ENGLISH_MODEL = "clip-vit-base-patch32"
CHINESE_MODEL = "chinese-clip-vit-base-patch16"
_CHINESE = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
_ALL = "*"


def is_chinese(texts: Sequence[str]) -> bool:
    """Whether there is a Chinese character in one of them."""
    return any(_CHINESE.search(text) for text in texts)


async def matcher_for(assistant: Assistant, texts: Sequence[str], name: str = "") -> MatcherClient:
    """The matcher called `name`; without a name, the best that is installed for the language of `texts`.

    Raises:
        ModelMissing: there is none.
    """
    if not name:
        from myna_models.installed import Store

        models = [model for model in Store(assistant.paths.models).load()[0] if model.task == "match"]
        name = choose(models, chinese=is_chinese(texts)).id
    return await assistant.matcher(name)


def choose(installed: Sequence[Installed], *, chinese: bool) -> Installed:
    """The one that knows the language and has most parameters.

    Raises:
        ModelMissing: there is none.
    """
    language, pull = ("zh", CHINESE_MODEL) if chinese else ("en", ENGLISH_MODEL)
    knowing = [model for model in installed if not model.languages or {language, _ALL} & set(model.languages)]
    if not installed:
        raise ModelMissing("no model that compares pictures and words is installed", hint=f"myna models pull {pull}")
    if not knowing:
        raise ModelMissing(
            f"no model that compares pictures with words in the language {language} is installed",
            hint=f"myna models pull {pull}",
        )
    return max(knowing, key=lambda model: (model.parameters, model.size, model.id))


def resolve_matcher(name: str, settings: Settings, paths: Paths) -> ResolvedModel:
    """What `myna_resolve_model` answers for the task `match`.

    Raises: as `myna_models.resolve.resolve`.
    """
    from myna_models.resolve import resolve

    model = resolve(name, "match", settings, paths)
    return msgspec.structs.replace(model, options={"threads": settings.engine.threads, **model.options})
