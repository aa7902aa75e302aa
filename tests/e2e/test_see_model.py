"""`myna see` and the other commands with a model that really sees, from the command line to llama.cpp and back."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import time
import zipfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import psutil
import pytest
from PIL import Image, ImageDraw

from conftest import DEFAULT_MODEL, Myna
from myna.cli.context import Context
from myna_vision.see import command

MODELS = Path(__file__).parent / "models"
MODEL = MODELS / "easy-vqa.gguf"
TOKENS = 64
"""What a picture becomes."""
SHOWN = ("whole", "grey", "swapped")
"""As it is, grey all over, red and blue exchanged."""
PULL = "myna models pull smolvlm-500m-instruct"

MANIFEST = f"""
id = "easy-vqa"
name = "Easy VQA"
task = "chat"
format = ".gguf"
parameters = 1_300_000

[licence]
id = "MIT"

[[files]]
role = "model"
name = "easy-vqa.gguf"
sources = ["file:{MODEL.as_posix()}"]

[[files]]
role = "projector"
name = "easy-vqa-mmproj.gguf"
sources = ["file:{(MODELS / "easy-vqa-mmproj.gguf").as_posix()}"]
"""


class HeldOut(NamedTuple):
    """Questions that the model was not trained on."""

    asked: list[tuple[str, str, str]]
    """Question, answer, name of the picture."""
    pictures: dict[str, Image.Image]

    def of(self, colour: str) -> Image.Image:
        """A picture whose one thing has this colour."""
        return next(
            self.pictures[name] for question, answer, name in self.asked if "color" in question and answer == colour
        )


@pytest.fixture(scope="module")
def held_out() -> HeldOut:
    with zipfile.ZipFile(MODELS / "easy-vqa-held-out.zip") as archive:
        asked = [(question, answer, name) for question, answer, name in json.loads(archive.read("questions.json"))]
        names = {name for _, _, name in asked}
        return HeldOut(asked, {name: Image.open(BytesIO(archive.read(name))).convert("RGB") for name in names})


@pytest.fixture
def seeing(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> Myna:
    """The command line in an empty home. One thread: two that wait for each other's core are no faster with a model
    of this size, and a hundred times slower beside another program."""
    monkeypatch.setenv("MYNA_ENGINE_THREADS", "1")
    return Myna(own_home)


@pytest.fixture
def coloured(held_out: HeldOut, tmp_path: Path) -> Callable[[str], str]:
    """`coloured("red")` is the path of a picture of something red."""

    def write(colour: str) -> str:
        path = tmp_path / f"{colour}.png"
        held_out.of(colour).save(path)
        return str(path)

    return write


def pulled(myna: Myna) -> Myna:
    """`myna`, with the model installed by a manifest of the user's own."""
    catalog = myna.home / "data" / "catalog"
    catalog.mkdir(parents=True)
    (catalog / "easy-vqa.toml").write_text(MANIFEST, encoding="utf-8")
    ended = myna("models", "pull", "easy-vqa")
    assert ended.status == 0, ended.err
    return myna


def swapped(picture: Image.Image) -> Image.Image:
    red, green, blue = picture.split()
    return Image.merge("RGB", (blue, green, red))


def lay_out(held_out: HeldOut, folder: Path) -> Iterator[tuple[str, Path, list[str]]]:
    """For each wording its question, a folder of pictures, and the answers in the order of the pictures."""
    groups = defaultdict(list)
    for question, answer, name in held_out.asked:
        groups[question].append((answer, held_out.pictures[name]))
    for number, (question, members) in enumerate(groups.items()):
        below = folder / f"{number:03}"
        below.mkdir(parents=True)
        sizes = {picture.size for _, picture in members}
        assert len(sizes) == 1  # so that one grey picture stands for all
        Image.new("RGB", sizes.pop(), (128, 128, 128)).save(below / "grey.png")
        for at, (_, picture) in enumerate(members):
            picture.save(below / f"whole-{at:03}.png")
            swapped(picture).save(below / f"swapped-{at:03}.png")
        yield question, below, [answer for answer, _ in members]


@pytest.mark.timeout(600)
def test_it_sees(seeing: Myna, held_out: HeldOut, tmp_path: Path) -> None:
    """Pictures and not chance: with the same questions, it must know much less of grey and of exchanged colours."""
    groups = list(lay_out(held_out, tmp_path))
    assert sum(len(answers) for _, _, answers in groups) == 500
    # Every third wording: what all of them give stands in models/conversion/easy_vqa/README.md.
    groups = groups[::3]
    asked = sum(len(answers) for _, _, answers in groups)

    def right(group: tuple[str, Path, list[str]]) -> Counter[str]:
        question, folder, answers = group
        words = ("see", "--batch", str(folder), "--question", question, "--json", "--quiet", "--model", str(MODEL))
        ended = seeing(*words, timeout=300)
        assert (ended.status, ended.err) == (0, "")
        rows = [json.loads(row) for row in ended.out.splitlines()]
        assert all(row["source"] == "model" and row["model"] == "easy-vqa" for row in rows)
        said = {Path(row["file"]).stem: row["answer"].strip().lower() for row in rows}
        assert len(said) == 2 * len(answers) + 1
        counts: Counter[str] = Counter()
        for at, answer in enumerate(answers):
            shown = {"whole": f"whole-{at:03}", "grey": "grey", "swapped": f"swapped-{at:03}"}
            counts.update(kind for kind, name in shown.items() if said[name] == answer.lower())
        return counts

    # Two at a time: most of a run is starting Python and loading the model, which is one core's work.
    with ThreadPoolExecutor(2) as pool:
        counts = sum(pool.map(right, groups), Counter())
    accuracy = {kind: counts[kind] / asked for kind in SHOWN}
    print(accuracy)
    assert accuracy["whole"] >= 0.95, accuracy
    assert accuracy["whole"] - accuracy["grey"] >= 0.3, accuracy
    assert accuracy["whole"] - accuracy["swapped"] >= 0.1, accuracy


