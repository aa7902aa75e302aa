"""Measures the classes of pictures: how close 8 bits are to floats, and what a probability is worth.

ImageNet's validation pictures cannot be had everywhere, so the pictures are those of packages, with known content
(`classes_pictures.toml`): 20 of ImageNet itself (foolbox), 153 photographs cut out (Tux Paint's stamps), seven that
come with scikit-image, scikit-learn and gradio. Each is looked at as it is and in six changed forms. What must be
called nothing is drawn here: noise, plain colours, gradients, pages of letters; further, stamps of things that are
none of the classes.

In the environment of `efficientnet_lite0.py`, which can also write the model in floats:

    build/classes/bin/pip install scikit-image==0.26.0 scikit-learn==1.9.1 msgspec==0.22.0
    build/classes/bin/pip download foolbox==3.3.4 gradio==4.44.1 --no-deps --dest build/classes
    cd build/classes && apt-get download tuxpaint-stamps-default && dpkg -x tuxpaint-stamps-default_*.deb stamps
    unzip -d foolbox foolbox-*.whl && unzip -d gradio gradio-*.whl && cd ../..
    PYTHONPATH=plugins:runtime build/classes/bin/python models/conversion/classes_measured.py build/classes float.onnx

It prints the tables of `docs/vision-matching.md`. The temperature of the shipped model is the one with the least error
for pictures of all kinds: what people look at often shows none of a thousand things, so pictures that do not are a
quarter of what it is chosen on.
"""

from __future__ import annotations

import io
import os
import sys
import tomllib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

os.environ["ORT_DISABLE_TELEMETRY"] = "1"

import numpy as np
import onnxruntime
from efficientnet_lite0 import SHIPPED, middle
from PIL import Image, ImageDraw, ImageEnhance, ImageFont

from myna_vision.classes.groups import GROUPS
from myna_vision.classes.judging import judged
from myna_vision.classes.names import class_names

PICTURES = Path(__file__).with_name("classes_pictures.toml")
SURE = 0.5
TEMPERATURES = (1.2, 1.1, 1.0, 0.95, 0.9, 0.85, 0.8, 0.7)
EACH = 20
"""Drawn pictures of a kind."""


class Shown(NamedTuple):
    source: str
    image: Image.Image
    right: frozenset[int]


def on_white(path: Path) -> Image.Image:
    layered = Image.open(path).convert("RGBA")
    white = Image.new("RGBA", layered.size, "white")
    white.alpha_composite(layered)
    return white.convert("RGB")


def shown(folder: Path) -> Iterator[Shown]:
    """The pictures whose content is known."""
    known = tomllib.loads(PICTURES.read_text(encoding="utf-8"))
    for path in sorted((folder / "foolbox").rglob("imagenet_*.jpg")):
        yield Shown("ImageNet", on_white(path), frozenset({int(path.stem.rpartition("_")[2])}))
    for path in stamps(folder):
        if path.stem in known["stamps"]:
            yield Shown("stamps", on_white(path), frozenset(known["stamps"][path.stem]))
        elif path.stem in known["nothing"]["stamps"]:
            yield Shown("none of the classes", on_white(path), frozenset())
    for name, right in known["samples"].items():
        places = [folder / "gradio" / "gradio" / "test_data"]
        places += [Path(place) for place in sys.path if place.endswith("site-packages")]
        path = next(found for place in places for found in sorted(place.rglob(name)))
        yield Shown("samples", on_white(path), frozenset(right))


def stamps(folder: Path) -> Iterator[Path]:
    """Photographs; what is drawn lies in folders called `cartoon`."""
    yield from (path for path in sorted((folder / "stamps").rglob("*.png")) if "cartoon" not in path.parts)


