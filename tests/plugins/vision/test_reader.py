"""The engine that looks at pictures, in the process of the test, with stages that need no model."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from importlib.machinery import ModuleSpec
from io import BytesIO
from types import ModuleType

import numpy as np
import pytest
import zxingcpp
from PIL import Image, ImageColor, ImageFilter

from myna.engine.pixels import Picture, decode
from myna.engine.protocols import EngineSpec
from myna.engine.sight import LookRequest, Measures, PictureFacts, PlainPicture, PlainRequest, Stage
from myna.errors import BadInput, ModelMissing
from myna.testing.in_process import InProcess
from myna_vision.reader.colours import NAMES, name_colours
from myna_vision.reader.engine import PictureReaderEngine
from myna_vision.reader.shrinking import averaged, sampled
from myna_vision.reader.stages import STAGES, Findings, StageInfo


def png(image: Image.Image, form: str = "PNG", **options: object) -> bytes:
    out = BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


@pytest.fixture
def engine() -> Iterator[InProcess]:
    with InProcess(PictureReaderEngine(EngineSpec("reader", "", {}))) as engine:
        yield engine


def look(engine: InProcess, data: bytes, *stages: Stage) -> PictureFacts:
    [facts] = engine.ask(LookRequest(data, stages), "look").items
    assert isinstance(facts, PictureFacts)
    return facts


def measures(engine: InProcess, image: Image.Image) -> Measures:
    found = look(engine, png(image), "measures").measures
    assert found is not None
    return found


@pytest.mark.parametrize("size", [(20_000, 10), (10, 20_000), (20_000, 1)])
def test_pictures_that_are_much_longer_than_wide(engine: InProcess, size: tuple[int, int]) -> None:
    facts = look(engine, png(Image.new("RGB", size, "red")))
    assert facts.measures is not None
    assert (facts.measures.width, facts.measures.height) == size
    assert facts.colours is not None
    assert [(colour.name, colour.share) for colour in facts.colours] == [("red", 1.0)]


def test_everything_that_needs_no_model_is_found(engine: InProcess) -> None:
    image = Image.new("RGB", (60, 40), "white")
    image.paste("red", (0, 0, 30, 40))
    facts = look(engine, png(image))
    assert facts.measures is not None
    assert (facts.measures.width, facts.measures.height, facts.measures.format) == (60, 40, "PNG")
    assert facts.colours is not None
    assert {colour.name: colour.share for colour in facts.colours} == {"red": 0.5, "white": 0.5}
    assert facts.codes == ()
    assert (facts.lines, facts.classes, facts.unsafe) == (None, None, None)
    assert set(facts.timings) == {"decode", "measures", "colours", "codes"}


def test_only_what_was_asked_for_is_found(engine: InProcess) -> None:
    facts = look(engine, png(Image.new("RGB", (8, 8))), "codes")
    assert facts.codes == ()
    assert (facts.measures, facts.colours) == (None, None)


@pytest.mark.parametrize(
    ("stage", "pull"), [("text", "pp-ocr-v6"), ("classes", "efficientnet-lite0"), ("unsafe", "open-nsfw")]
)
def test_a_stage_without_its_model_names_it(engine: InProcess, stage: Stage, pull: str) -> None:
    with pytest.raises(ModelMissing) as caught:
        look(engine, png(Image.new("RGB", (8, 8))), stage)
    assert caught.value.hint == f"myna models pull {pull}"


def test_light(engine: InProcess) -> None:
    assert measures(engine, Image.new("RGB", (9, 9), "black")).brightness == 0
    assert measures(engine, Image.new("RGB", (9, 9), "white")).brightness == 1
    half = Image.new("L", (64, 64), 0)
    half.paste(255, (0, 0, 32, 64))
    found = measures(engine, half)
    assert found.brightness == pytest.approx(0.5, abs=0.01)
    assert found.contrast == pytest.approx(0.5, abs=0.01)


def test_a_blurred_picture_is_less_sharp(engine: InProcess) -> None:
    chance = np.random.default_rng(1)
    blocks = np.kron(chance.integers(0, 255, (40, 40)), np.ones((10, 10))).astype(np.uint8)
    sharp = Image.fromarray(blocks, "L")
    soft = sharp.filter(ImageFilter.GaussianBlur(6))
    assert measures(engine, sharp).sharpness > 1000
    assert measures(engine, soft).sharpness < 100


def test_the_orientation_of_the_file_is_told_and_obeyed(engine: InProcess) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    data = png(Image.new("RGB", (30, 20), "white"), "JPEG", exif=exif)
    found = look(engine, data, "measures").measures
    assert found is not None
    assert (found.width, found.height, found.turned) == (20, 30, 90)


@pytest.mark.parametrize("size", [(1, 1), (1, 50), (50, 1), (2, 2), (3, 3)])
def test_the_smallest_pictures(engine: InProcess, size: tuple[int, int]) -> None:
    facts = look(engine, png(Image.new("RGB", size, "blue")))
    assert facts.measures is not None
    assert (facts.measures.width, facts.measures.height) == size
    assert facts.colours is not None
    assert [colour.name for colour in facts.colours] == ["blue"]


@pytest.mark.parametrize(
    ("kind", "text", "name"),
    [
        ("QRCode", "https://example.org/天气", "QR Code"),
        ("EAN13", "4006381333931", "EAN-13"),
        ("Code128", "A-17", "Code 128"),
    ],
)
@pytest.mark.parametrize("turn", [0, 90, 180])
def test_codes_are_read(engine: InProcess, kind: str, text: str, name: str, turn: int) -> None:
    code = zxingcpp.create_barcode(text, getattr(zxingcpp.BarcodeFormat, kind))
    drawn = Image.fromarray(np.array(zxingcpp.write_barcode_to_image(code, scale=4)))
    page = Image.new("L", (drawn.width + 200, drawn.height + 160), 255)
    page.paste(drawn, (120, 80))
    facts = look(engine, png(page.rotate(turn, expand=True)), "codes")
    assert facts.codes is not None
    [found] = facts.codes
    assert (found.kind, found.text) == (name, text)
    if not turn:
        xs, ys = zip(*found.corners, strict=True)
        assert 100 < min(xs) < max(xs) < page.width - 60
        assert 60 < min(ys) < max(ys) < page.height - 60


def test_codes_of_large_pictures_lie_where_they_are(engine: InProcess) -> None:
    code = zxingcpp.create_barcode("far", zxingcpp.BarcodeFormat.QRCode)
    drawn = Image.fromarray(np.array(zxingcpp.write_barcode_to_image(code, scale=40)))
    page = Image.new("L", (5000, 3000), 255)
    page.paste(drawn, (3000, 1000))
    facts = look(engine, png(page), "codes")
    assert facts.codes
    assert facts.codes[0].text == "far"
    assert facts.codes[0].corners[0] == pytest.approx((3080, 1080), abs=120)


COLOURS = {
    "black": "black", "dimgray": "grey", "white": "white", "red": "red", "darkred": "red", "darkorange": "orange",
    "saddlebrown": "brown", "beige": "beige", "tan": "beige", "gold": "yellow", "yellow": "yellow", "green": "green",
    "lime": "green", "darkgreen": "green", "teal": "turquoise", "cyan": "turquoise", "blue": "blue", "navy": "blue",
    "skyblue": "blue", "purple": "purple", "indigo": "purple", "pink": "pink", "hotpink": "pink",
}  # fmt: skip


def test_colours_are_called_what_people_call_them() -> None:
    pixels = np.array([ImageColor.getrgb(name)[:3] for name in COLOURS], np.uint8)
    assert [NAMES[at] for at in name_colours(pixels)] == list(COLOURS.values())


def test_every_colour_has_a_name() -> None:
    levels = np.arange(0, 256, 15, dtype=np.uint8)
    pixels = np.stack(np.meshgrid(levels, levels, levels), -1).reshape(-1, 3)
    assert set(name_colours(pixels)) == set(range(len(NAMES)))


def test_pictures_are_made_smaller() -> None:
    pixels = np.zeros((30, 90, 3), np.uint8)
    small, factor = averaged(pixels, 40)
    assert (small.shape, factor) == ((10, 30, 3), 3)
    assert averaged(pixels, 90)[0] is pixels
    assert max(sampled(pixels, 40).shape) <= 40


def test_plain_is_upright_and_has_nothing_beside_its_pixels(engine: InProcess) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = "at home"
    image = Image.new("RGB", (300, 200), "white")
    image.paste("red", (0, 0, 150, 100))
    [plain] = engine.ask(PlainRequest(png(image, "TIFF", exif=exif), largest=150), "plain").items
    assert isinstance(plain, PlainPicture)
    assert b"at home" not in plain.data
    pixels = decode(plain.data)
    assert pixels.shape == (150, 100, 3)
    assert tuple(pixels[10, 90]) == (255, 0, 0)


@pytest.mark.parametrize("data", [b"", b"no picture", png(Image.new("RGB", (90, 90), "red"))[:60]])
def test_what_is_no_picture_is_refused_and_the_next_is_looked_at(engine: InProcess, data: bytes) -> None:
    with pytest.raises(BadInput):
        look(engine, data)
    assert look(engine, png(Image.new("RGB", (8, 8)))).measures is not None


class Slow:
    """A stage that never comes to an end by itself."""

    name: Stage = "unsafe"
    closed = 0

    def __init__(self, files: Mapping[str, str], threads: int) -> None:
        self.files = files

    def run(self, picture: Picture, findings: Findings) -> Iterator[None]:
        assert self.files == {"model": "m.onnx"}
        try:
            while True:
                yield
        finally:
            Slow.closed += 1


def test_a_stage_is_found_by_its_import_string_and_given_up_when_nobody_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("slow_stage")
    module.Slow = Slow
    module.__spec__ = ModuleSpec("slow_stage", None)
    monkeypatch.setitem(sys.modules, "slow_stage", module)
    monkeypatch.setitem(STAGES, "unsafe", StageInfo("slow_stage:Slow", ("model",)))
    with InProcess(PictureReaderEngine(EngineSpec("reader", "", {"unsafe.model": "m.onnx"}))) as engine:
        before = Slow.closed
        reply = engine.submit(LookRequest(png(Image.new("RGB", (8, 8))), ("unsafe",)), "look")
        engine.step(10)
        assert not reply.ended
        engine.engine.cancel(reply.number)
        assert Slow.closed == before + 1
        assert look(engine, png(Image.new("RGB", (8, 8))), "measures").measures is not None