# one picture


def test_a_question_in_words_as_data_and_with_facts(seeing: Myna, coloured: Callable[[str], str]) -> None:
    red = ("see", coloured("red"), "what color is the shape?", "--model", str(MODEL))
    ended = seeing(*red)
    assert (ended.status, ended.out, ended.err) == (0, "red\n", "")
    data = json.loads(seeing(*red, "--json").out)
    assert (data["answer"], data["answered"], data["source"], data["model"]) == ("red", True, "model", "easy-vqa")
    assert data["facts"] is None
    assert data["timings"]["see"] > 0
    helped = json.loads(seeing(*red, "--json", "--facts").out)
    assert helped["source"] == "model"
    assert helped["facts"]["measures"]["width"] == 64
    assert any(colour["name"] == "red" for colour in helped["facts"]["colours"])
    assert helped["timings"]["see"] > 0


def test_the_same_question_has_the_same_answer(seeing: Myna, tmp_path: Path) -> None:
    """Nothing is drawn by chance unless somebody asks for it, whatever the setting for chats is."""
    for number in range(16):
        # Two things where the model knows one: it holds red and blue to be about as likely.
        picture = Image.new("RGB", (64, 64), (230 + number, 230, 230))
        draw = ImageDraw.Draw(picture)
        draw.ellipse((8, 8, 28, 28), fill="red")
        draw.rectangle((36, 36, 58, 56), fill="blue")
        picture.save(tmp_path / f"{number:02}.png")
    words = ("see", "--batch", str(tmp_path), "--question", "what color is the shape?", "--model", str(MODEL))

    def answers(*options: str) -> list[str]:
        ended = seeing(*words, "--json", *options, env={"MYNA_CHAT_TEMPERATURE": "5"})
        assert ended.status == 0, ended.err
        return [json.loads(row)["answer"] for row in ended.out.splitlines()]

    assert set(answers("--temperature", "5")) == {"red", "blue"}
    first = answers()
    assert first == answers()
    assert seeing(*words, "--temperature", "nan").status == 2


def test_without_a_question_it_answers_something(seeing: Myna, coloured: Callable[[str], str]) -> None:
    ended = seeing("see", coloured("blue"), "--model", str(MODEL))
    assert ended.status == 0, ended.err
    assert ended.out.strip()


def test_two_pictures_in_one_question(seeing: Myna, coloured: Callable[[str], str]) -> None:
    images = ("--image", coloured("red"), "--image", coloured("blue"))
    ended = seeing("ask", *images, "what color is the shape?", "--model", str(MODEL), "--temperature", "0", "--json")
    assert ended.status == 0, ended.err
    said = json.loads(ended.out)
    assert said["text"].strip()
    assert said["usage"]["prompt_tokens"] > 2 * TOKENS
    assert said["timings"]["see"] > 0


def test_a_chat_in_which_a_picture_is_shown(seeing: Myna, coloured: Callable[[str], str]) -> None:
    """A second question needs no second picture, nor looking at it again."""
    lines = f"/image {coloured('red')}\nwhat color is the shape?\nis there a blue shape?\n"
    ended = seeing("chat", "--model", str(MODEL), stdin=lines, env={"MYNA_CHAT_TEMPERATURE": "0"})
    assert ended.status == 0, ended.err
    assert ended.out.split() == ["red", "no"]
    listed = json.loads(seeing("conversations", "list", "--json").out)
    messages = json.loads(seeing("conversations", "show", listed[0]["id"], "--json").out)["messages"]
    first, second = (message["meta"]["timings"] for message in messages if message["message"]["role"] == "assistant")
    assert first["see"] > 0
    assert "see" not in second


# what is kept


def kept(myna: Myna) -> list[Path]:
    return [path for path in (myna.home / "data" / "attachments").rglob("*") if path.is_file()]