def drawn() -> dict[str, list[Image.Image]]:
    """What shows nothing."""
    chance = np.random.default_rng(1)

    def noise(height: int, width: int) -> Image.Image:
        return Image.fromarray(chance.integers(0, 256, (height, width, 3), np.uint8))

    def gradient(turn: int) -> Image.Image:
        first, last = chance.integers(0, 256, (2, 3))
        share = np.linspace(0, 1, 300)[:, None, None]
        return Image.fromarray((first * (1 - share) + last * share).repeat(300, 1).astype(np.uint8)).rotate(90 * turn)

    def page(size: int) -> Image.Image:
        image = Image.new("RGB", (500, 400), "white")
        pen = ImageDraw.Draw(image)
        for top in range(10, 390, size + 6):
            lengths = chance.integers(2, 9, 8)
            line = " ".join(
                "".join(chr(97 + letter) for letter in chance.integers(0, 26, length)) for length in lengths
            )
            pen.text((10, top), line, fill="black", font=ImageFont.load_default(size))
        return image

    return {
        "noise": [noise(300, 400) for _ in range(EACH)],
        "soft noise": [noise(12, 16).resize((400, 300), Image.Resampling.BICUBIC) for _ in range(EACH)],
        "plain colours": [Image.new("RGB", (300, 300), tuple(chance.integers(0, 256, 3))) for _ in range(EACH)],
        "gradients": [gradient(number) for number in range(EACH)],
        "pages of letters": [page(12 + number) for number in range(EACH)],
    }


def _compressed(image: Image.Image) -> Image.Image:
    packed = io.BytesIO()
    image.save(packed, "JPEG", quality=25)
    return Image.open(packed).convert("RGB")


