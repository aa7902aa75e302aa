"""A small model that really sees: through the command line, and in its worker with whatever goes wrong there."""

from __future__ import annotations

import asyncio
import hashlib
import json
import shutil
from collections.abc import AsyncIterator, Callable
from io import BytesIO
from pathlib import Path

import msgspec
import numpy as np
import pytest
from PIL import Image as Pillow
from PIL import ImageDraw

from conftest import DEFAULT_MODEL, Myna
from myna.assistant import Assistant
from myna.config import Settings
from myna.engine.protocols import Sampling, TextEnd, TextRequest
from myna.errors import BadInput, Missing, PromptTooLong
from myna.messages import Attachment, Image, Message, Text
from myna.paths import Paths
from myna.testing.tiny_projector import write_tiny_projector

MODEL = Path(__file__).parent / "models" / "easy-vqa.gguf"
PROJECTOR = MODEL.with_name("easy-vqa-mmproj.gguf")
TOKENS = 64
"""What a picture becomes: 64 x 64 pixels in patches of 8 x 8."""

pytestmark = pytest.mark.anyio


def drawn(shape: str, colour: str, form: str = "PNG", side: int = 64) -> bytes:
    """A picture like those that the model has learned from: one shape on a pale ground, of the purest colours."""
    fill = "lime" if colour == "green" else colour
    image = Pillow.new("RGB", (side, side), (240, 238, 244))
    draw = ImageDraw.Draw(image)
    low, high = side * 0.25, side * 0.7
    match shape:
        case "circle":
            draw.ellipse((low, low, high, high), fill=fill)
        case "rectangle":
            draw.rectangle((low, low * 1.2, high, high), fill=fill)
        case "triangle":
            draw.polygon([(low, high), (high, high), ((low + high) / 2, low)], fill=fill)
    out = BytesIO()
    image.save(out, form)
    return out.getvalue()


def noise(width: int, height: int, seed: int = 0) -> bytes:
    pixels = np.random.default_rng(seed).integers(0, 255, (height, width, 3)).astype(np.uint8)
    out = BytesIO()
    Pillow.fromarray(pixels).save(out, "PNG", compress_level=0)
    return out.getvalue()


def about(*parts: bytes | str, max_tokens: int = 8) -> TextRequest:
    shown: list[Text | Image] = []
    images = {}
    for part in parts:
        if isinstance(part, str):
            shown.append(Text(part))
        else:
            sha256 = hashlib.sha256(part).hexdigest()
            images[sha256] = part
            shown.append(Image(Attachment(sha256, "image/png", len(part))))
    return TextRequest(
        messages=(Message("user", tuple(shown)),),
        images=images,
        sampling=Sampling(temperature=0),
        max_tokens=max_tokens,
    )


@pytest.fixture
def picture(tmp_path: Path) -> Callable[..., Path]:
    """`picture("circle", "red")` is a file."""

    def write(shape: str, colour: str, form: str = "PNG") -> Path:
        path = tmp_path / f"{shape}-{colour}.{form.lower()}"
        path.write_bytes(drawn(shape, colour, form))
        return path

    return write


@pytest.fixture
async def assistant(own_home: Path) -> AsyncIterator[Assistant]:
    async with await Assistant.open(Paths.find(), Settings()) as opened:
        yield opened


async def answer(assistant: Assistant, request: TextRequest, model: str = str(MODEL)) -> tuple[str, TextEnd]:
    engine = await assistant.text_engine(model)
    text = ""
    async for piece in engine.generate(request):
        if isinstance(piece, TextEnd):
            return text.strip(), piece
        text += piece.text
    raise AssertionError("no end")


def workers(assistant: Assistant) -> set[int | None]:
    return {status.pid for status in assistant.pool.status()}


@pytest.mark.parametrize(
    ("shape", "colour", "form", "question", "expected"),
    [
        ("circle", "red", "PNG", "what color is the shape?", "red"),
        ("circle", "red", "JPEG", "what shape is in the image?", "circle"),
        ("triangle", "blue", "WEBP", "is there a triangle?", "yes"),
        ("triangle", "blue", "BMP", "is there a red shape?", "no"),
        ("rectangle", "green", "GIF", "what is the color of the rectangle?", "green"),
    ],
)
def test_ask_about_a_picture(
    bare_myna: Myna, picture: Callable[..., Path], shape: str, colour: str, form: str, question: str, expected: str
) -> None:
    ended = bare_myna(
        "ask", "--model", str(MODEL), "--image", str(picture(shape, colour, form)), "--temperature", "0", question
    )
    assert (ended.status, ended.out.strip()) == (0, expected)


def test_what_is_printed_as_json_says_that_a_picture_was_encoded(bare_myna: Myna, picture: Callable[..., Path]) -> None:
    ended = bare_myna("ask", "--json", "-m", str(MODEL), "--image", str(picture("circle", "red")), "what color is it?")
    said = json.loads(ended.out)
    assert said["timings"]["see"] > 0
    assert said["usage"]["prompt_tokens"] > TOKENS


