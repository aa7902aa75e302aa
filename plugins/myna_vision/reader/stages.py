"""What a stage of looking is, and which there are.

A stage is a class of its own, made with its model files by role and the number of threads that it may use:

    class ClassesStage:
        name: Stage = "classes"

        def __init__(self, files: Mapping[str, str], threads: int) -> None:
            self._session = open_session(files["model"], threads)

        def run(self, picture: Picture, findings: Findings) -> Iterator[None]:
            scores = self._session.run(None, {"input": ...})
            yield  # after each bounded piece of work, so that a cancel is seen in time
            findings.classes = (...)

It is imported and made when it is first asked for, and kept.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple, Protocol

import msgspec

from myna.engine.sight import Code, Colour, Measures, PictureClass, PictureFacts, Stage, TextLine

if TYPE_CHECKING:
    from myna.engine.pixels import Picture


class Findings(msgspec.Struct):
    """`PictureFacts` while they are being found; each stage sets the field of its name (`text` sets `lines`)."""

    measures: Measures | None = None
    colours: tuple[Colour, ...] | None = None
    codes: tuple[Code, ...] | None = None
    lines: tuple[TextLine, ...] | None = None
    classes: tuple[PictureClass, ...] | None = None
    unsafe: float | None = None
    timings: dict[str, float] = {}
    """Milliseconds. A stage may add parts of itself; the engine adds the stage."""

    def facts(self) -> PictureFacts:
        return PictureFacts(
            measures=self.measures,
            colours=self.colours,
            codes=self.codes,
            lines=self.lines,
            classes=self.classes,
            unsafe=self.unsafe,
            timings={stage: round(took, 3) for stage, took in self.timings.items()},
        )


class PictureStage(Protocol):
    name: Stage

    def run(self, picture: Picture, findings: Findings) -> Iterator[None]:
        """Look at `picture`, and put what was found into `findings`; yield after each bounded piece of work."""
        ...


class StageInfo(NamedTuple):
    factory: str
    """Import string `package.module:Class`."""
    roles: tuple[str, ...] = ()
    """Model files that it cannot do without. In the files of the engine they are called `stage.role`."""


STAGES: dict[Stage, StageInfo] = {
    "measures": StageInfo("myna_vision.reader.measures:MeasuresStage"),
    "colours": StageInfo("myna_vision.reader.colours:ColoursStage"),
    "codes": StageInfo("myna_vision.reader.codes:CodesStage"),
    "text": StageInfo("myna_vision.reader.text:TextStage", ("detector", "model")),
    "classes": StageInfo("myna_vision.classes.stages:ClassesStage", ("model",)),
    "unsafe": StageInfo("myna_vision.classes.stages:UnsafeStage", ("model",)),
}
"""In the order in which they are run: what is quick comes first."""


class Stages:
    """The stages that there are files for."""

    def __init__(self, files: Mapping[str, str], threads: int) -> None:
        """`files` are paths by `stage.role`."""
        self._files: dict[Stage, dict[str, str]] = {stage: {} for stage in STAGES}
        for stage, mine in self._files.items():
            prefix = f"{stage}."
            mine |= {name.removeprefix(prefix): path for name, path in files.items() if name.startswith(prefix)}
        self._threads = threads
        self._made: dict[Stage, PictureStage] = {}

    @property
    def names(self) -> tuple[Stage, ...]:
        """Those that can be run, in their order."""
        return tuple(stage for stage, info in STAGES.items() if set(info.roles) <= set(self._files[stage]))

    def get(self, stage: Stage) -> PictureStage:
        """The stage `stage` (one of `names`), made now if this is the first time.

        Raises:
            ModelLoadFailed: a file is no model that can be opened.
        """
        made = self._made.get(stage)
        if made is None:
            module, _, name = STAGES[stage].factory.partition(":")
            made = getattr(importlib.import_module(module), name)(self._files[stage], self._threads)
            self._made[stage] = made
        return made