def _small(image: Image.Image) -> Image.Image:
    return image.resize((max(1, image.width * 96 // min(image.size)), max(1, image.height * 96 // min(image.size))))


CHANGES: tuple[Callable[[Image.Image], Image.Image], ...] = (
    lambda image: image,
    lambda image: image.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
    _compressed,
    _small,
    lambda image: ImageEnhance.Brightness(image).enhance(0.5),
    lambda image: image.rotate(10, Image.Resampling.BICUBIC, fillcolor=image.getpixel((0, 0))),
    lambda image: image.convert("L").convert("RGB"),
)


class Model:
    def __init__(self, path: Path) -> None:
        self._session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])

    def logits(self, images: Sequence[Image.Image]) -> Any:
        """Up to a constant for each picture."""
        found = [self._session.run(None, {"pixels": middle(image)[None]})[0][0] for image in images]
        return np.log(np.maximum(np.stack(found), 1e-12))


def probabilities(logits: Any, temperature: float) -> Any:
    raised = np.exp((logits - logits.max(1, keepdims=True)) / temperature)
    return raised / raised.sum(1, keepdims=True)


def error(confidence: Any, right: Any) -> float:
    """Expected calibration error, in ten bins (arXiv 1706.04599, equation 3)."""
    bins = np.minimum((confidence * 10).astype(int), 9)
    return float(
        sum(
            (bins == one).mean() * abs(confidence[bins == one].mean() - right[bins == one].mean())
            for one in range(10)
            if (bins == one).any()
        )
    )


def likelihood(confidence: Any, right: Any) -> float:
    """Mean negative logarithm of the probability of what is the case: the answer is right, or it is not."""
    sure = np.clip(confidence, 1e-6, 1 - 1e-6)
    return float(-np.where(right, np.log(sure), np.log(1 - sure)).mean())


def say(*cells: object) -> None:
    print("| " + " | ".join(f"{cell:.3f}" if isinstance(cell, float) else str(cell) for cell in cells) + " |")


def compare(quantized: Any, floats: Any, known: Sequence[Shown]) -> None:
    print("\npictures, right in floats, right in 8 bits, same answer, same answer where sure, cosine of the logits")
    centred = [values - values.mean(1, keepdims=True) for values in (quantized, floats)]
    lengths = np.linalg.norm(centred[0], axis=1) * np.linalg.norm(centred[1], axis=1)
    cosine = (centred[0] * centred[1]).sum(1) / lengths
    sure = probabilities(floats, 1).max(1) >= SURE
    same = quantized.argmax(1) == floats.argmax(1)
    for source in dict.fromkeys(item.source for item in known if item.right):
        chosen = np.array([item.source == source for item in known])
        right = [
            np.mean([values[index].argmax() in known[index].right for index in np.flatnonzero(chosen)])
            for values in (floats, quantized)
        ]
        say(source, chosen.sum(), *map(float, right), *(float(same[mask].mean()) for mask in (chosen, chosen & sure)),
            float(cosine[chosen].mean()), float(cosine[chosen].min()))  # fmt: skip


def choose(logits: Any, right: Any, has_class: Any) -> None:
    print("\ntemperature; pictures of the classes: log-likelihood, calibration error; of all kinds: the same")
    for temperature in TEMPERATURES:
        confidence = probabilities(logits, temperature).max(1)
        cells = [
            measure(confidence[mask], right[mask])
            for mask in (has_class, np.ones_like(has_class))
            for measure in (likelihood, error)
        ]
        say(temperature, *cells)


def reliability(logits: Any, right: Any) -> None:
    print("\nprobability, answers, mean probability, right")
    confidence = probabilities(logits, 1).max(1)
    for low in range(0, 100, 10):
        mask = (confidence * 100 >= low) & (confidence * 100 < low + 10 + (low == 90))
        say(
            f"{low / 100} to {low / 100 + 0.1:.1f}",
            mask.sum(),
            float(confidence[mask].mean()),
            float(right[mask].mean()),
        )


def spoken(logits: Any) -> list[frozenset[int] | None]:
    """What Myna says of each picture: the classes that are meant, or None."""
    numbers = {english: frozenset({number}) for number, (english, _) in enumerate(class_names())}
    meant = {**numbers, **GROUPS}
    said = [judged(row) for row in probabilities(logits, 1)]
    return [meant[classes[0].name] if classes else None for classes in said]


def main(arguments: Sequence[str]) -> int:
    if len(arguments) not in {1, 2}:
        print("usage: classes_measured.py FOLDER [MODEL_IN_FLOATS]", file=sys.stderr)
        return 2
    known = list(shown(Path(arguments[0])))
    model = Model(SHIPPED / "efficientnet-lite0.onnx")
    if len(arguments) == 2:
        images = [item.image for item in known]
        compare(model.logits(images), Model(Path(arguments[1])).logits(images), known)
    logits = np.concatenate([model.logits([change(item.image) for change in CHANGES]) for item in known])
    every = [item for item in known for _ in CHANGES]
    right = np.array([best in item.right for best, item in zip(logits.argmax(1), every, strict=True)])
    choose(logits, right, np.array([bool(item.right) for item in every]))
    reliability(logits, right)
    print("\npictures, said a class, of these right, said a group, of these right, nothing said")
    for source in dict.fromkeys(item.source for item in known):
        mine = [index for index, item in enumerate(every) if item.source == source]
        report(source, spoken(logits[mine]), [every[index].right for index in mine])
    for kind, images in drawn().items():
        report(kind, spoken(model.logits(images)), [frozenset()] * len(images))
    return 0


def report(kind: str, answers: Sequence[frozenset[int] | None], right: Sequence[frozenset[int]]) -> None:
    said = list(zip(answers, right, strict=True))
    classes = [bool(answer & truth) for answer, truth in said if answer is not None and len(answer) == 1]
    groups = [bool(answer & truth) for answer, truth in said if answer is not None and len(answer) > 1]
    shares = [float(np.mean(found)) if found else "-" for found in (classes, groups)]
    total = len(said)
    say(kind, total, len(classes) / total, shares[0], len(groups) / total, shares[1],
        1 - (len(classes) + len(groups)) / total)  # fmt: skip


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
