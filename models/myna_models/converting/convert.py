"""`Converter`: from a source to an installed model, or to a folder of files; all of it or nothing.

All that is half made lies in `<models>/.staging/convert-<id>/`, under a lock that ends with the process. Whoever
converts next deletes what lies there without its lock being held.
"""

from __future__ import annotations

import contextlib
import shutil
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from myna.engine.memory import available_memory
from myna.errors import (
    BadModelFile,
    DiskFull,
    EngineError,
    ExtraMissing,
    MynaError,
    OutOfMemory,
    UsageError,
)
from myna.locking import hold
from myna.paths import Paths

from .. import admission, space
from ..appearing import appear, sync
from ..installed import Conversion, Installed, LockedFile, LockedPart, Store, sha256_of
from .checking_gguf import check
from .child_process import run
from .environments import Environments
from .plan import Plan
from .source import Source

_BOOT = Path(__file__).parent / "child" / "boot.py"
_PREFIX = "convert-"
ROLES = {
    "model.onnx": "model", "model.onnx.data": "weights", "text.onnx": "text", "tokenizer.json": "tokenizer",
    "tokenizer_config.json": "tokenizer-config", "chat_template.jinja": "chat-template", "config.json": "config",
    "genai_config.json": "genai-config", "generation_config.json": "generation-config", "pooling.json": "pooling",
    "preprocessor_config.json": "preprocessor", "special_tokens_map.json": "special-tokens", "model.gguf": "model",
    "encoder_model.onnx": "model", "decoder_model.onnx": "decoder",
    "decoder_with_past_model.onnx": "decoder-with-past", "vocab.json": "vocabulary", "merges.txt": "merges",
}  # fmt: skip
"""What the files of a made model are to an engine, by name; others are not installed."""


_WEIGHTS = ("model", "weights", "text", "decoder", "decoder-with-past")
"""Roles of files that are compared with the source's weights."""


class Progress(msgspec.Struct, frozen=True):
    stage: str
    """`environment`, `waiting`, `opening`, `exporting`, `quantizing`, `comparing`, `installing`."""
    detail: str = ""
    share: float = -1.0
    """Of the stage, 0 to 1; below 0: not known."""


class Outcome(msgspec.Struct, frozen=True):
    """What was made, for `--json` and for the table."""

    id: str
    path: str
    task: str
    format: str
    conversion: Conversion
    size: int
    size_source: int


class _Refused(EngineError):
    code = "conversion-refused"


