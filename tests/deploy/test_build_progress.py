"""The live line of the set-up, fed with what pip, ninja and make print."""

import io
import sys

import pytest

from progress import LiveLine, duration, fraction, phase, reason, watch


class Clock:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(
    ("line", "share"),
    [
        ("  [79/193] /usr/bin/g++ -O3 -c x.cpp", 79 / 193),
        ("  [ 20%] Building CXX object src/llama.cpp.o", 0.2),
        ("  [100%] Built target llama", 1.0),
        ("  [0/0] nothing", 0.0),
        ("  [notice] A new release of pip is available", None),
        ("  note: [1/2] is not at the start", None),
        ("", None),
    ],
)
def test_how_far_a_compilation_is(line, share):
    assert fraction(line) == share


def test_phases_of_pip():
    assert phase("  Downloading llama_cpp_python-0.3.36.tar.gz (76.6 MB)") == "downloading"
    assert phase("  Building wheel for llama-cpp-python (pyproject.toml): started") == "building"
    assert phase("Installing collected packages: numpy, llama-cpp-python") == "installing"
    assert phase("  Installing collected packages: scikit-build-core") is None
    assert phase("  -- Configuring done") is None


@pytest.mark.parametrize(("seconds", "text"), [(0, "0s"), (59.9, "59s"), (80, "1m20s"), (3600, "60m00s")])
def test_durations(seconds, text):
    assert duration(seconds) == text


def test_text_of_the_line():
    clock = Clock()
    line = LiveLine("llama.cpp", io.StringIO(), clock=clock)
    clock.now = 80
    line.feed("  [79/193] g++")
    assert line.text() == "compiling llama.cpp   41 %  1m20s"


def test_progress_never_goes_back():
    line = LiveLine("llama.cpp", io.StringIO(), clock=Clock())
    line.feed("[150/193] g++")
    line.feed("[2/3] of a part of it")
    assert "78 %" in line.text()


def test_what_a_build_fetches_for_itself_does_not_turn_it_back():
    out = io.StringIO()
    line = LiveLine("llama.cpp", out, clock=Clock())
    for text in ("Downloading a", "Building wheel for a", "Downloading cmake", "[1/2] g++", "Downloading b"):
        line.feed(text)
    assert [text.split()[0] for text in out.getvalue().splitlines()] == ["downloading", "building", "compiling"]


def test_without_a_terminal_few_lines_are_printed():
    clock = Clock()
    out = io.StringIO()
    line = LiveLine("llama.cpp", out, every_s=30, clock=clock)
    for step in range(1, 194):
        clock.now = float(step)
        line.feed(f"[{step}/193] g++")
    line.finish("compiled")
    assert "\r" not in out.getvalue()
    assert len(out.getvalue().splitlines()) == 1 + 192 // 30 + 1
    assert out.getvalue().endswith("compiled llama.cpp in 3m13s\n")


def test_a_terminal_shows_one_line_that_is_redrawn():
    clock = Clock()
    out = Terminal()
    line = LiveLine("llama.cpp", out, clock=clock)
    for step in range(1, 100):
        clock.now = step / 10
        line.feed(f"[{step}/193] g++")
    line.finish("compiled")
    assert out.getvalue().count("\n") == 1
    assert out.getvalue().startswith("\r")


def test_a_command_is_watched_to_its_end(tmp_path):
    log = tmp_path / "log"
    line = LiveLine("it", io.StringIO())
    program = "print('[1/2] a'); print('x.cpp:1: fatal error: no such file'); print('bye'); raise SystemExit(3)"
    assert watch([sys.executable, "-c", program], {}, line, log) == 3
    assert log.read_text().splitlines()[0] == "[1/2] a"
    assert "50 %" in line.text()
    assert reason(log) == "x.cpp:1: fatal error: no such file"


def test_the_reason_of_a_failure_without_an_error_is_its_end(tmp_path):
    log = tmp_path / "log"
    log.write_text("".join(f"line {number}\n" for number in range(50)))
    assert reason(log).splitlines() == [f"line {number}" for number in range(38, 50)]
