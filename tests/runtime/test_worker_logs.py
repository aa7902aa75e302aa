import os
from pathlib import Path

import pytest

from myna.worker import logs
from myna.worker.logs import LogCapture, log_path


def captured(path: Path, *parts: bytes) -> LogCapture:
    """What a capture holds after a process wrote `parts` and ended."""
    capture = LogCapture(path)
    reading, writing = os.pipe()
    capture.follow(open(reading, "rb", buffering=0))  # noqa: PTH123, SIM115  the capture closes it
    for part in parts:
        os.write(writing, part)
    os.close(writing)
    capture.join(30)
    return capture


def test_output_is_in_the_file_and_its_last_lines_in_memory(tmp_path):
    path = tmp_path / "deep" / "worker-x.log"
    capture = captured(path, b"one\ntw", b"o\nthr", b"ee")
    assert path.read_bytes() == b"one\ntwo\nthree"
    assert capture.tail() == ["one", "two", "three"]
    assert capture.tail(2) == ["two", "three"]


def test_the_tail_is_bounded_and_one_endless_line_is_too(tmp_path):
    capture = captured(tmp_path / "x.log", *[b"line %d\n" % n for n in range(1000)])
    assert len(capture.tail()) <= 61
    assert capture.tail(1) == ["line 999"]
    capture = captured(tmp_path / "y.log", *[b"x" * 4096] * 50)
    assert len(capture.tail()[0]) <= 2000


def test_what_could_steer_a_terminal_is_not_in_the_tail(tmp_path):
    capture = captured(tmp_path / "x.log", b"\x1b[31mred\x1b[0m \x07bell\x9b2J\nok \xff\xfe 50%\r 100%\n")
    text = "\n".join(capture.tail())
    assert not any(ord(c) < 32 and c != "\n" for c in text)
    assert capture.tail()[-1] == "100%"
    assert "\x9b" not in text


def test_the_stacks_of_a_crash_do_not_bury_the_reason(tmp_path):
    capture = captured(
        tmp_path / "x.log",
        b"GGML_ASSERT(n < 5) failed\nFatal Python error: Aborted\n\nThread 0x1\n  File 'a'\nExtension modules: x\n",
    )
    assert capture.tail() == ["GGML_ASSERT(n < 5) failed"]


def test_a_large_log_is_rotated_while_it_is_written(tmp_path, monkeypatch):
    monkeypatch.setattr(logs, "LARGEST", 10_000)
    path = tmp_path / "x.log"
    for n in range(8):
        captured(path, b"%d" % n * 6000)
    assert path.stat().st_size <= 16_000
    assert path.with_name("x.log.1").stat().st_size <= 16_000
    assert b"7" in path.read_bytes()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["x.log", "x.log.1"]


def test_a_file_that_cannot_be_written_costs_only_the_file(tmp_path):
    (tmp_path / "file").write_text("in the way")
    capture = captured(tmp_path / "file" / "x.log", b"still heard\n")
    assert capture.tail() == ["still heard"]


@pytest.mark.parametrize("name", ["../../etc/passwd", "a/b", "模型", "x" * 500, ""])
def test_no_name_of_a_model_leaves_the_folder(tmp_path, name):
    path = log_path(tmp_path, name)
    assert path.parent == tmp_path
    assert len(path.name) < 120
