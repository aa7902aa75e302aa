"""A model file that somebody has: looked at, described by a manifest of its own, and then pulled like any other.

The manifest goes into `catalog/` of the data folder with the file's path as its `file:` source, and the pull copies the
file into the models folder: it can be deleted, moved or unplugged afterwards, and is verified like all models.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from myna.config import Settings
from myna.engine.gguf import GgufHeader, read_header
from myna.engine.memory import cache_bytes_per_token
from myna.engine.onnx_files import CACHE_NUMBER, describe
from myna.engine.protocols import Task
from myna.errors import BadModelFile
from myna.paths import Paths

from . import admission
from .atomic import write_atomically
from .beside import projector_of
from .catalog import Catalog
from .installed import Store
from .manifest import Licence, Manifest, ModelFile, load_manifest
from .onnx_chat import chat_files, quantization
from .onnx_header import read_onnx
from .resolve import in_folder
from .space import disk_errors

UNKNOWN_LICENCE = "LicenseRef-unknown"
"""The file does not say."""
QUANTIZATIONS = {
    0: "F32", 1: "F16", 2: "Q4_0", 3: "Q4_1", 7: "Q8_0", 8: "Q5_0", 9: "Q5_1", 10: "Q2_K", 11: "Q3_K_S", 12: "Q3_K_M",
    13: "Q3_K_L", 14: "Q4_K_S", 15: "Q4_K_M", 16: "Q5_K_S", 17: "Q5_K_M", 18: "Q6_K", 25: "IQ4_NL", 30: "IQ4_XS",
    32: "BF16",
}  # fmt: skip
"""`general.file_type` by llama.cpp's `llama_ftype`."""
_MAGIC = b"GGUF"
_LONGEST = 60
"""Letters of a name or an id; one from a file may be anything."""


def add_file(path: Path, paths: Paths, settings: Settings) -> Manifest:
    """Put the model at `path`, or the one in the folder `path`, into the catalog of this person: a GGUF file, or a text
    model in ONNX with what lies beside it.

    Raises:
        BadModelFile, BadTemplate: it is no model that can be used; one sentence says why.
        DiskFull, Missing: the manifest cannot be written.
    """
    main = _model_file(path)
    facts = admission.ensure([main], paths.cache)[0]
    if facts.kind == "onnx":
        return _add(*_onnx(main, paths), paths, settings)
    if facts.kind != "gguf model":
        raise BadModelFile(f"{main.name} is no model but a {facts.kind.removeprefix('gguf ')}")
    shards = read_header(main).shards()
    main, header = shards[0], read_header(shards[0])
    projector = projector_of(main)
    files = _files(shards, projector)
    admission.ensure([*shards, *([projector] if projector else [])], paths.cache)
    return _add(main.stem, _describe(header, files), paths, settings)


def _add(name: str, manifest: Manifest, paths: Paths, settings: Settings) -> Manifest:
    """Write the manifest, under an id made of `name`."""
    free = _free_id(name, manifest.files, paths, settings)
    manifest = msgspec.structs.replace(manifest, id=free, name=manifest.name or free)
    with disk_errors(manifest.id):
        write_atomically(own_manifest(manifest.id, paths), msgspec.toml.encode(manifest))
    return manifest


def own_manifest(name: str, paths: Paths) -> Path:
    """Where the manifest of an imported model lies."""
    return paths.data / "catalog" / f"{name}.toml"


def is_imported(manifest: Manifest, paths: Paths) -> bool:
    """Whether it came in by `add_file`."""
    sources = [source for file in manifest.files for source in file.sources]
    mine = bool(sources) and all(source.startswith("file:") for source in sources)
    return mine and own_manifest(manifest.id, paths).is_file()


def forget_file(name: str, paths: Paths) -> None:
    """Take an imported model out of the catalog; the file that it came from stays."""
    own_manifest(name, paths).unlink(missing_ok=True)


