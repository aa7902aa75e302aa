"""The default model follows the settings while the server runs; what cannot be used changes nothing."""

from __future__ import annotations

import pytest

from myna.config import ChatSettings, Settings
from myna.engine.protocols import EngineSpec
from myna.errors import EngineUnavailable, ModelMissing, OutOfMemory
from myna.hookspecs import ResolvedModel
from myna.paths import Paths
from myna.settings import set_value
from myna_serve.following import Following

pytestmark = pytest.mark.anyio


class Handle:
    def __init__(self, spec, error):
        self.spec = spec
        self.error = error

    async def info(self):
        if self.error:
            raise self.error


class Fake:
    """What of an assistant is asked; notes what happens."""

    def __init__(self, paths):
        self.paths = paths
        self.settings = Settings()
        self.host = self.pool = self
        self.error = None
        self.told = []

    def resolve_model(self, name, task, settings):
        if name == "far":
            raise EngineUnavailable("it is on another server, and that is not asked")
        if name == "missing":
            raise ModelMissing("there is no model called missing")
        return ResolvedModel(name or "best", task, ".gguf", {"model": name or "best"})

    async def resolve(self, name=""):
        return self.resolve_model(name, "chat", self.settings)

    def engine_spec(self, model):
        return EngineSpec(model.name, "x:Y", model.files)

    def engine(self, spec):
        return Handle(spec, self.error)

    def use_settings(self, settings):
        self.settings = settings
        self.told.append(("use", settings.chat.model))

    async def retire_in_time(self, handle):
        self.told.append(("retire", handle.spec.name))


@pytest.fixture
def fake(own_home):
    return Fake(Paths.find())


async def followed(following):
    await following.follow()
    for task in list(following._retiring):
        await task


async def test_the_new_model_is_loaded_before_the_old_one_goes(fake):
    following = Following(fake)
    set_value(fake.paths, "chat.model", "other")
    await followed(following)
    assert fake.told == [("use", "other"), ("retire", "best")]
    await followed(following)
    assert len(fake.told) == 2


async def test_the_same_model_under_another_name_stays(fake):
    following = Following(fake)
    set_value(fake.paths, "chat.model", "best")
    await followed(following)
    assert fake.told == [("use", "best")]


async def test_a_default_that_may_not_be_asked_any_more_can_be_changed(fake):
    fake.settings = Settings(chat=ChatSettings(model="far", summarise=fake.settings.chat.summarise))
    following = Following(fake)
    set_value(fake.paths, "chat.model", "other")
    await followed(following)
    assert fake.told == [("use", "other")]


async def test_other_settings_of_chats_count_too(fake):
    following = Following(fake)
    set_value(fake.paths, "chat.system", "Be a pirate.")
    await followed(following)
    assert (fake.settings.chat.system, fake.told) == ("Be a pirate.", [("use", "")])


@pytest.mark.logs
@pytest.mark.parametrize("broken", ["missing", "[["])
async def test_what_cannot_be_used_changes_nothing(fake, broken, caplog):
    following = Following(fake)
    if broken == "missing":
        set_value(fake.paths, "chat.model", broken)
    else:
        set_value(fake.paths, "chat.model", "x")
        (fake.paths.config / "config.toml").write_text(broken)
    await followed(following)
    assert fake.told == []
    assert "cannot be used" in caplog.text


@pytest.mark.logs
async def test_a_model_that_does_not_fit_beside_the_old_one_comes_after_it(fake, caplog):
    following = Following(fake)
    fake.error = OutOfMemory("too large")
    set_value(fake.paths, "chat.model", "other")
    await followed(following)
    assert fake.told == [("use", "other"), ("retire", "best")]
    assert "no memory" in caplog.text


async def test_a_request_for_the_default_gets_the_one_of_its_time(serve):
    served = await serve()
    settings = served.assistant.settings
    served.assistant.use_settings(
        type(settings)(chat=type(settings.chat)(model="other", summarise=False), serve=settings.serve)
    )
    assert (await served.ask()).json()["model"] == "other"
    assert (await served.ask(model="default", stream=True)).text.count('"model":"other"') > 1
    assert (await served.client.get("/health/ready")).status_code == 200
