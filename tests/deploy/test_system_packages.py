"""System packages are known by what they bring, and never asked for when it is there."""

import subprocess

import pytest

import system


def test_only_what_its_probe_does_not_find_is_missing():
    text = "# a comment\n\na  program:x needed\nb  module:y needed # why\nc  program:z needed\nd program:z tests\n"
    assert system.missing(text, {"needed"}, lambda probe: probe == "module:y") == ["a", "c"]


def test_probes():
    assert system.there("module:json")
    assert not system.there("library:no-such-library-anywhere")
    assert not system.there("module:no_such_module_anywhere")
    assert not system.there("program:no-such-program-anywhere")
    assert not system.there("font:no-such-font-anywhere.ttf")


def test_a_font_is_found_in_the_folders_below(tmp_path, monkeypatch):
    monkeypatch.setattr(system, "FONTS", (str(tmp_path),))
    (tmp_path / "truetype" / "some").mkdir(parents=True)
    (tmp_path / "truetype" / "some" / "Some.ttf").touch()
    assert system.there("font:Some.ttf")
    assert not system.there("font:Other.ttf")


def test_the_compiler_may_be_named_by_the_environment(monkeypatch):
    monkeypatch.setenv("CXX", "no-such-compiler-anywhere -m64")
    assert not system.there("program:c++")


def test_the_shipped_list_can_be_read():
    text = system.LIST.read_text(encoding="utf-8")
    assert "g++" in system.missing(text, {"needed"}, lambda probe: False)
    assert "libportaudio2" in system.missing(text, {"wanted"}, lambda probe: False)
    assert len(system.missing(text, {"needed", "wanted", "tests"}, lambda probe: False)) == sum(
        not line.startswith("#") for line in text.splitlines()
    )


@pytest.fixture
def nothing_there(monkeypatch):
    monkeypatch.setattr(system, "missing", lambda text, purposes: ["g++"] if "needed" in purposes else ["sox"])
    monkeypatch.setattr(system.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(system.os, "geteuid", lambda: 0, raising=False)


def test_without_root_the_command_is_named(nothing_there, monkeypatch):
    monkeypatch.setattr(system.os, "geteuid", lambda: 1000, raising=False)
    with pytest.raises(system.SetupError, match=r"sudo apt-get install --yes --no-install-recommends g\+\+ sox"):
        system.ensure_packages(tests=False)


def test_as_root_old_package_lists_are_renewed_once(nothing_there, monkeypatch):
    ran = []

    def run(command, **options):
        ran.append(command[1])
        return subprocess.CompletedProcess(command, 0 if ran.count("install") == 2 else 100)

    monkeypatch.setattr(system.subprocess, "run", run)
    system.ensure_packages(tests=False)
    assert ran == ["install", "update", "install"]


def test_as_root_a_package_that_cannot_be_installed_is_an_error(nothing_there, monkeypatch):
    monkeypatch.setattr(system.subprocess, "run", lambda command, **options: subprocess.CompletedProcess(command, 100))
    with pytest.raises(system.SetupError, match=r"could not install g\+\+, sox"):
        system.ensure_packages(tests=False)


def test_without_root_what_is_only_wanted_stops_nothing(nothing_there, monkeypatch, capsys):
    monkeypatch.setattr(system.os, "geteuid", lambda: 1000, raising=False)
    monkeypatch.setattr(system, "missing", lambda text, purposes: ["sox"] if "wanted" in purposes else [])
    system.ensure_packages(tests=False)
    assert "sudo apt-get install --yes --no-install-recommends sox" in capsys.readouterr().out


def test_what_the_tests_need_is_installed_for_the_tests_alone(monkeypatch):
    asked = []
    monkeypatch.setattr(system, "missing", lambda text, purposes: asked.append(set(purposes)) or [])
    system.ensure_packages(tests=False)
    system.ensure_packages(tests=True)
    assert asked == [{"needed"}, {"wanted"}, {"needed"}, {"wanted", "tests"}]
