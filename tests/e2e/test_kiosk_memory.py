"""The process of the window itself, as it runs in public: nothing of a visit is left in its memory, or anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from driven_kiosk import Driven, in_memory

pytestmark = pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="needs Linux, to look into processes")

WORDS = ("Quillfeather", "zomerlandt")
QUESTION = f"My name is {WORDS[0]}. Where is the room of the {WORDS[1]} club, and when does it open?"
SIDE = 96
SOUGHT = {f"{WORDS[0]} utf-8", f"{WORDS[1]} utf-16-le", "rgba"}
"""What the search must find as long as it is there, in whatever else the processes hold."""


def colours() -> np.ndarray[Any, np.dtype[np.uint8]]:
    """Noise, of which a few bytes in a row come in no other picture."""
    return np.random.default_rng(7).integers(0, 256, (SIDE, SIDE, 3), np.uint8)


@pytest.fixture
def driven(myna_home: Path, tmp_path: Path) -> Iterator[Driven]:
    film = tmp_path / "film.mkv"
    with av.open(str(film), "w") as made:
        stream = made.add_stream("ffv1", rate=10)
        stream.width, stream.height, stream.pix_fmt = SIDE, SIDE, "bgr0"
        for _ in range(3):
            for packet in stream.encode(av.VideoFrame.from_ndarray(colours(), format="rgb24")):
                made.mux(packet)
        for packet in stream.encode():
            made.mux(packet)
    profile = tmp_path / "kiosk.toml"
    profile.write_text(
        'inputs = ["text", "camera"]\nplugins = []\npolicies = ["off"]\naudit = "off"\nrecord = true\n'
        f'models = ["smollm2-135m-instruct"]\n[pictures]\ncamera = "{film}"\n'
        # Looking through the memory takes time on a busy machine, and nothing is touched meanwhile.
        "[idle]\nafter_s = 3600\n",
        encoding="utf-8",
    )
    made_driven = Driven(myna_home, profile)
    yield made_driven
    made_driven.close()


@cache
def needles() -> dict[str, bytes]:
    """What may be left: words in three encodings, and pixels as the camera, the window and a decoder have them."""
    words = {f"{word} {code}": word.encode(code) for word in WORDS for code in ("utf-8", "utf-16-le", "utf-32-le")}
    middle = colours()[SIDE // 2, 8:40]
    opaque = np.full((len(middle), 1), 255, np.uint8)
    pixels = {
        "rgb": middle.tobytes(),
        "rgba": np.concatenate([middle, opaque], 1).tobytes(),
        "bgra": np.concatenate([middle[:, ::-1], opaque], 1).tobytes(),
    }
    return words | pixels


def in_files(home: Path) -> list[Path]:
    files = [path for path in home.rglob("*") if path.is_file() and path.relative_to(home).parts[0] != "models"]
    return [path for path in files if any(needle in path.read_bytes() for needle in needles().values())]


def test_nothing_of_a_visit_is_left_in_any_process_or_file(driven: Driven) -> None:
    driven.touch("begin")
    driven.touch("camera")
    driven.touch("agree")
    driven.touch("take")
    driven.until(lambda: driven.do("look", "taken"))
    driven.until(lambda: driven.do("type", "question", QUESTION))
    driven.touch("send")
    driven.until(lambda: not driven.do("look", "taken"))
    driven.until(lambda: driven.do("look", "picture"))

    # The search finds what it looks for, as long as it is there.
    driven.until(lambda: driven.holds(needles()) >= SOUGHT)
    assert in_files(driven.home)
    driven.touch("finish")
    driven.until(lambda: driven.do("look", "begin"))
    # Pages are thrown away half a second after they are gone from the screen, and then collected.
    driven.until(lambda: driven.do("look", "begin") and not in_memory(driven.process.pid, needles()))
    assert {pid: left for pid in driven.all() if (left := in_memory(pid, needles()))} == {}
    assert in_files(driven.home) == []