async def test_a_second_question_neither_encodes_the_picture_nor_computes_it_again(assistant: Assistant) -> None:
    store = await assistant.store()
    image = Image(await store.put(drawn("circle", "red"), "image/png"))
    conversation = await assistant.conversation(model=str(MODEL))
    first = await conversation.ask([image, Text("what shape is in the image?")]).finish()
    second = await conversation.ask("what color is the shape?").finish()
    assert first.reason == second.reason == "stop"
    assert first.timings["see"] > 0
    assert "see" not in second.timings
    assert second.usage.cached_tokens >= first.usage.prompt_tokens - 1 >= TOKENS


async def test_the_same_picture_in_another_conversation_is_not_encoded_again(assistant: Assistant) -> None:
    picture = drawn("circle", "red")
    _, first = await answer(assistant, about(picture, "what color is the shape?"))
    text, second = await answer(assistant, about("look: ", picture, "what color is the shape?"))
    assert text
    assert first.timings["see"] > 0
    assert "see" not in second.timings


async def test_each_conversation_has_its_own_picture(assistant: Assistant) -> None:
    colours = ("red", "blue", "yellow", "black")
    asked = [answer(assistant, about(drawn("circle", colour), "what color is the circle?")) for colour in colours]
    assert tuple(text for text, _ in await asyncio.gather(*asked)) == colours


async def test_several_pictures_in_one_turn(assistant: Assistant) -> None:
    _, end = await answer(assistant, about(drawn("circle", "red"), drawn("triangle", "blue"), "what is it?"))
    assert end.usage.prompt_tokens > 2 * TOKENS


async def test_the_worker_outlives_pictures_that_cannot_be_used(assistant: Assistant) -> None:
    good = about(drawn("circle", "red"), "what color is the circle?")
    assert (await answer(assistant, good))[0] == "red"
    before = workers(assistant)
    whole = drawn("triangle", "blue", side=200)
    for bad, error in (
        (about(whole[: len(whole) // 2], "what?"), BadInput),
        (about(b"I am a poem and no picture.", "what?"), BadInput),
        (msgspec.structs.replace(about(drawn("triangle", "red"), "what?"), images={}), BadInput),
        (about(*[noise(8, 8, seed) for seed in range(100)], "how many?"), PromptTooLong),
    ):
        with pytest.raises(error):
            await answer(assistant, bad)
    assert (await answer(assistant, good))[0] == "red"
    assert workers(assistant) == before


async def test_a_request_that_is_cancelled_while_its_picture_is_decoded(assistant: Assistant) -> None:
    engine = await assistant.text_engine(str(MODEL))
    await engine.info()
    before = workers(assistant)
    large = about(noise(4000, 3000), "what is it?")

    async def look() -> None:
        async for _ in engine.generate(large):
            pass

    looking = asyncio.create_task(look())
    # Others are answered meanwhile, or before.
    await answer(assistant, about("what color is the sky?"))
    looking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await looking
    text, _ = await answer(assistant, about(drawn("circle", "blue"), "what color is the circle?"))
    assert text == "blue"
    assert workers(assistant) == before


async def test_a_model_that_only_reads_says_which_one_sees(install: Callable[..., Path], assistant: Assistant) -> None:
    install(DEFAULT_MODEL)
    with pytest.raises(Missing) as caught:
        await answer(assistant, about(drawn("circle", "red"), "what is it?"), DEFAULT_MODEL)
    assert caught.value.hint == "myna models pull smolvlm-500m-instruct"


def test_the_projector_of_another_model(bare_myna: Myna, tmp_path: Path, picture: Callable[..., Path]) -> None:
    shutil.copy(MODEL, tmp_path / "mine.gguf")
    write_tiny_projector(tmp_path / "mine-mmproj.gguf", width=64)
    ended = bare_myna("ask", "-m", str(tmp_path / "mine.gguf"), "--image", str(picture("circle", "red")), "what?")
    assert ended.status == BadInput.exit_status
    assert "mine-mmproj.gguf does not belong to mine.gguf" in ended.err
    assert "hint: use the projector file (mmproj) that was published with this model" in ended.err


def test_more_pictures_than_the_context_holds(bare_myna: Myna, tmp_path: Path) -> None:
    images: list[str] = []
    for number in range(100):
        path = tmp_path / f"{number}.png"
        path.write_bytes(noise(8, 8, number))
        images += ["--image", str(path)]
    ended = bare_myna("ask", "-m", str(MODEL), *images, "how many pictures are there?")
    assert ended.status == PromptTooLong.exit_status
    assert "tokens" in ended.err
    assert "Traceback" not in ended.err