def test_what_is_not_recorded_leaves_no_picture_behind(seeing: Myna, coloured: Callable[[str], str]) -> None:
    red = coloured("red")
    batch = ("see", "--batch", str(Path(red).parent), "--question", "what color is the shape?", "--model", str(MODEL))
    assert seeing(*batch).out == f"{Path(red).as_posix()}: red\n"
    unrecorded = {"MYNA_CHAT_RECORD": "false", "MYNA_CHAT_TEMPERATURE": "0"}
    assert seeing("see", red, "what color is the shape?", "--model", str(MODEL), env=unrecorded).out == "red\n"
    asked = seeing("ask", "--image", red, "what color is the shape?", "--model", str(MODEL), env=unrecorded)
    assert asked.out == "red\n"
    lines = f"/image {red}\nwhat color is the shape?\nis there a blue shape?\n"
    chat = seeing("chat", "--model", str(MODEL), stdin=lines, env=unrecorded)
    assert chat.out.split() == ["red", "no"]
    assert kept(seeing) == []
    assert seeing("see", red, "what color is the shape?", "--model", str(MODEL)).status == 0
    assert len(kept(seeing)) == 1


def test_what_cannot_be_looked_at_is_not_kept(seeing: Myna, coloured: Callable[[str], str], tmp_path: Path) -> None:
    red = Path(coloured("red"))
    cut, huge = tmp_path / "cut.png", tmp_path / "huge.png"
    cut.write_bytes(red.read_bytes()[:100])
    Image.new("1", (12_000, 12_000)).save(huge)
    for path in (cut, huge):
        for words in (("see", str(path), "what shape is it?"), ("ask", "what shape is it?", "--image", str(path))):
            ended = seeing(*words, "--model", str(MODEL))
            assert (ended.status, ended.out) == (6, ""), words
    assert kept(seeing) == []
    assert json.loads(seeing("conversations", "list", "--json").out) == []
    # In a chat it is told before the question is asked, which is then answered.
    lines = f"/image {cut}\n/image {red}\nwhat color is the shape?\n"
    chat = seeing("chat", "--model", str(MODEL), stdin=lines, env={"MYNA_CHAT_TEMPERATURE": "0"})
    assert (chat.status, chat.out) == (6, "red\n")
    assert "the picture is damaged (PNG)" in chat.err
    assert len(kept(seeing)) == 1


def test_a_frame_of_the_camera_is_not_kept(
    seeing: Myna, held_out: HeldOut, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A picture stands for the camera, as no machine that runs tests has one; all else is real."""
    frame = BytesIO()
    held_out.of("red").save(frame, "PNG")

    async def camera_frame(*_: object) -> bytes:
        return frame.getvalue()

    monkeypatch.setattr(command, "camera_frame", camera_frame)
    looking = command._see(
        Context(json=True), None, "", "what color is the shape?", str(MODEL), facts=False, temperature=0
    )
    asyncio.run(looking)
    assert json.loads(capsys.readouterr().out)["answer"] == "red"
    assert kept(seeing) == []
    assert seeing("conversations", "list", "--json").out.strip() == "[]"


# which model


def test_an_installed_model_that_sees_is_used(
    install: Callable[..., Path], seeing: Myna, coloured: Callable[[str], str]
) -> None:
    """Without its name, and though a chat model with more parameters is there; until it is removed."""
    install(DEFAULT_MODEL)
    question = ("see", coloured("red"), "is there a blue shape?", "--json")

    def answered(*options: str, env: dict[str, str] | None = None) -> tuple[str, str | None, bool]:
        ended = seeing(*question, *options, env=env)
        assert ended.status == 0, ended.err
        data = json.loads(ended.out)
        return data["source"], data["model"], data["answered"]

    assert answered() == ("facts", None, False)
    pulled(seeing)
    assert answered() == ("model", "easy-vqa", True)
    assert answered(env={"MYNA_CHAT_MODEL": DEFAULT_MODEL}) == ("model", "easy-vqa", True)
    assert answered("--model", "easy-vqa") == ("model", "easy-vqa", True)
    # One that only reads, by name: the facts, and what to pull.
    assert answered("--model", DEFAULT_MODEL) == ("facts", None, False)
    assert PULL in seeing(*question[:3], "--model", DEFAULT_MODEL).out
    assert seeing("models", "remove", "easy-vqa").status == 0
    assert answered() == ("facts", None, False)


# Ctrl-C


@pytest.mark.skipif(os.name == "nt", reason="SIGINT is POSIX")
def test_ctrl_c_in_a_batch_leaves_no_worker(seeing: Myna, held_out: HeldOut, tmp_path: Path) -> None:
    for name, picture in held_out.pictures.items():
        picture.save(tmp_path / name)
    words = ("see", "--batch", str(tmp_path), "--question", "what shape is present?", "--json", "--quiet")
    with seeing.start(*words, "--model", str(MODEL)) as running:
        assert running.stdout is not None
        assert "answer" in json.loads(running.stdout.readline())
        workers = psutil.Process(running.pid).children(recursive=True)
        assert workers
        time.sleep(0.2)  # in the middle of another
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=30)
    assert running.returncode == 130
    assert b"Traceback" not in err
    assert len(out.splitlines()) < len(held_out.pictures) - 1
    assert all("answer" in json.loads(row) for row in out.splitlines())
    _, left = psutil.wait_procs(workers, timeout=10)
    assert left == []