def _model_file(path: Path) -> Path:
    """The GGUF or ONNX file that `path` stands for."""
    path = path.absolute()
    try:
        main = in_folder(path)["model"] if path.is_dir() else path
        if not main.is_file():
            raise BadModelFile(f"there is no file {path}")
        with main.open("rb") as file:
            magic = file.read(len(_MAGIC))
    except OSError as error:
        raise BadModelFile(f"a file cannot be read: {error.strerror}") from error
    if main.suffix.lower() != ".onnx" and (magic != _MAGIC or main.suffix.lower() != ".gguf"):
        raise BadModelFile(
            f"{main.name} is no GGUF file and no text model in ONNX, and models of other formats come from the catalog "
            "alone"
        )
    if not str(main).isprintable():
        # A manifest could not say where it is. Half of a character is not printable either.
        raise BadModelFile(f"the path of {main.name!a} holds letters that cannot be written down")
    return main


def _files(shards: Sequence[Path], projector: Path | None) -> tuple[ModelFile, ...]:
    roles = {"model": shards[0], **{f"part-{number}": part for number, part in enumerate(shards[1:], 2)}}
    if projector is not None:
        roles["projector"] = projector
    return _by_role(roles)


def _by_role(roles: Mapping[str, Path]) -> tuple[ModelFile, ...]:
    return tuple(
        ModelFile(role, _plain(file.name), sources=(f"file:{file}",), size=file.stat().st_size)
        for role, file in roles.items()
    )


def _onnx(main: Path, paths: Paths) -> tuple[str, Manifest]:
    """What a text model in ONNX is called, and its manifest without an id.

    Raises:
        BadModelFile, BadTemplate: it is none, or a file beside it cannot be used.
    """
    roles = chat_files(main)
    admission.ensure(list(roles.values()), paths.cache)
    for role, file in roles.items():
        # The graph names its tensors' file, so that it must keep its name.
        if role.startswith("weights") and (_plain(file.name) != file.name or file.parent != main.parent):
            raise BadModelFile(f"{main.name} keeps tensors in {file.name!a}, which is no name that can be installed")
    said = describe({role: str(file) for role, file in roles.items()}, main.name)
    header = read_onnx(main)
    # Most are called model.onnx; what tells them apart is their folder.
    name = main.parent.name if main.stem == "model" else main.stem
    manifest = Manifest(
        id="new",
        name="",
        task="chat",
        format=".onnx",
        licence=Licence(UNKNOWN_LICENCE),
        files=_by_role(roles),
        quantization=quantization(header),
        context=said.context,
        cache_bytes_per_token=CACHE_NUMBER * said.cell_elements,
    )
    return name, manifest


def _describe(header: GgufHeader, files: tuple[ModelFile, ...]) -> Manifest:
    architecture = header.architecture
    # Models that answer with vectors say how they make one of many.
    task: Task = "embed" if header.integer(f"{architecture}.pooling_type") else "chat"
    languages = header.metadata.get("general.languages")
    return Manifest(
        id="new",
        name=_shown(header.name),
        task=task,
        format=".gguf",
        licence=Licence(_shown(header.text("general.license")) or UNKNOWN_LICENCE),
        files=files,
        languages=tuple(_shown(str(one)) for one in languages[:20]) if isinstance(languages, list | tuple) else (),
        parameters=header.parameters,
        quantization=QUANTIZATIONS.get(header.integer("general.file_type", -1), ""),
        context=header.context,
        cache_bytes_per_token=cache_bytes_per_token(header),
    )


def _free_id(wanted: str, files: tuple[ModelFile, ...], paths: Paths, settings: Settings) -> str:
    """An id that no other model has; that of the same file, when it came in before."""
    catalog, store = Catalog.find(paths, settings), Store(paths.models)
    stem = re.sub(r"[^a-z0-9._-]+", "-", wanted.lower()).strip("-._")[:_LONGEST] or "model"
    taken, number, name = {*catalog.names(), *store.names()}, 1, stem
    while name in taken and not _same(own_manifest(name, paths), files):
        number += 1
        name = f"{stem}-{number}"
    return name


def _same(manifest: Path, files: tuple[ModelFile, ...]) -> bool:
    return manifest.is_file() and [file.sources for file in load_manifest(manifest).files] == [
        file.sources for file in files
    ]


def _plain(name: str) -> str:
    """A file name that a manifest may hold."""
    return re.sub(r"[^A-Za-z0-9._+-]+", "-", name).lstrip("-._+")[-150:].lstrip("-._+")


def _shown(text: str) -> str:
    """What a file says of itself, fit for one line."""
    return "".join(letter for letter in text if letter.isprintable()).strip()[:_LONGEST]
