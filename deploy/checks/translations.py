"""The Chinese of the pages: collects their texts into Qt's translation files, and compiles those.

    translations.py          collect and compile; prints what has no translation yet (`make translations`)
    translations.py check    change nothing; print what is missing, old or not compiled, and end with 1

A part is a folder with QML files; its texts are in `NAME.zh.ts` of the `i18n` folder of its package, and what programs
load is `NAME.zh.qm` beside it.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
QT = Path(sys.executable).parent


def parts() -> Iterator[tuple[Path, list[Path]]]:
    """Each translation file with the QML files whose texts are in it."""
    qml = ROOT / "ui" / "myna_ui" / "qml"
    own = ROOT / "ui" / "myna_ui" / "i18n"
    yield own / "window.zh.ts", sorted([*qml.glob("*.qml"), *(qml / "Myna").rglob("*.qml")])
    for folder in sorted(path for path in qml.iterdir() if path.is_dir() and path.name != "Myna"):
        yield own / f"{folder.name}.zh.ts", sorted(folder.rglob("*.qml"))
    for folder in sorted([*ROOT.glob("plugins/*/panel"), *ROOT.glob("models/*/panel")]):
        yield folder / "i18n" / "panel.zh.ts", sorted(folder.rglob("*.qml"))


def collect(file: Path, sources: list[Path]) -> None:
    """Bring the texts of `sources` into `file`; those that are gone go, translations stay."""
    options = ["-silent", "-no-obsolete", "-locations", "none", "-source-language", "en", "-target-language", "zh_CN"]
    _run("pyside6-lupdate", *map(str, sources), *options, "-ts", str(file))


def compile_to(file: Path, target: Path) -> None:
    _run("pyside6-lrelease", "-silent", str(file), "-qm", str(target))


def unfinished(file: Path) -> list[str]:
    """Texts without a translation."""
    found = []
    for message in ET.parse(file).getroot().iter("message"):  # noqa: S314 - our own file
        translation = message.find("translation")
        forms = (
            [] if translation is None else [form.text for form in translation.iter("numerusform")] or [translation.text]
        )
        if translation is None or translation.get("type") == "unfinished" or not all(forms):
            found.append(message.findtext("source") or "")
    return found


def _forms(translation: ET.Element) -> list[str | None]:
    """Its text, or one for each number where the language tells numbers apart."""
    return [form.text for form in translation.iter("numerusform")] or [translation.text]


def problems() -> list[str]:
    """What `make translations` would change, and what people have to translate."""
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for file, sources in parts():
            name = file.relative_to(ROOT)
            if not file.exists():
                found.append(f"{name}: missing; run make translations")
                continue
            copy = Path(folder) / file.name
            shutil.copyfile(file, copy)
            collect(copy, sources)
            if copy.read_bytes() != file.read_bytes():
                found.append(f"{name}: the texts of its pages are others now; run make translations")
            found += [f"{name}: not translated: {text!r}" for text in unfinished(copy)]
            compiled = copy.with_suffix(".qm")
            compile_to(file, compiled)
            target = file.with_suffix(".qm")
            if not target.exists() or target.read_bytes() != compiled.read_bytes():
                found.append(f"{target.relative_to(ROOT)}: not compiled from its texts; run make translations")
    return found


def _run(*command: str) -> None:
    program = shutil.which(command[0], path=str(QT)) or command[0]
    subprocess.run([program, *command[1:]], check=True, stdout=subprocess.DEVNULL)


def main(check: bool) -> int:
    if check:
        found = problems()
        for problem in found:
            print(problem)
        return 1 if found else 0
    for file, sources in parts():
        file.parent.mkdir(parents=True, exist_ok=True)
        collect(file, sources)
        compile_to(file, file.with_suffix(".qm"))
        for text in unfinished(file):
            print(f"{file.relative_to(ROOT)}: not translated: {text!r}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] == ["check"]))
