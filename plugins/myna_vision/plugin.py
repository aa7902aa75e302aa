"""What vision adds to Myna: engines and commands."""

from __future__ import annotations

from collections.abc import Sequence

from myna.bench import BenchInfo
from myna.config import Settings
from myna.engine.protocols import EngineInfo, EngineSpec, Task
from myna.hookspecs import CommandInfo, DemoStep, ResolvedModel, TurnDraft, hookimpl
from myna.messages import Image

MYNA_NEEDS = ("files", "camera")


@hookimpl
def myna_register_engines() -> Sequence[EngineInfo]:
    return (
        EngineInfo(
            "picture-reader", ("look",), (".onnx",), "myna_vision.reader.engine:PictureReaderEngine", extra="vision"
        ),
        EngineInfo("matcher", ("match",), (".onnx",), "myna_vision.matching.engine:MatcherEngine", extra="vision"),
    )


@hookimpl
def myna_register_commands() -> Sequence[CommandInfo]:
    return (CommandInfo("see", "Answer a question about a picture, or describe it", "myna_vision.see.command:see"),)


@hookimpl
def myna_register_demo_steps() -> Sequence[DemoStep]:
    return (DemoStep("A picture is asked about", 300, "myna_vision.see.demo:receipt"),)


@hookimpl
async def myna_prepare_turn(draft: TurnDraft) -> None:
    if any(isinstance(part, Image) for message in draft.messages for part in message.parts):
        from .answers.turn import describe_pictures

        await describe_pictures(draft)


@hookimpl(tryfirst=True)
def myna_resolve_model(name: str, task: Task, settings: Settings) -> ResolvedModel | None:
    if task == "look" and not name:
        from myna.paths import Paths

        from .reader.models import resolve_reader

        return resolve_reader(settings, Paths.find())
    if task == "match":
        from myna.paths import Paths

        from .matching.models import resolve_matcher

        return resolve_matcher(name, settings, Paths.find())
    return None


@hookimpl
def myna_find_camera() -> EngineSpec:
    from .camera.frame import camera_engine

    return camera_engine()


@hookimpl
def myna_register_benchmarks() -> Sequence[BenchInfo]:
    return (
        BenchInfo(
            "vision",
            "Looking by stage, a second question about a picture, and text beside rapidocr",
            "myna_vision.benchmarks.vision:run",
        ),
    )
