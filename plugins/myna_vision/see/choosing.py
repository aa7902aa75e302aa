"""Which model looks at a picture: one that can, where there is one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from myna.assistant import Assistant


async def seeing_model(assistant: Assistant, name: str) -> str:
    """The chat model that is asked about pictures: `name` if it can see; without a name, that of the settings if it
    can, or the best of those that can.

    Empty where there is none.

    Raises:
        ModelMissing: the model `name` is not installed.
        BadModelFile: it is a file, and no model.
    """
    chosen = name or assistant.settings.chat.model
    if chosen and (await assistant.resolve(chosen)).looks:
        return chosen
    if name:
        return ""
    from myna_models.installed import Store

    models = [model for model in Store(assistant.paths.models).load()[0] if model.task == "chat"]
    seeing = [model for model in models if model.file("projector")]
    if not seeing:
        return ""
    from myna.engine.memory import available_memory

    # As the default for chat is chosen: a fifth on top of the weights is what cache and buffers take.
    free = available_memory()
    fitting = [model for model in seeing if model.size * 1.2 < free] or [min(seeing, key=lambda model: model.size)]
    return max(fitting, key=lambda model: (model.parameters, model.size, model.id)).id
