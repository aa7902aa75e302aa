"""From what people type to files that can be loaded: a catalog name, a path, or nothing at all."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from myna.config import Settings
from myna.engine.protocols import Task
from myna.errors import BadModelFile, ModelMissing
from myna.hookspecs import ResolvedModel
from myna.paths import Paths
from myna.suggest import did_you_mean

from . import admission
from .beside import is_projector, projector_of
from .catalog import Catalog
from .installed import Installed, Store
from .onnx_chat import chat_files
from .tuning.record import current, folder

FILE_FORMATS = (".gguf", ".onnx")
"""Suffixes by which a model file given by path is known."""
CTRANSLATE2 = ".ct2"
"""The format of a CTranslate2 model, which is a folder."""
_SHARD = re.compile(r"-\d{5}-of-\d{5}\.gguf$")
_LATER_SHARD = re.compile(r"-(?!00001)\d{5}-of-\d{5}\.gguf$")
DEFAULT_CHAT_MODEL = "smollm2-135m-instruct"
"""Travels on the package index, so that it can be pulled where no model hub can be reached."""


def resolve(name: str, task: Task, settings: Settings, paths: Paths) -> ResolvedModel:
    """The installed model that `name` means.

    Raises:
        ModelMissing: it is unknown or not installed, is for another task, or nothing is installed for `task`.
        BadModelFile, BadTemplate: a file given by path cannot be used.
    """
    store = Store(paths.models)
    if not name:
        return _default(task, store, paths)
    installed = store.get(name)
    if installed is not None:
        return _ready(installed, task, store, paths)
    if _looks_like_path(name):
        return _by_path(Path(name).expanduser(), task, paths)
    catalog = Catalog.find(paths, settings)
    known = catalog.names()
    if name in known:
        raise ModelMissing(f"the model {name} is not installed", hint=f"myna models pull {name}")
    near = {*known, *store.names()}
    raise ModelMissing(f"there is no model called {name!r}{did_you_mean(name, near)}", hint="myna models list")


def _default(task: Task, store: Store, paths: Paths) -> ResolvedModel:
    """The best that is installed: of those that fit the memory, the one with most parameters."""
    models = [model for model in store.load()[0] if model.task == task]
    if not models:
        what = DEFAULT_CHAT_MODEL if task == "chat" else ""
        hint = f"myna models pull {what}" if what else f"myna models list --task {task}"
        raise ModelMissing(f"no model for {task} is installed", hint=hint)
    inside = [model for model in models if store.inside(model)]
    if not inside:
        raise ModelMissing(
            f"{models[0].id} is a link that leads out of the models folder, and is used only where it is named",
            hint="name it, or make the models folder itself the link",
        )
    return _ready(_best(inside), task, store, paths)


def _best(models: Sequence[Installed]) -> Installed:
    if len(models) > 1:
        from myna.engine.memory import available_memory

        # A fifth on top of the weights is what cache and buffers take with a context of some thousand tokens.
        free = available_memory()
        models = [model for model in models if model.size * 1.2 < free] or [min(models, key=lambda model: model.size)]
    # One that was made here is what it was made from, in another form: a person chooses it by name.
    return max(models, key=lambda model: (model.parameters, model.conversion is None, model.size, model.id))


def _ready(model: Installed, task: Task, store: Store, paths: Paths) -> ResolvedModel:
    if model.task != task:
        raise ModelMissing(
            f"{model.id} is a model for {model.task}, not for {task}", hint=f"myna models list --task {task}"
        )
    files = {file.role: store.path(model.id, file) for file in model.files}
    for file in model.files:
        path = files[file.role]
        if not path.is_file():
            raise ModelMissing(f"{model.id} lacks its file {file.name}", hint=f"myna models pull {model.id}")
        if path.stat().st_size != file.size:
            raise BadModelFile(
                f"{file.name} of {model.id} has {path.stat().st_size:,} bytes instead of {file.size:,}",
                hint=f"myna models pull {model.id}",
            )
    main = model.file("model")
    sha256 = main.sha256 if main else ""
    best = current(model, store)
    if best is not None and best.file is not None:
        files["model"], sha256 = folder(store, model.id) / best.file, best.sha256
    admission.ensure(list(files.values()), paths.cache)
    return ResolvedModel(
        name=model.id,
        task=task,
        format=model.format,
        files={role: str(path) for role, path in files.items()},
        sha256=sha256,
        options=model.options,
        tuned=best.options if best is not None else {},
    )


def _looks_like_path(name: str) -> bool:
    return "/" in name or "\\" in name or name.startswith("~") or name.lower().endswith(FILE_FORMATS)


def _by_path(path: Path, task: Task, paths: Paths) -> ResolvedModel:
    if not path.exists():
        raise ModelMissing(
            f"there is no file {path}", hint="give a catalog name (myna models list) or the path of a file"
        )
    path = path.absolute()
    chosen, format_ = (in_folder(path), "") if path.is_dir() else ({"model": path}, path.suffix.lower())
    main = chosen["model"]
    format_ = format_ or (CTRANSLATE2 if main.name == "model.bin" else main.suffix.lower())
    if format_ not in (*FILE_FORMATS, CTRANSLATE2):
        raise BadModelFile(f"{path.name} is not a model file: {' or '.join(FILE_FORMATS)} is understood, or a folder")
    parts: list[Path] = []
    if format_ == ".gguf":
        chosen, parts = _gguf_files(main, task, paths)
    elif format_ == ".onnx" and task == "chat":
        admission.ensure([main], paths.cache)
        chosen = chat_files(main)
    elif (sidecar := main.with_name(f"{main.name}.json")).is_file():
        chosen["config"] = sidecar
    admission.ensure(list(dict.fromkeys([*chosen.values(), *parts])), paths.cache)
    files = {role: str(file) for role, file in chosen.items()}
    return ResolvedModel(name=path.stem, task=task, format=format_, files=files)


def in_folder(folder: Path) -> dict[str, Path]:
    """Files by role in a folder that holds one model."""
    if (folder / "model.bin").is_file() and (folder / "config.json").is_file():
        found = {"model": folder / "model.bin", "config": folder / "config.json"}
        for role, name in (("tokenizer", "tokenizer.json"), ("vocabulary", "vocabulary.txt")):
            if (folder / name).is_file():
                found[role] = folder / name
        return found
    for suffix in FILE_FORMATS:
        models = sorted(file for file in folder.glob(f"*{suffix}") if not is_projector(file))
        models = [file for file in models if not _LATER_SHARD.search(file.name)]
        if len(models) > 1:
            names = ", ".join(file.name for file in models[:3])
            raise BadModelFile(f"{folder} holds several models ({names} ...)", hint="give the path of one of them")
        if models:
            return {"model": models[0]}
    raise BadModelFile(f"{folder} holds no model file ({' or '.join(FILE_FORMATS)})")


def _gguf_files(path: Path, task: Task, paths: Paths) -> tuple[dict[str, Path], list[Path]]:
    """Files by role around the GGUF file at `path`, and all parts of a split one."""
    facts = admission.ensure([path], paths.cache)[0]
    if facts.kind != "gguf model":
        raise BadModelFile(f"{path.name} is no model but a {facts.kind.removeprefix('gguf ')}")
    shards: list[Path] = []
    if _SHARD.search(path.name):
        from myna.engine.gguf import read_header

        shards = list(read_header(path).shards())
        path = shards[0]
    chosen = {"model": path}
    if task == "chat" and (projector := projector_of(path)) is not None:
        chosen["projector"] = projector
    return chosen, shards
