"""The held-out questions and their pictures as one file, which needs neither the package nor PyTorch to be read."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

QUESTIONS = "questions.json"
_DATE = (1980, 1, 1, 0, 0, 0)
"""The earliest that a ZIP file can tell: the file is the same at each run."""


@dataclass(frozen=True)
class Asked:
    text: str
    answer: str
    picture: str
    """Name within the archive, of a PNG file that is as it was in the package."""


def write(asked: Sequence[Asked], pictures: Mapping[str, bytes], licence: str, target: Path) -> None:
    rows = [[question.text, question.answer, question.picture] for question in asked]
    text = "[\n" + ",\n".join(map(json.dumps, rows)) + "\n]\n"
    contents = {QUESTIONS: text.encode(), "LICENSE": licence.encode(), **dict(sorted(pictures.items()))}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            archive.writestr(zipfile.ZipInfo(name, _DATE), content, zipfile.ZIP_DEFLATED)


def read(source: Path) -> tuple[list[Asked], dict[str, bytes]]:
    """The questions, and the pictures by name."""
    with zipfile.ZipFile(source) as archive:
        asked = [Asked(*row) for row in json.loads(archive.read(QUESTIONS))]
        return asked, {name: archive.read(name) for name in sorted({question.picture for question in asked})}
