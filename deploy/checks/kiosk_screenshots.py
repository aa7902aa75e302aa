"""Pictures of the kiosk's screens, upright and lying, in both languages: part of `make screenshots`.

    kiosk_screenshots.py FOLDER [WIDTHxHEIGHT ...]

No model is needed: the answers are written here, so that the pictures are always the same. Other sizes than those of
the documentation are for looking at.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk_studio import SIZES, Studio, photograph

if TYPE_CHECKING:
    from PySide6.QtGui import QImage

HALF = 2
"""Pictures are kept at half their size."""
COLOURS = 96
"""Of a palette: a screen has few."""
ANSWERS = {
    "en": "Passports are issued in **room 12** on the first floor. Please bring:\n\n- your old passport\n- a photo",
    "zh": "护照在**二楼12号房间**办理。请带上：\n\n- 旧护照\n- 一张照片",
}


def one(folder: Path, language: str, sizes: dict[str, tuple[int, int]]) -> None:
    """All screens in one language; runs in a process of its own, on a home of its own."""
    from myna.testing import FakeEngine, answered_by

    with answered_by(FakeEngine([ANSWERS[language]])):
        studio = Studio(language, Path(os.environ["MYNA_HOME"]), lambda image, name: _save(image, folder / name))
        status = photograph(studio, sizes)
        studio.desktop.close()
    sys.stdout.flush()
    # The program has nothing to keep, and nobody waits for its good manners.
    os._exit(status)


def _save(image: QImage, file: Path) -> None:
    from PIL import Image

    image.save(str(file))
    with Image.open(file) as saved:
        picture = saved.convert("RGB")
    small = picture.resize((picture.width // HALF, picture.height // HALF), Image.Resampling.LANCZOS)
    small.quantize(COLOURS, dither=Image.Dither.NONE).save(file, optimize=True)
    print(file.name, flush=True)


def _sizes(asked: list[str]) -> dict[str, tuple[int, int]]:
    sizes = {size: (int(width), int(height)) for size in asked for width, height in [size.split("x")]}
    return sizes or SIZES


def main(folder: Path, asked: list[str]) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    for language in ANSWERS:
        with tempfile.TemporaryDirectory() as made:
            environment = {name: value for name, value in os.environ.items() if not name.startswith("MYNA_")}
            environment |= {
                "MYNA_HOME": made,
                "MYNA_DESKTOP_THEME": "light",
                "MYNA_DESKTOP_REDUCED_MOTION": "true",
                "QT_QPA_PLATFORM": "offscreen",
                "QT_QUICK_BACKEND": "software",
            }
            command = [sys.executable, __file__, "--one", str(folder), language, *asked]
            if subprocess.run(command, env=environment, check=False).returncode:
                return 1
    return 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        one(Path(sys.argv[2]), sys.argv[3], _sizes(sys.argv[4:]))
    if len(sys.argv) < 2:
        sys.exit("usage: kiosk_screenshots.py FOLDER [WIDTHxHEIGHT ...]")
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
