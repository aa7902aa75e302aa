"""Pictures beside a question: dropped, pasted, of the screen; and what is no picture."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from myna.errors import BadInput, EngineCrashed
from myna.messages import Image, Text
from myna.store.attachments import MAX_ATTACHMENT_BYTES
from myna.testing import FakeEngine
from myna_ui.conversation.picture_data import Refused, read_picture
from myna_ui.conversation.thumbnail import SIDE, Thumbnail, ThumbnailRequest, thumbnail
from myna_ui.conversation.tray import LONG_TEXT, Tray

from .conftest import Shown
from .talking import Show, ask, click, entries, picture, png, settled, view


def tray(shown: Shown) -> Tray:
    found = view(shown).property("tray")
    assert isinstance(found, Tray)
    return found


def drop(shown: Shown, name: str, *urls: QUrl) -> None:
    """Drop files onto the item of that name."""
    item = shown.item(name)
    at = item.mapToScene(item.boundingRect().center())
    mime = QMimeData()
    mime.setUrls(list(urls))
    copy, button, keys = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(shown.window, QDragEnterEvent(at.toPoint(), copy, mime, button, keys))
    QApplication.sendEvent(shown.window, QDragMoveEvent(at.toPoint(), copy, mime, button, keys))
    QApplication.sendEvent(shown.window, QDropEvent(at, copy, mime, button, keys))


def paste(shown: Shown, mime: QMimeData) -> None:
    QGuiApplication.clipboard().setMimeData(mime)
    shown.press(Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)


def test_a_dropped_picture_is_shown_sent_and_shown_in_the_message(
    show: Show, engine: FakeEngine, tmp_path: Path
) -> None:
    shown = show()
    drop(shown, "question", picture(tmp_path / "sea.png"))
    shown.until(lambda: tray(shown).property("count") == 1 and not tray(shown).property("busy"))
    ask(shown, "What is this?")
    assert tray(shown).property("count") == 0
    [sha256] = entries(shown)[0].pictures
    parts = engine.requests[0].messages[-1].parts
    assert [type(part) for part in parts] == [Image, Text]
    assert parts[0].attachment.sha256 == sha256
    shown.until(lambda: not view(shown).pictures_of_messages.image(sha256).isNull())
    shown.until(lambda: shown.item("picture").implicitWidth() == 40)
    assert view(shown).pictures_of_messages.image(sha256).pixelColor(3, 3).name() == "#2266aa"


def test_a_picture_dropped_onto_the_messages_goes_along_too(show: Show, tmp_path: Path) -> None:
    shown = show()
    drop(shown, "messages", picture(tmp_path / "sea.png"))
    shown.until(lambda: tray(shown).property("count") == 1 and not tray(shown).property("busy"))


def test_a_picture_alone_is_a_question(show: Show, engine: FakeEngine, tmp_path: Path) -> None:
    shown = show()
    drop(shown, "question", picture(tmp_path / "sea.png"))
    shown.until(lambda: tray(shown).property("count") == 1 and not tray(shown).property("busy"))
    click(shown, "send")
    shown.until(lambda: len(entries(shown)) == 2 and settled(shown))
    assert [type(part) for part in engine.requests[0].messages[-1].parts] == [Image]


def test_a_picture_is_taken_away_again(show: Show, tmp_path: Path) -> None:
    shown = show()
    drop(shown, "question", picture(tmp_path / "a.png"), picture(tmp_path / "b.png", "#aa2222"))
    shown.until(lambda: tray(shown).property("count") == 2 and not tray(shown).property("busy"))
    click(shown, "remove")
    shown.until(lambda: tray(shown).property("count") == 1)
    [part] = tray(shown).take("")
    assert isinstance(part, Image)


def test_a_changed_question_keeps_its_pictures(show: Show, engine: FakeEngine, tmp_path: Path) -> None:
    shown = show()
    drop(shown, "question", picture(tmp_path / "sea.png"))
    shown.until(lambda: tray(shown).property("count") == 1 and not tray(shown).property("busy"))
    ask(shown, "What is this?")
    view(shown).edit(entries(shown)[0].key, "And what is that?")
    shown.until(lambda: len(engine.requests) == 2 and settled(shown))
    assert [type(part) for part in engine.requests[1].messages[-1].parts] == [Image, Text]
    assert entries(shown)[0].pictures


@pytest.mark.parametrize("again", ["regenerate", "edit"])
def test_a_question_that_failed_is_asked_again_with_its_pictures(
    show: Show, use_engine: Callable[[FakeEngine], None], tmp_path: Path, again: str
) -> None:
    use_engine(FakeEngine([], error=EngineCrashed("the worker died"), error_after=0))
    shown = show()
    drop(shown, "question", picture(tmp_path / "sea.png"))
    shown.until(lambda: tray(shown).property("count") == 1 and not tray(shown).property("busy"))
    shown.type("What is this?")
    shown.press(Qt.Key.Key_Return)
    shown.until(
        lambda: bool(entries(shown)) and entries(shown)[-1].state == "error" and not view(shown).property("busy")
    )
    better = FakeEngine(["The sea."])
    use_engine(better)
    if again == "regenerate":
        view(shown).regenerate()
    else:
        view(shown).edit(entries(shown)[0].key, "And this?")
    shown.until(lambda: entries(shown)[-1].text == "The sea.")
    assert [type(part) for part in better.requests[0].messages[-1].parts] == [Image, Text]
    assert entries(shown)[0].pictures


def test_a_picture_file_on_the_clipboard_is_pasted_as_it_is(show: Show) -> None:
    shown = show()
    mime = QMimeData()
    mime.setData("image/png", png())
    paste(shown, mime)
    shown.until(lambda: tray(shown).property("count") == 1 and not tray(shown).property("busy"))
    assert shown.item("question").property("text") == ""


def test_pixels_on_the_clipboard_become_a_picture(show: Show) -> None:
    shown = show()
    mime = QMimeData()
    image = QImage(20, 20, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.red)
    mime.setImageData(image)
    paste(shown, mime)
    shown.until(lambda: tray(shown).property("count") == 1 and not tray(shown).property("busy"))


def test_a_short_text_is_pasted_into_the_field(show: Show) -> None:
    shown = show()
    mime = QMimeData()
    mime.setText("tides")
    paste(shown, mime)
    assert shown.item("question").property("text") == "tides"
    assert tray(shown).property("count") == 0


def test_a_megabyte_of_text_goes_along_instead_of_into_the_field(show: Show, engine: FakeEngine) -> None:
    shown = show()
    mime = QMimeData()
    mime.setText("words " * 180_000)
    paste(shown, mime)
    assert shown.item("question").property("text") == ""
    assert any("1,080,000" in text for text in shown.texts())
    shown.type("Sum it up")
    shown.press(Qt.Key.Key_Return)
    # It does not fit the context of the model, which is said where the answer would be.
    shown.until(lambda: len(entries(shown)) == 2 and entries(shown)[-1].state == "error")
    assert entries(shown)[0].text.startswith("Sum it up\n\nwords ")
    click(shown, "show-more")
    assert len(entries(shown)[0].text) > LONG_TEXT


def test_the_menu_of_the_field_pastes_as_the_keys_do(show: Show) -> None:
    shown = show()
    QGuiApplication.clipboard().setText("words " * 180_000)
    field = shown.item("question")
    at = field.mapToScene(field.boundingRect().center()).toPoint()
    QTest.mouseClick(shown.window, Qt.MouseButton.RightButton, pos=at)
    click(shown, "paste")
    shown.until(lambda: tray(shown).property("count") == 1)
    assert field.property("text") == ""


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("what", ["folder", "film", "text", "gone", "web"])
def test_what_is_no_picture_is_refused_in_words(show: Show, tmp_path: Path, what: str, language: str) -> None:
    folder = tmp_path / "holidays"
    folder.mkdir()
    film = tmp_path / "film.mkv"
    with film.open("wb") as file:
        file.truncate(2 * 1024**3)
    (tmp_path / "notes.txt").write_text("no picture")
    url = {
        "folder": QUrl.fromLocalFile(str(folder)),
        "film": QUrl.fromLocalFile(str(film)),
        "text": QUrl.fromLocalFile(str(tmp_path / "notes.txt")),
        "gone": QUrl.fromLocalFile(str(tmp_path / "gone.png")),
        "web": QUrl("https://example.org/cat.png"),
    }[what]
    shown = show()
    shown.desktop.speaking.use(language)
    drop(shown, "question", url)
    shown.until(lambda: bool(tray(shown).property("problem")))
    shown.until(lambda: tray(shown).property("count") == 0)
    said = " ".join(shown.texts())
    assert url.fileName() in said or url.toDisplayString() in said
    assert ("是" in said or "无法" in said) == (language == "zh")


def test_of_a_file_that_is_no_picture_only_the_start_is_read(tmp_path: Path) -> None:
    film = tmp_path / "film.mkv"
    with film.open("wb") as file:
        file.truncate(2 * 1024**3)
    with pytest.raises(Refused) as refused:
        read_picture(film)
    assert refused.value.problem == "not-a-picture"


def test_a_picture_file_of_two_gigabytes_is_too_large(tmp_path: Path) -> None:
    huge = tmp_path / "huge.png"
    with huge.open("wb") as file:
        file.write(png())
        file.truncate(MAX_ATTACHMENT_BYTES + 1)
    with pytest.raises(Refused) as refused:
        read_picture(huge)
    assert refused.value.problem == "too-large"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.png"
    os.mkfifo(pipe)
    with pytest.raises(Refused) as refused:
        read_picture(pipe)
    assert refused.value.problem == "unreadable"


def test_more_pictures_than_fit_are_refused(show: Show, tmp_path: Path) -> None:
    shown = show()
    drop(shown, "question", *(picture(tmp_path / f"{at}.png") for at in range(12)))
    shown.until(lambda: tray(shown).property("problem").get("problem") == "too-many")
    assert tray(shown).property("count") == 8


def test_a_screen_that_may_not_be_taken_is_told(show: Show, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = show()
    monkeypatch.setattr(QGuiApplication, "platformName", staticmethod(lambda: "wayland"))
    click(shown, "screenshot")
    shown.until(lambda: tray(shown).property("problem").get("problem") == "no-screen")
    assert shown.window.isVisible()


def test_the_screen_is_added_without_the_window(show: Show) -> None:
    shown = show()
    click(shown, "screenshot")
    shown.until(lambda: tray(shown).property("count") == 1 and not tray(shown).property("busy"))
    assert shown.window.isVisible()


def test_a_damaged_picture_is_shown_as_such(show: Show, tmp_path: Path, use_engine: Callable[..., None]) -> None:
    shown = show()
    broken = tmp_path / "broken.png"
    broken.write_bytes(png()[:40] + b"\0" * 200)
    drop(shown, "question", QUrl.fromLocalFile(str(broken)))
    shown.until(lambda: tray(shown).property("count") == 1 and not tray(shown).property("busy"))
    ask(shown, "What is this?")
    shown.until(lambda: "Cannot be shown" in shown.texts())


# in the worker


def test_a_large_picture_is_made_small() -> None:
    made = thumbnail(ThumbnailRequest(png(size=(4000, 1000))))
    assert (made.width, made.height) == (SIDE, SIDE // 4)
    assert made.valid(SIDE)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no picture",
        b"<svg xmlns='http://www.w3.org/2000/svg'><image href='file:///etc/passwd'/></svg>",
        b"\x89PNG\r\n\x1a\n" + b"\0" * 100,
        # 60,000 by 60,000 pixels, in a header.
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + (60_000).to_bytes(4, "big") * 2 + b"\x08\x02\0\0\0" + b"\0" * 64,
    ],
)
@pytest.mark.logs
def test_what_is_no_picture_is_not_decoded(data: bytes) -> None:
    with pytest.raises(BadInput):
        thumbnail(ThumbnailRequest(data))


def test_numbers_that_do_not_fit_are_not_believed() -> None:
    assert Thumbnail(2, 2, b"\0" * 16).valid(4)
    assert not Thumbnail(2, 2, b"\0" * 15).valid(4)
    assert not Thumbnail(9, 2, b"\0" * 72).valid(4)
    assert not Thumbnail(-1, -1, b"\0" * 4).valid(4)
