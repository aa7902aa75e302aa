"""The settings file: what a person wrote into it stays, whatever happens while it is written."""

import errno
import os
import stat
import sys
from pathlib import Path

import pytest

from myna import settings_file
from myna.errors import BadConfig, DiskFull
from myna.paths import Paths
from myna.settings import config_file, load_settings, set_value


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths.find(tmp_path)


def write(paths: Paths, text: str) -> Path:
    file = config_file(paths)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text.encode())
    return file


def test_comments_order_and_other_values_stay(paths):
    file = write(
        paths,
        "# mine\n\n[log]\nlevel = 'info' # more\n\n[chat] # talk\n# the small one\n"
        "model = 'a'  # for now\nsystem = '''x\ny'''\n",
    )
    set_value(paths, "chat.model", "b")
    set_value(paths, "chat.max_tokens", "5")
    set_value(paths, "language", "zh")
    assert file.read_text(encoding="utf-8") == (
        "# mine\nlanguage = \"zh\"\n\n[log]\nlevel = 'info' # more\n\n[chat] # talk\n# the small one\n"
        "model = \"b\"  # for now\nsystem = '''x\ny'''\nmax_tokens = 5\n"
    )


@pytest.mark.parametrize(
    "text",
    [
        "chat.model = 'a' # dotted\n",
        "chat = {model = 'a'} # inline\n",
        "[chat]\nmodel = 'a'",
        "[chat]\r\nmodel = 'a' # é\r\n",
        "[log]\n",
        "# nothing yet",
        "",
    ],
)
def test_every_way_to_write_a_table_can_be_changed(paths, text):
    file = write(paths, text)
    for key, value in (("chat.model", "b"), ("chat.max_tokens", "5"), ("language", "zh"), ("log.level", "info")):
        set_value(paths, key, value)
    settings = load_settings(paths, environ={})
    assert (settings.chat.model, settings.chat.max_tokens) == ("b", 5)
    assert (settings.language, settings.log.level) == ("zh", "info")
    if "#" in text:
        assert text[text.index("#") :].strip() in file.read_bytes().decode()


def test_the_first_value_makes_the_folder(paths):
    set_value(paths, "chat.model", "a")
    assert config_file(paths).read_text(encoding="utf-8") == '[chat]\nmodel = "a"\n'
    assert list(paths.config.iterdir()) == [config_file(paths)]


def test_a_bad_value_elsewhere_does_not_stop_its_correction(paths):
    write(paths, "[chat]\nmax_tokens = -5\n")
    set_value(paths, "chat.max_tokens", "5")
    assert load_settings(paths, environ={}).chat.max_tokens == 5


@pytest.mark.parametrize(
    ("text", "error"), [("[chat", "Expected"), ("chat = 3", "chat must be a table"), ("[[chat]]", "must be a table")]
)
def test_a_file_that_makes_no_sense_is_left_alone(paths, text, error):
    file = write(paths, text)
    with pytest.raises(BadConfig, match=error):
        set_value(paths, "chat.model", "a")
    assert file.read_text(encoding="utf-8") == text


@pytest.mark.parametrize(("code", "kind"), [(errno.ENOSPC, DiskFull), (errno.EROFS, BadConfig)])
def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(paths, monkeypatch, code, kind):
    file = write(paths, "[chat]\nmodel = 'a'\n")

    def full(descriptor: int) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(settings_file.os, "fsync", full)
    with pytest.raises(kind):
        set_value(paths, "chat.model", "b")
    assert file.read_text(encoding="utf-8") == "[chat]\nmodel = 'a'\n"
    assert list(paths.config.iterdir()) == [config_file(paths)]


def test_a_folder_that_cannot_be_made_is_told(paths):
    paths.config.parent.mkdir(exist_ok=True)
    paths.config.write_text("in the way", encoding="utf-8")
    with pytest.raises(BadConfig, match="it cannot be"):
        set_value(paths, "chat.model", "b")


@pytest.mark.skipif(sys.platform == "win32", reason="links and modes are those of POSIX")
def test_a_link_stays_a_link_and_the_mode_stays(paths, tmp_path):
    real = tmp_path / "dotfiles.toml"
    real.write_text("[chat]\n", encoding="utf-8")
    real.chmod(0o640)
    file = config_file(paths)
    file.parent.mkdir()
    file.symlink_to(real)
    set_value(paths, "chat.model", "b")
    assert file.is_symlink()
    assert real.read_text(encoding="utf-8") == '[chat]\nmodel = "b"\n'
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