class Converter:
    """`report` is told how far it is, and may raise to stop."""

    def __init__(
        self, paths: Paths, environments: Environments, report: Callable[[Progress], None] | None = None
    ) -> None:
        self._paths = paths
        self._store = Store(paths.models)
        self._environments = environments
        self._report = report or (lambda _: None)

    def convert(
        self, source: Source, plan: Plan, name: str, *, calibration: Path | None = None, output: Path | None = None
    ) -> Outcome:
        """Make the model `name` out of `source`; with `output`, write its files there and install nothing.

        Raises:
            EngineError: it cannot be converted, or its quality does not hold.
            DiskFull, OutOfMemory: there is no room for it.
            SourceUnavailable: the environment for it cannot be had.
        """
        with space.disk_errors(name):
            self._paths.models.mkdir(parents=True, exist_ok=True)
            self._store.staging.mkdir(exist_ok=True)
            self.clean()
            with self._workshop(name) as folder:
                self._look(plan, name)
                python = Path(sys.executable)
                if plan.environment is not None:
                    python = self._environments.python(plan.environment)
                out = folder / "out"
                out.mkdir()
                answer = self._child(source, plan, python, folder, calibration)
                if plan.recipe == "gguf":
                    answer["report"] = check(
                        out / "model.gguf",
                        Path(answer["expected"]),
                        plan.quantization,
                        self._paths.logs / "convert.log",
                    )
                shutil.rmtree(folder / "work", ignore_errors=True)
                self._report(Progress("installing"))
                return self._finish(source, plan, name, out, answer=answer, output=output)

    def clean(self) -> int:
        """Delete what conversions left that did not end; returns how many."""
        cleaned = 0
        for folder in sorted(self._store.staging.glob(f"{_PREFIX}*")):
            if not folder.is_dir():
                continue
            with contextlib.suppress(_BusyError), hold(folder.with_suffix(".lock"), _give_up):
                shutil.rmtree(folder, ignore_errors=True)
                cleaned += 1
        return cleaned

    @contextlib.contextmanager
    def _workshop(self, name: str) -> Iterator[Path]:
        folder = self._store.staging / f"{_PREFIX}{name.replace('.', '_')}"
        with hold(folder.with_suffix(".lock"), lambda: self._report(Progress("waiting"))):
            shutil.rmtree(folder, ignore_errors=True)
            (folder / "work").mkdir(parents=True)
            try:
                yield folder
            finally:
                shutil.rmtree(folder, ignore_errors=True)

    def _look(self, plan: Plan, name: str) -> None:
        space.require(self._paths.models, plan.disk, f"the conversion to {name}")
        free = available_memory()
        if plan.memory > free:
            raise OutOfMemory(
                f"the conversion takes about {space.readable(plan.memory)} of memory, "
                f"and {space.readable(free)} are free",
                hint="close other programs, or convert it on a larger machine and copy the model's folder",
            )

    def _child(
        self, source: Source, plan: Plan, python: Path, folder: Path, calibration: Path | None
    ) -> dict[str, Any]:
        job = {
            "action": plan.recipe, "source": str(source.path), "out": str(folder / "out"),
            "work": str(folder / "work"), "task": plan.task, "quantize": plan.quantization,
            "calibration": str(calibration or ""),
        }  # fmt: skip
        order = folder / "job.json"
        order.write_bytes(msgspec.json.encode(job))
        log = self._paths.logs / "convert.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        log.unlink(missing_ok=True)
        command = [str(python), "-I", str(_BOOT), str(order)]
        if plan.environment is None:
            command = [str(python), "-P", "-m", "myna_models.converting.bert_encoder", str(order)]
        answer: dict[str, Any] = {}

        def line(text: str) -> None:
            said = msgspec.json.decode(text, type=dict[str, Any])
            if "stage" in said:
                self._report(Progress(said["stage"], "", float(said["share"])))
            answer.update(said)

        status = run(command, log, line)
        if "refused" in answer:
            raise self._refusal(answer)
        if "result" in answer and status == 0:
            return dict(answer["result"])
        raise self._failure(plan, status, log)

    def _refusal(self, answer: dict[str, Any]) -> MynaError:
        message, hint = str(answer["refused"]), str(answer.get("hint", ""))
        if hint == "disk-full":
            return DiskFull(message)
        if answer.get("kind") == "extra":
            return ExtraMissing(message, hint=hint)
        if answer.get("kind") == "quality":
            return _Refused(message, hint=hint)
        return BadModelFile(message, hint=hint or None)

    def _failure(self, plan: Plan, status: int, log: Path) -> EngineError:
        text = log.read_text(encoding="utf-8", errors="replace") if log.is_file() else ""
        last = next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "")[:200]
        broken = ("ModuleNotFoundError", "ImportError", "No module named", "invalid ELF", "cannot open shared object")
        if plan.environment is not None and any(sign in last for sign in broken):
            self._environments.damaged(plan.environment)
            return EngineError(
                f"the environment {plan.environment.name} was damaged: {last}", hint="run it again: it is made anew"
            )
        if status == 128 + 9:
            return OutOfMemory("the conversion was killed, by somebody or by the system because memory ran out")
        return EngineError(f"the conversion ended with status {status}: {last or 'it said nothing'}", hint=f"see {log}")

    def _finish(
        self, source: Source, plan: Plan, name: str, out: Path, *, answer: dict[str, Any], output: Path | None
    ) -> Outcome:
        chosen = [(ROLES[file.name], file) for file in sorted(out.iterdir()) if file.name in ROLES]
        if plan.target == "gguf":
            chosen = [(role, file.rename(out / f"{name}.gguf")) for role, file in chosen if role == "model"]
        files = [file for _, file in chosen]
        if not any(role == "model" for role, _ in chosen):
            raise EngineError("the conversion made no model")
        admitted = admission.admit([file for file in files if file.suffix != ".data"])
        made = Conversion(
            source.name, source.sha256(), plan.quantization, dict(answer.get("tools", {})), dict(answer["report"])
        )
        size = sum(file.stat().st_size for role, file in chosen if role in _WEIGHTS)
        suffix = ".gguf" if plan.target == "gguf" else ".onnx"
        where = self._store.folder / name
        if output is None:
            locked = tuple(_locked(role, file, source.name) for role, file in chosen)
            keep = {file.name for file in files}
            for file in out.iterdir():
                if file.name not in keep:
                    file.unlink()
            record = _record(source, plan, name, suffix=suffix, files=locked, made=made)
            appear(self._store, record, out)
            admission.remember(
                [where / file.name for file in files if file.suffix != ".data"], admitted, self._paths.cache
            )
        else:
            where = output
            _hand_over(out, output, files)
        return Outcome(name, str(where), plan.task, suffix, made, size, source.size)


class _BusyError(Exception):
    """Somebody is at work there."""


def _give_up() -> None:
    raise _BusyError


def _hand_over(out: Path, output: Path, files: list[Path]) -> None:
    """Move what was made to a folder of the person's, which is new or empty."""
    if output.exists() and (not output.is_dir() or any(output.iterdir())):
        raise UsageError(f"{output} is there already", hint="name a folder that is new or empty")
    output.parent.mkdir(parents=True, exist_ok=True)
    partial = output.with_name(f".{output.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    try:
        partial.mkdir()
        for file in files:
            shutil.move(str(file), partial / file.name)
        if output.is_dir():
            output.rmdir()
        partial.rename(output)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    out.rmdir() if not any(out.iterdir()) else None


def _locked(role: str, file: Path, source: str) -> LockedFile:
    sync(file)
    return LockedFile(role, file.name, file.stat().st_size, sha256_of(file), (LockedPart(f"converted:{source}"),))


def _record(
    source: Source, plan: Plan, name: str, *, suffix: str, files: tuple[LockedFile, ...], made: Conversion
) -> Installed:
    original = source.installed
    options = dict(original.options) if original else {}
    return Installed(
        id=name,
        name=f"{original.name if original else source.name} ({'GGUF' if suffix == '.gguf' else 'ONNX'})",
        task=plan.task,
        format=suffix,
        licence=original.licence if original else "LicenseRef-unknown",
        installed=datetime.now(UTC).isoformat(timespec="seconds"),
        files=files,
        parameters=source.parameters,
        quantization="float32" if plan.quantization == "none" else plan.quantization,
        languages=original.languages if original else (),
        options=options,
        conversion=made,
    )


def milder(error: Exception) -> bool:
    """Whether `error` says that quality does not hold, so that another quantization may do."""
    return isinstance(error, _Refused)
