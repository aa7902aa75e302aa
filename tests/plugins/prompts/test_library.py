"""Finding templates by name, language and version, in the person's folder and in those of plugins."""

from __future__ import annotations

from pathlib import Path

import pytest

from myna.errors import BadPrompt, PromptMissing
from myna_prompts.library import Library, order


def write(
    folder: Path, name: str, *, file: str = "", version: str = "1.0", language: str = "en", more: str = ""
) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / (file or f"{name}.{language}.{version}.toml")
    text = f'name = "{name}"\nversion = "{version}"\nlanguage = "{language}"\ndescription = "{folder.name}"\n{more}'
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """The person's, and that of a plugin."""
    return tmp_path / "own", tmp_path / "plugin"


def library(folders: tuple[Path, Path], language: str = "en") -> Library:
    return Library([folders[1]], own=folders[0], language=language)


def test_a_name_gets_the_newest_version_in_the_persons_language(folders: tuple[Path, Path]) -> None:
    own, plugin = folders
    write(plugin, "sum", version="1.9")
    write(plugin, "sum", version="1.10")
    write(plugin, "sum", language="zh", version="1.2")
    write(own, "only", language="fr")

    def found(reference: str, language: str = "en") -> tuple[str, str]:
        template = library(folders, language).find(reference).template
        return template.language, template.version

    assert found("sum") == ("en", "1.10")
    assert found("sum", "zh") == ("zh", "1.2")
    assert found("sum", "de") == ("en", "1.10")
    assert found("only", "zh") == ("fr", "1.0")
    assert found("sum:zh") == ("zh", "1.2")
    assert found("sum@1.9") == ("en", "1.9")
    assert found("sum:en@1.9.0", "zh") == ("en", "1.9")
    assert library(folders).names() == ["only", "sum"]


def test_the_person_hides_a_plugin_and_the_hidden_one_is_told(folders: tuple[Path, Path]) -> None:
    own, plugin = folders
    hidden, shown = write(plugin, "sum"), write(own, "sum")
    found = library(folders)
    assert found.find("sum").path == shown
    assert [(entry.path, entry.source, entry.hidden_by) for entry in found.entries] == [
        (shown, "yours", None),
        (hidden, "plugin", shown),
    ]


@pytest.mark.parametrize(
    ("reference", "problem"),
    [
        ("smu", "there is no template called 'smu'; did you mean sum?"),
        ("sum@2.0", "the template sum has no version 2.0"),
        ("sum:zh", "the template sum is not there in the language zh"),
        ("", "names no template"),
        ("a:b:c", "names no template"),
        ("../../etc/passwd", "there is no template called"),
    ],
)
def test_what_is_not_there(folders: tuple[Path, Path], reference: str, problem: str) -> None:
    write(folders[0], "sum")
    with pytest.raises(PromptMissing, match=problem.replace("?", r"\?")):
        library(folders).find(reference)


def test_a_broken_file_is_told_and_the_others_work(folders: tuple[Path, Path]) -> None:
    own, plugin = folders
    write(plugin, "good")
    write(own, "broken", file="broken.toml", more="colour = 1")
    write(own, "late", file="late.toml", more='system = "{{ wrong }}"')
    found = library(folders)
    assert found.find("good").template.name == "good"
    with pytest.raises(BadPrompt, match="there is no entry colour"):
        found.find("broken")
    with pytest.raises(BadPrompt, match="there is no variable wrong"):
        found.find("late")


def test_a_path_is_a_template_too(folders: tuple[Path, Path]) -> None:
    path = write(folders[0], "sum")
    assert library(folders).find(str(path)).path == path
    with pytest.raises(BadPrompt, match="cannot be read"):
        library(folders).find(str(path.with_name("gone.toml")))


def test_a_changed_file_is_read_again(folders: tuple[Path, Path]) -> None:
    path = write(folders[0], "sum")
    before = library(folders).find("sum").sha256
    path.write_text(path.read_text(encoding="utf-8") + "# longer\n", encoding="utf-8")
    assert library(folders).find("sum").sha256 != before


def test_versions_sort_by_their_numbers() -> None:
    assert sorted(["1.10", "2", "1.9", "1.0.5", "1"], key=order) == ["1", "1.0.5", "1.9", "1.10", "2"]
    assert order("1") == order("1.0.0")
