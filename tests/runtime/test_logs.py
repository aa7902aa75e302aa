"""The log: where it goes, and that nobody can read in it what was said."""

import logging
from pathlib import Path

import pytest

from myna import logs
from myna.config import LogSettings, PluginSettings
from myna.errors import BadConfig, PluginFailed
from myna.events import Notice
from myna.hookspecs import hookimpl
from myna.host import PluginHost
from myna.paths import Paths

pytestmark = pytest.mark.logs

SECRET = "xyzzy"


@pytest.fixture
def paths(tmp_path: Path):
    yield Paths.find(tmp_path)
    logs.release()


def written(paths: Paths) -> str:
    file = paths.logs / logs.FILE
    return file.read_text(encoding="utf-8") if file.exists() else ""


def test_nothing_is_created_before_there_is_something_to_write(paths, capsys):
    logs.configure(LogSettings(), paths)
    logging.getLogger("myna.x").info("quiet")
    assert not paths.logs.exists()
    logging.getLogger("myna.x").warning("loud 啊")
    assert "WARNING" in written(paths)
    assert "myna.x: loud 啊\n" in written(paths)
    assert "quiet" not in written(paths)
    assert capsys.readouterr() == ("", "")


def test_verbose_shows_more_on_standard_error_than_in_the_file(paths, capsys):
    logs.configure(LogSettings(), paths, verbose=True)
    logging.getLogger("myna.x").info("loading")
    logging.getLogger("myna.x").debug("detail")
    out, err = capsys.readouterr()
    assert out == ""
    assert "loading" in err
    assert "detail" not in err
    assert written(paths) == ""


def test_configuring_again_replaces_the_first(paths, tmp_path):
    before = logging.getLogger().handlers[:]
    logs.configure(LogSettings(), paths)
    other = Paths.find(tmp_path / "other")
    logs.configure(LogSettings(level="debug"), other)
    logging.getLogger("myna.x").debug("once")
    assert written(paths) == ""
    assert written(other).count("once") == 1
    logs.release()
    assert logging.getLogger().handlers == before


@pytest.mark.parametrize(("content", "kept"), [(False, 0), (True, 1)])
def test_texts_of_conversations_are_kept_only_when_asked_to(paths, content, kept):
    logs.configure(LogSettings(level="debug", content=content), paths)
    logs.content_log.warning("user said %s", SECRET)
    logging.getLogger("a_library.engine").info("INSERT %s", SECRET)
    logging.getLogger("myna.x").warning("here", exc_info=ValueError(SECRET))
    logging.getLogger("httpx").warning("slow")
    assert written(paths).count(SECRET) == 3 * kept
    assert "slow" in written(paths)


def test_a_traceback_keeps_its_frames_and_its_causes(paths):
    logs.configure(LogSettings(), paths)
    said = {}
    try:
        try:
            said[SECRET]
        except KeyError as cause:
            raise BadConfig("config.toml is bad") from cause
    except BadConfig:
        logging.getLogger("myna.x").exception("reading")
    text = written(paths)
    assert "builtins.KeyError\n" in text
    assert "which led to:" in text
    assert text.endswith("myna.errors.BadConfig: config.toml is bad\n")
    assert SECRET not in text
    assert text.count("test_a_traceback_keeps_its_frames") == 2


def test_causes_in_a_circle_end(paths):
    logs.configure(LogSettings(), paths)
    first, second = ValueError("1"), TypeError("2")
    first.__context__, second.__context__ = second, first
    logging.getLogger("myna.x").warning("here", exc_info=first)
    assert "builtins.TypeError" in written(paths)


def test_a_failing_plugin_is_logged_without_what_was_said(paths):
    class Broken:
        @hookimpl
        def myna_observe(self, event):
            raise ValueError(event.text)

        @hookimpl
        def myna_resolve_model(self, name):
            raise ValueError(name)

    logs.configure(LogSettings(), paths)
    host = PluginHost.load(PluginSettings(), extra=[("broken", Broken())], entry_points=[])
    host.observe(Notice(turn="t", epoch=1, code="c", text=SECRET))
    with pytest.raises(PluginFailed, match=SECRET) as raised:
        host.resolve_model(SECRET, "chat", None)
    logging.getLogger("myna.x").error("turn failed", exc_info=raised.value)
    text = written(paths)
    assert "plugin broken: myna_observe: ValueError\n" in text
    assert "myna.errors.PluginFailed\n" in text
    assert SECRET not in text


def test_a_log_that_cannot_be_written_disturbs_nobody(paths, capsys):
    paths.logs.write_text("a file in the way", encoding="utf-8")
    logs.configure(LogSettings(), paths)
    logging.getLogger("myna.x").warning("lost")
    assert capsys.readouterr() == ("", "")
    assert paths.logs.read_text(encoding="utf-8") == "a file in the way"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")
def test_a_full_disk_disturbs_nobody_and_is_tried_again(paths, capsys):
    logs.configure(LogSettings(), paths)
    log = logging.getLogger("myna.test")
    paths.logs.mkdir(parents=True)
    file = paths.logs / logs.FILE
    file.symlink_to("/dev/full")
    log.warning("lost")
    log.warning("lost too")
    file.unlink()
    log.warning("kept")
    assert written(paths).endswith("kept\n")
    assert "lost" not in written(paths)
    file.unlink()
    logs.configure(LogSettings(), paths)
    file.symlink_to("/dev/full")
    log.warning("lost")
    logs.release()
    assert capsys.readouterr().err == ""


def test_the_file_is_rotated(paths, monkeypatch):
    monkeypatch.setattr(logs, "FILE_BYTES", 500)
    logs.configure(LogSettings(), paths)
    for at in range(50):
        logging.getLogger("myna.x").warning("line %d %s", at, "x" * 50)
    names = sorted(file.name for file in paths.logs.iterdir())
    assert names == ["myna.log", *(f"myna.log.{at}" for at in range(1, logs.OLD_FILES + 1))]
    assert all((paths.logs / name).stat().st_size <= 500 for name in names)
