"""Showing something to the camera, and choosing a picture; a film takes the place of the camera, in its real engine."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image as Drawing
from PySide6.QtQuick import QQuickItem

from model_workers import model_workers
from myna.config import Settings
from myna.engine.protocols import EngineSpec
from myna.hookspecs import hookimpl
from myna.messages import Image
from myna.testing import FakeEngine
from myna_ui.kiosk import camera as camera_module

from .conftest import ShownKiosk, Visit, begun

SIZE = (320, 240)
COLOUR = (20, 160, 60)


class Seeing:
    """A plugin that reads cameras, with the engine of the one that comes with Myna."""

    @hookimpl
    def myna_find_camera(self) -> EngineSpec:
        return EngineSpec("camera", "myna_vision.camera.engine:CameraEngine", {})


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> str:
    file = tmp_path_factory.mktemp("film") / "green.mkv"
    with av.open(str(file), "w") as made:
        stream = made.add_stream("ffv1", rate=25)
        stream.width, stream.height, stream.pix_fmt = *SIZE, "bgr0"
        pixels = np.full((SIZE[1], SIZE[0], 3), COLOUR, np.uint8)
        for _ in range(5):
            for packet in stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")):
                made.mux(packet)
        for packet in stream.encode():
            made.mux(packet)
    return str(file)


def seeing(visit: Visit, device: str, **change: Any) -> ShownKiosk:
    change = {"inputs": ["text", "camera"], "pictures": {"camera": device}, **change}
    return begun(visit, plugin=("seeing", Seeing()), **change)


def agree(shown: ShownKiosk) -> None:
    shown.click(shown.item("camera"))
    shown.until(lambda: bool(shown.items("consent")))
    shown.click(shown.item("agree"))
    shown.until(lambda: bool(shown.items("take")))


def taken(shown: ShownKiosk) -> QQuickItem:
    agree(shown)
    shown.until(lambda: shown.item("take").isEnabled(), 60_000)
    shown.click(shown.item("take"))
    shown.until(lambda: bool(shown.items("taken")) and shown.item("taken").implicitWidth() > 0, 60_000)
    return shown.item("taken")


def asked_with(engine: FakeEngine) -> list[list[Image]]:
    """The pictures of each question that was really asked."""
    questions = [request.messages[-1] for request in engine.requests]
    return [
        [part for part in question.parts if isinstance(part, Image)] for question in questions if question.text != "?"
    ]


def kept(shown: ShownKiosk, picture: Image) -> Drawing.Image:
    conversation, found = shown.desktop.opened.conversation, []
    reading = shown.desktop.bridge.run(conversation.read_attachment(picture.attachment.sha256))
    reading.on_result(found.append)
    shown.until(lambda: bool(found))
    return Drawing.open(BytesIO(found[0]))


def test_the_camera_opens_only_after_consent(visit: Visit, film: str) -> None:
    shown = seeing(visit, film)
    shown.click(shown.item("camera"))
    shown.until(lambda: bool(shown.items("consent")))
    assert "camera" in str(shown.item("consent").property("text"))
    shown.click(shown.item("refuse"))
    shown.until(lambda: not shown.items("consent"))
    assert shown.kiosk.property("camera").property("state") == "closed"
    assert not shown.items("take")
    agree(shown)
    shown.click(shown.item("camera-away"))
    # Agreed once is agreed for this visit, and for no other.
    shown.until(lambda: not shown.items("take"))
    shown.click(shown.item("camera"))
    shown.until(lambda: bool(shown.items("take")))
    shown.click(shown.item("camera-away"))
    shown.kiosk.finish()
    shown.until(lambda: shown.screen == "attract")
    shown.kiosk.begin("en")
    shown.until(lambda: bool(shown.items("camera")))
    shown.click(shown.item("camera"))
    shown.until(lambda: bool(shown.items("consent")))


def test_a_picture_is_taken_shown_and_asked_about(visit: Visit, film: str, engine: FakeEngine) -> None:
    shown = seeing(visit, film)
    taken(shown)
    camera = shown.kiosk.property("camera")
    assert camera.property("state") == "closed"
    assert shown.kiosk.stills.image(camera_module.VIEW).isNull(), "what the camera saw is not kept"
    engine.requests.clear()
    shown.click(shown.item("about-0"))
    shown.until(lambda: shown.answers()[-1:] == [("Paris.", "done")])
    assert shown.answers()[0][0] == "What does it say?"
    shown.until(lambda: bool(shown.items("picture")) and shown.item("picture").implicitWidth() > 0)
    [[picture]] = asked_with(engine)
    assert picture.attachment.media_type == "image/png"
    assert kept(shown, picture).size == SIZE
    # It went along once.
    shown.until(lambda: not shown.items("taken") and bool(shown.items("suggestion-0")))


def test_a_picture_can_be_taken_back(visit: Visit, film: str, engine: FakeEngine) -> None:
    shown = seeing(visit, film)
    taken(shown)
    shown.click(shown.item("picture-away"))
    shown.until(lambda: not shown.items("taken"))
    engine.requests.clear()
    shown.click(shown.item("suggestion-0"))
    shown.until(lambda: shown.answers()[-1:] == [("Paris.", "done")])
    assert asked_with(engine) == [[]]


@pytest.mark.parametrize("when", ["watching", "taken", "asked"])
def test_the_wipe_takes_the_picture_too(visit: Visit, film: str, when: str) -> None:
    shown = seeing(visit, film)
    if when == "watching":
        agree(shown)
        shown.until(lambda: shown.item("take").isEnabled(), 60_000)
    else:
        taken(shown)
    if when == "asked":
        shown.click(shown.item("about-1"))
        shown.until(lambda: shown.answers()[-1:] == [("Paris.", "done")])
    assert model_workers()
    shown.kiosk.finish()
    shown.until(lambda: shown.screen == "attract")
    shown.until(lambda: not model_workers())
    assert shown.kiosk.stills.image(camera_module.VIEW).isNull()
    assert list(shown.places.temporary.iterdir()) == []
    assert not [path for path in shown.places.paths.data.rglob("*") if "attachments" in path.parts and path.is_file()]
    view = shown.desktop.conversation_view
    assert view.tray_of_next.property("count") == 0
    assert not view.pictures_of_messages._images
    shown.kiosk.begin("en")
    shown.until(lambda: bool(shown.items("question")))
    assert not shown.items("taken")


@pytest.mark.parametrize("device", ["/dev/video99", "words"])
def test_without_a_camera_it_says_so_and_goes_on(visit: Visit, device: str, tmp_path: Path) -> None:
    if device == "words":
        (tmp_path / "words").write_text("no film")
        device = str(tmp_path / "words")
    shown = seeing(visit, device)
    agree_and_fail(shown)
    assert "You can ask without a picture." in shown.texts()
    shown.click(shown.item("camera-away"))
    shown.until(lambda: not shown.items("camera-away"))
    shown.click(shown.item("suggestion-0"))
    shown.until(lambda: shown.answers()[-1:] == [("Paris.", "done")])


def agree_and_fail(shown: ShownKiosk) -> None:
    shown.click(shown.item("camera"))
    shown.until(lambda: bool(shown.items("agree")))
    shown.click(shown.item("agree"))
    shown.until(lambda: "The camera cannot be used" in shown.texts(), 60_000)


def test_a_camera_that_gives_nothing_is_not_waited_for_for_ever(
    visit: Visit, film: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(camera_module, "PATIENCE_S", 0.0)
    shown = seeing(visit, film)
    agree_and_fail(shown)
    assert any("gave no picture" in text for text in shown.texts())


def test_where_the_camera_is_not_allowed_there_is_no_button(visit: Visit) -> None:
    shown = begun(visit, plugin=("seeing", Seeing()))
    assert not [item for item in shown.items("camera") if item.isVisible()]
    shown.kiosk.property("camera").open()
    assert shown.kiosk.property("camera").property("state") == "closed"


def test_where_no_plugin_reads_cameras_there_is_no_button(visit: Visit) -> None:
    shown = begun(visit, inputs=["text", "camera"])
    assert not [item for item in shown.items("camera") if item.isVisible()]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "offered"
    made.mkdir()
    for name, colour in (("Bell", "red"), ("Clock", "blue")):
        data = BytesIO()
        Drawing.new("RGB", (40, 30), colour).save(data, "PNG")
        (made / f"{name}.png").write_bytes(data.getvalue())
    (made / "notes.txt").write_text("no picture")
    (made / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n and then nothing")
    (made / ".hidden.png").write_bytes(b"")
    return made


@pytest.mark.logs
def test_an_offered_picture_is_chosen(visit: Visit, folder: Path, engine: FakeEngine) -> None:
    questions = [{"en": "Who made it?", "zh": "谁做的？"}]
    shown = begun(visit, pictures={"folder": str(folder), "questions": questions})
    shown.until(lambda: len(shown.kiosk.property("offered").property("pictures")) == 2, 60_000)
    assert not [item for item in shown.items("camera") if item.isVisible()]
    shown.click(shown.item("pictures"))
    shown.until(lambda: bool(shown.items("offered-1")))
    assert {"Bell", "Clock"} <= set(shown.texts())
    shown.click(shown.item("offered-1"))
    shown.until(lambda: bool(shown.items("taken")) and shown.item("taken").implicitWidth() > 0, 60_000)
    engine.requests.clear()
    shown.click(shown.item("about-0"))
    shown.until(lambda: shown.answers()[-1:] == [("Paris.", "done")])
    assert shown.answers()[0][0] == "Who made it?"
    [[picture]] = asked_with(engine)
    assert kept(shown, picture).getpixel((20, 15)) == (0, 0, 255)


def test_a_picture_of_one_visit_is_none_of_the_next(visit: Visit, film: str) -> None:
    """It is still on its way from the camera when the visit ends."""
    shown = seeing(visit, film)
    agree(shown)
    shown.until(lambda: shown.item("take").isEnabled(), 60_000)
    shown.kiosk.property("camera").take()
    shown.kiosk.finish()
    shown.until(lambda: shown.screen == "attract")
    shown.until(lambda: not model_workers())
    view = shown.desktop.conversation_view
    assert view.tray_of_next.property("count") == 0
    assert not [path for path in shown.places.paths.data.rglob("*") if "attachments" in path.parts and path.is_file()]


def test_questions_about_a_picture_need_one(visit: Visit) -> None:
    shown = begun(visit, inputs=["camera"])
    shown.kiosk.askAbout("without a picture")
    assert shown.answers() == []


def test_what_the_settings_load_for_it() -> None:
    from myna_ui.kiosk.profile import parse_profile
    from myna_ui.kiosk.settings import settings_for

    without = settings_for(parse_profile({"plugins": []}, "test"), Settings()).plugins.only
    assert "vision" not in without
    with_it = settings_for(parse_profile({"plugins": [], "inputs": ["camera"]}, "test"), Settings()).plugins.only
    assert set(with_it) - set(without) == {"vision"}
