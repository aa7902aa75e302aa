"""What is to be converted: an installed model, a folder as transformers writes it, or a GGUF file."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Any, Literal

import msgspec

from myna.engine.gguf import read_header
from myna.engine.protocols import Task
from myna.errors import BadModelFile, ModelMissing
from myna.paths import Paths
from myna.suggest import did_you_mean

from .. import admission
from ..installed import Installed, Store, sha256_of

Kind = Literal["chat", "embed", "classify", "match", "transcribe"]
"""What a conversion is for; each is a task of the same name."""

MAX_CONFIG = 4 << 20
_HEADS: tuple[tuple[str, Kind], ...] = (
    ("ForCausalLM", "chat"),
    ("ForSequenceClassification", "classify"),
    ("ForSpeechSeq2Seq", "transcribe"),
    ("ForConditionalGeneration", "transcribe"),
)
_TYPES: dict[str, Kind] = {
    "clip": "match", "chinese_clip": "match", "siglip": "match", "whisper": "transcribe", "bert": "embed",
    "mpnet": "embed", "roberta": "embed", "xlm-roberta": "embed", "distilbert": "embed", "nomic_bert": "embed",
    "modernbert": "embed", "electra": "embed", "albert": "embed",
}  # fmt: skip


class Source(msgspec.Struct, frozen=True):
    path: Path
    """A GGUF file, or a folder with config.json."""
    name: str
    """As people call it."""
    installed: Installed | None = None
    config: dict[str, Any] = {}
    """config.json; empty for a GGUF file."""

    @property
    def is_gguf(self) -> bool:
        return self.path.is_file()

    @property
    def size(self) -> int:
        """Bytes of the weights."""
        files = [self.path] if self.is_gguf else _weights(self.path)
        return sum(file.stat().st_size for file in files)

    @property
    def parameters(self) -> int:
        if self.is_gguf:
            return read_header(self.path).parameters
        if self.installed is not None and self.installed.parameters:
            return self.installed.parameters
        kind = str(self.config.get("torch_dtype") or self.config.get("dtype") or "float32")
        return self.size // (2 if "16" in kind else 4)

    def task(self) -> Kind:
        """What the model is for, as far as it says.

        Raises:
            BadModelFile: it does not say.
        """
        if self.is_gguf:
            return "chat"
        if self.installed is not None and self.installed.task in ("chat", "embed", "classify", "match", "transcribe"):
            return self.installed.task
        for name in self.config.get("architectures") or ():
            for ending, kind in _HEADS:
                if str(name).endswith(ending):
                    # Models that write and see (Gemma 3) have the same ending as those that listen.
                    return "chat" if kind == "transcribe" and "text_config" in self.config else kind
        model_type = str(self.config.get("model_type", ""))
        if model_type in _TYPES:
            return _TYPES[model_type]
        raise BadModelFile(
            f"{self.name} does not say what it is for (model_type {model_type!r})", hint="say it with --task"
        )

    def sha256(self) -> str:
        """Of the file, or of all files of the folder that matter, by name."""
        if self.is_gguf:
            return sha256_of(self.path)
        digest = hashlib.sha256()
        for file in sorted([*_weights(self.path), *self.path.glob("*.json")]):
            digest.update(f"{file.name}\0{sha256_of(file)}\n".encode())
        return digest.hexdigest()


def find(name: str, store: Store, paths: Paths) -> Source:
    """The source that `name` stands for.

    Raises:
        ModelMissing: there is no such model, file or folder.
        BadModelFile: it is there, and is nothing that can be converted.
    """
    path = Path(name).expanduser()
    installed = store.get(name)
    if installed is not None:
        return _of_installed(installed, store)
    if path.is_dir():
        return _of_folder(path.absolute(), paths)
    if path.is_file():
        return _of_file(path.absolute(), paths)
    if "/" in name or path.suffix.lower() in (".gguf", ".safetensors"):
        raise ModelMissing(
            f"there is no file or folder {name}", hint="give an installed model, a folder or a GGUF file"
        )
    raise ModelMissing(f"{name} is not installed{did_you_mean(name, store.names())}", hint=f"myna models pull {name}")


def _of_installed(model: Installed, store: Store) -> Source:
    main = model.file("model")
    if main is None:
        raise BadModelFile(f"{model.id} has no file that could be converted")
    path = store.path(model.id, main)
    if model.format == ".gguf":
        return Source(path, model.id, model)
    if model.format == ".safetensors":
        return Source(path.parent, model.id, model, _config(path.parent))
    raise BadModelFile(
        f"{model.id} is in the format {model.format}, which nothing is made from",
        hint="convert the original: a folder of Hugging Face, or a GGUF file",
    )


def _of_file(path: Path, paths: Paths) -> Source:
    if path.suffix.lower() != ".gguf":
        raise BadModelFile(f"{path.name} is neither a GGUF file nor a folder with config.json")
    facts = admission.ensure([path], paths.cache)[0]
    if facts.kind != "gguf model":
        raise BadModelFile(f"{path.name} is no model but a {facts.kind.removeprefix('gguf ')}")
    if read_header(path).split_count > 1:
        raise BadModelFile(f"{path.name} is one of several parts; join them first", hint="llama-gguf-split --merge")
    return Source(path, path.stem)


def _of_folder(path: Path, paths: Paths) -> Source:
    if not (path / "config.json").is_file():
        found = sorted(path.glob("*.gguf"))
        if len(found) == 1:
            return _of_file(found[0], paths)
        raise BadModelFile(f"{path.name} holds no config.json, so it is no model of Hugging Face")
    weights = _weights(path)
    if not weights:
        raise BadModelFile(
            f"{path.name} holds no weights as safetensors",
            hint="other weights are pickles, which are programs; get the model as safetensors",
        )
    admission.ensure([*weights, path / "config.json"], paths.cache)
    return Source(path, path.name, None, _config(path))


def _config(folder: Path) -> dict[str, Any]:
    try:
        return msgspec.json.decode((folder / "config.json").read_bytes()[:MAX_CONFIG], type=dict[str, Any])
    except (OSError, msgspec.DecodeError) as error:
        raise BadModelFile(f"config.json of {folder.name} cannot be read: {error}") from None


def _weights(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.safetensors"))


def free_id(wanted: str, store: Store, taken: set[str]) -> str:
    """`wanted` as an id that no other model has."""
    stem = re.sub(r"[^a-z0-9._-]+", "-", wanted.lower()).strip("-._")[:60] or "model"
    number, name = 1, stem
    while name in taken or name in store.names():
        number += 1
        name = f"{stem}-{number}"
    return name


def as_task(kind: Kind) -> Task:
    return kind
