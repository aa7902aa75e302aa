from __future__ import annotations

import errno
import hashlib
import io
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from myna.config import ModelSettings
from myna.errors import BadModelFile, BadTemplate, Cancelled, DiskFull, HashMismatch, ModelMissing, SourceUnavailable
from myna.hookspecs import ModelSource
from myna.paths import Paths
from myna_models.fetch import Progress
from myna_models.installed import Store
from myna_models.manifest import Manifest, load_manifest
from myna_models.pull import Puller
from myna_models.sources.offers import built_in

Text = Callable[..., str]
Make = Callable[..., Path]


def sources() -> dict[str, ModelSource]:
    return {source.scheme: source for source in built_in(ModelSettings())}


@pytest.fixture
def manifest(tmp_path: Path, manifest_text: Text) -> Callable[..., Manifest]:
    def make(*wanted: str, name: str = "tiny", **options: Any) -> Manifest:
        path = tmp_path / "catalog" / f"{name}.toml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(manifest_text(*wanted, name=name, **options))
        return load_manifest(path)

    return make


def sha(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def leftovers(paths: Paths) -> list[str]:
    """What lies in the store besides models, pins and locks."""
    staging = paths.models / ".staging"
    return [entry.name for entry in staging.iterdir() if entry.suffix != ".lock"] if staging.exists() else []


def test_a_pulled_model_is_whole_pinned_and_checked(paths: Paths, manifest: Any, make_gguf: Make) -> None:
    file = make_gguf()
    seen: list[Progress] = []
    record = Puller(paths, sources(), seen.append).pull(manifest(f"file:{file}", sha256=sha(file)))
    store = Store(paths.models)
    assert store.get("tiny") == record == store.pinned("tiny")
    assert record.files[0].sha256 == sha(file)
    assert [check.result for check in store.check("tiny")] == ["ok"]
    assert list(dict.fromkeys(progress.stage for progress in seen)) == ["download", "verify", "admit"]
    assert leftovers(paths) == []
    assert not (paths.cache / "downloads" / "tiny").exists()


def test_pulling_again_fetches_nothing(paths: Paths, manifest: Any, make_gguf: Make) -> None:
    wanted = manifest(f"file:{make_gguf()}")
    first = Puller(paths, sources()).pull(wanted)
    assert Puller(paths, {}).pull(wanted) == first


def test_a_damaged_model_is_pulled_anew(paths: Paths, manifest: Any, make_gguf: Make) -> None:
    wanted = manifest(f"file:{make_gguf()}")
    record = Puller(paths, sources()).pull(wanted)
    path = Store(paths.models).path("tiny", record.files[0])
    path.write_bytes(path.read_bytes()[:-1])
    Puller(paths, sources()).pull(wanted)
    assert [check.result for check in Store(paths.models).check("tiny")] == ["ok"]


def test_a_wrong_hash_leaves_nothing_behind(paths: Paths, manifest: Any, make_gguf: Make) -> None:
    wanted = manifest(f"file:{make_gguf()}", sha256="0" * 64)
    with pytest.raises(HashMismatch) as caught:
        Puller(paths, sources()).pull(wanted)
    assert "\n" not in str(caught.value)
    assert Store(paths.models).names() == []
    assert leftovers(paths) == []


def test_a_wrong_size_is_refused(paths: Paths, manifest: Any, make_gguf: Make) -> None:
    with pytest.raises(HashMismatch, match="bytes"):
        Puller(paths, sources()).pull(manifest(f"file:{make_gguf()}", size=17))


def test_what_changed_since_it_was_pinned_is_refused_until_asked_for(
    paths: Paths, manifest: Any, make_gguf: Make
) -> None:
    file = make_gguf()
    wanted = manifest(f"file:{file}")
    puller = Puller(paths, sources())
    puller.pull(wanted)
    Store(paths.models).remove("tiny")
    make_gguf(extra__key=1)
    with pytest.raises(HashMismatch) as caught:
        puller.pull(wanted)
    assert "--update" in caught.value.hint
    assert puller.pull(wanted, update=True).files[0].sha256 == sha(file)


def test_forgetting_forgets_the_pins(paths: Paths, manifest: Any, make_gguf: Make) -> None:
    wanted = manifest(f"file:{make_gguf()}")
    Puller(paths, sources()).pull(wanted)
    Store(paths.models).remove("tiny", forget=True)
    file = make_gguf(extra__key=1)
    assert Puller(paths, sources()).pull(wanted).files[0].sha256 == sha(file)


@pytest.mark.parametrize(
    ("template", "error"),
    [
        ("{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}", BadTemplate),
        ("{{ ''.__class__.__mro__[1].__subclasses__() }}", BadTemplate),
        ("{% for message in messages %}", BadTemplate),
    ],
    ids=["endless loop", "attribute escape", "syntax"],
)
def test_a_hostile_template_is_not_installed(
    paths: Paths, manifest: Any, make_gguf: Make, template: str, error: type[Exception]
) -> None:
    with pytest.raises(error) as caught:
        Puller(paths, sources()).pull(manifest(f"file:{make_gguf(template=template)}"))
    assert "\n" not in str(caught.value)
    assert Store(paths.models).names() == []


def test_a_text_file_is_not_installed(paths: Paths, manifest: Any, tmp_path: Path) -> None:
    (tmp_path / "note.gguf").write_text("just a note, and not a model at all")
    with pytest.raises(BadModelFile, match="text file"):
        Puller(paths, sources()).pull(manifest(f"file:{tmp_path / 'note.gguf'}"))
    assert Store(paths.models).names() == []


def test_several_sources_are_tried_in_order(paths: Paths, manifest: Any, make_gguf: Make, tmp_path: Path) -> None:
    file = make_gguf()
    wanted = manifest(f"file:{tmp_path / 'none'}", f"file:{file}")
    assert wanted.files[0].sources[1] == f"file:{file}"
    record = Puller(paths, sources()).pull(wanted)
    assert record.files[0].parts[0].source == f"file:{file}"


def test_when_every_source_fails_each_is_named(paths: Paths, manifest: Any, tmp_path: Path) -> None:
    wanted = manifest(f"file:{tmp_path / 'none'}", "gopher:somewhere")
    with pytest.raises(SourceUnavailable) as caught:
        Puller(paths, sources()).pull(wanted)
    assert "none cannot be read" in str(caught.value)
    assert "no plugin offers the source gopher:" in str(caught.value)


def test_a_file_joined_from_parts(paths: Paths, tmp_path: Path, make_gguf: Make) -> None:
    file = make_gguf()
    content = file.read_bytes()
    (tmp_path / "one").write_bytes(content[:1000])
    (tmp_path / "two").write_bytes(content[1000:])
    path = tmp_path / "joined.toml"
    path.write_text(
        f"""
        id = "joined"
        name = "Joined"
        task = "chat"
        format = ".gguf"
        licence = {{ id = "MIT" }}
        [[files]]
        role = "model"
        name = "joined.gguf"
        sha256 = "{sha(file)}"
        parts = [{{ sources = ["file:one"] }}, {{ sources = ["file:two"], size = {len(content) - 1000} }}]
        """
    )
    record = Puller(paths, sources()).pull(load_manifest(path))
    assert Store(paths.models).path("joined", record.files[0]).read_bytes() == content
    assert len(record.files[0].parts) == 2


@pytest.mark.parametrize("kind", ["zip", "tar"])
def test_a_file_inside_an_archive(paths: Paths, tmp_path: Path, make_gguf: Make, kind: str) -> None:
    file = make_gguf()
    archive = tmp_path / f"bundle.{kind}"
    if kind == "zip":
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as bundle:
            bundle.write(file, "inner/tiny.gguf")
            bundle.writestr("inner/facts.json", '{"a": 1}')
    else:
        with tarfile.open(archive, "w:gz") as tar:
            tar.add(file, "inner/tiny.gguf")
            info = tarfile.TarInfo("inner/facts.json")
            info.size = 8
            tar.addfile(info, io.BytesIO(b'{"a": 1}'))
    path = tmp_path / "packed.toml"
    path.write_text(
        f"""
        id = "packed"
        name = "Packed"
        task = "chat"
        format = ".gguf"
        licence = {{ id = "MIT" }}
        [[files]]
        role = "model"
        name = "tiny.gguf"
        sources = ["file:{archive.name}"]
        member = "inner/tiny.gguf"
        [[files]]
        role = "facts"
        name = "facts.json"
        sources = ["file:{archive.name}"]
        member = "inner/facts.json"
        """
    )
    record = Puller(paths, sources()).pull(load_manifest(path))
    assert record.files[0].sha256 == sha(file)
    assert record.files[1].size == 8


def test_cancelling_keeps_what_was_fetched_and_the_next_pull_goes_on(
    paths: Paths, manifest: Any, tmp_path: Path, make_gguf: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("myna_models.sources.local._CHUNK", 4096)
    file = make_gguf()
    wanted = manifest(f"file:{file}", sha256=sha(file))

    def stop(progress: Progress) -> None:
        if progress.done >= 8192:
            raise Cancelled("stopped")

    with pytest.raises(Cancelled):
        Puller(paths, sources(), stop).pull(wanted)
    partial = list((paths.cache / "downloads" / "tiny").iterdir())
    assert [entry.stat().st_size for entry in partial] == [8192]
    assert leftovers(paths) == []
    seen: list[Progress] = []
    Puller(paths, sources(), seen.append).pull(wanted)
    assert seen[0].done == 8192


class Usage(NamedTuple):
    total: int
    used: int
    free: int


def test_a_pull_that_cannot_fit_is_refused_before_it_starts(
    paths: Paths, manifest: Any, make_gguf: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**9, 10**9 - 70_000_000, 70_000_000))
    seen: list[Progress] = []
    with pytest.raises(DiskFull, match=r"tiny needs 5.0 GB, and .* has 70.0 MB free"):
        Puller(paths, sources(), seen.append).pull(manifest(f"file:{make_gguf()}", size=5_000_000_000))
    assert seen == []


class FullDisk:
    """A source that finds the disk full after some bytes."""

    scheme = "file"

    def fetch(self, location: str, target: str, progress: Callable[[int, int], None]) -> str:
        Path(target).write_bytes(b"some")
        progress(4, 8)
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_disk_that_fills_up_is_one_clear_error(paths: Paths, manifest: Any) -> None:
    full: Mapping[str, ModelSource] = {"file": FullDisk()}
    with pytest.raises(DiskFull, match="no space left while tiny was written"):
        Puller(paths, full).pull(manifest("file:x"))
    assert leftovers(paths) == []


PULL = """
import sys
from pathlib import Path
from myna.config import ModelSettings
from myna.paths import Paths
from myna_models.manifest import load_manifest
from myna_models.pull import Puller
from myna_models.sources.offers import built_in

stages = []
report = lambda progress: stages.append(progress.stage)
sources = {source.scheme: source for source in built_in(ModelSettings())}
print("started", flush=True)
sys.stdin.readline()
record = Puller(Paths.find(), sources, report).pull(load_manifest(Path(sys.argv[1])))
print(record.files[0].sha256, "download" in stages)
"""


def test_two_processes_pulling_one_model_share_the_work(
    paths: Paths, manifest: Any, make_gguf: Make, tmp_path: Path
) -> None:
    file = make_gguf()
    manifest(f"file:{file}")
    command = [sys.executable, "-c", PULL, str(tmp_path / "catalog" / "tiny.toml")]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, **pipes) as one, subprocess.Popen(command, **pipes) as two:
        for child in (one, two):
            assert child.stdout.readline() == "started\n"
        for child in (one, two):
            child.stdin.write("go\n")
            child.stdin.flush()
        answers = [child.communicate(timeout=60)[0].split() for child in (one, two)]
    assert [answer[0] for answer in answers] == [sha(file)] * 2
    assert sorted(answer[1] for answer in answers) == ["False", "True"]


HOLD = """
import sys
from pathlib import Path
from myna.locking import hold
with hold(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_lock_of_a_dead_process_blocks_nobody(paths: Paths, manifest: Any, make_gguf: Make) -> None:
    lock = paths.models / ".staging" / "tiny.lock"
    wanted = manifest(f"file:{make_gguf()}")

    class Waited(Exception):
        pass

    def give_up(progress: Progress) -> None:
        if progress.stage == "waiting":
            raise Waited

    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(lock)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(Waited):
            Puller(paths, sources(), give_up).pull(wanted)
        holder.kill()
    assert Puller(paths, sources(), give_up).pull(wanted).id == "tiny"


def test_removing_frees_the_space(paths: Paths, manifest: Any, make_gguf: Make) -> None:
    file = make_gguf()
    Puller(paths, sources()).pull(manifest(f"file:{file}"))
    store = Store(paths.models)
    assert store.remove("tiny") > file.stat().st_size
    assert store.names() == []
    assert leftovers(paths) == []
    with pytest.raises(ModelMissing):
        store.remove("tiny")


@pytest.mark.parametrize("name", ["", ".", "..", ".staging", "../models/tiny", "a/b"])
def test_only_models_can_be_removed(paths: Paths, manifest: Any, make_gguf: Make, name: str) -> None:
    Puller(paths, sources()).pull(manifest(f"file:{make_gguf()}"))
    with pytest.raises(ModelMissing):
        Store(paths.models).remove(name)
    assert Store(paths.models).names() == ["tiny"]


def test_checking_finds_each_kind_of_damage(paths: Paths, manifest: Any, make_gguf: Make) -> None:
    record = Puller(paths, sources()).pull(manifest(f"file:{make_gguf()}"))
    store = Store(paths.models)
    path = store.path("tiny", record.files[0])
    content = path.read_bytes()
    path.write_bytes(content[:-1] + b"x")
    assert [check.result for check in store.check("tiny")] == ["wrong hash"]
    path.write_bytes(content[:-1])
    assert [check.result for check in store.check("tiny")] == ["wrong size"]
    path.unlink()
    assert [check.result for check in store.check("tiny")] == ["missing"]


def test_a_pull_stopped_at_its_second_file_does_not_fetch_the_first_again(
    paths: Paths, tmp_path: Path, make_gguf: Make
) -> None:
    make_gguf("one.gguf")
    make_gguf("mmproj-two.gguf")
    path = tmp_path / "pair.toml"
    path.write_text(
        """
        id = "pair"
        name = "Pair"
        task = "chat"
        format = ".gguf"
        licence = { id = "MIT" }
        [[files]]
        role = "model"
        name = "one.gguf"
        sources = ["file:one.gguf"]
        [[files]]
        role = "projector"
        name = "two.gguf"
        sources = ["file:mmproj-two.gguf"]
        """
    )

    def stop(progress: Progress) -> None:
        if progress.file == "two.gguf":
            raise Cancelled("stopped")

    with pytest.raises(Cancelled):
        Puller(paths, sources(), stop).pull(load_manifest(path))
    (tmp_path / "one.gguf").unlink()
    assert [file.name for file in Puller(paths, sources()).pull(load_manifest(path)).files] == ["one.gguf", "two.gguf"]


def test_a_bad_archive_is_fetched_again_the_next_time(paths: Paths, tmp_path: Path, make_gguf: Make) -> None:
    file = make_gguf()
    archive = tmp_path / "bundle.zip"
    with zipfile.ZipFile(archive, "w") as bundle:
        bundle.writestr("tiny.gguf", b"a text, and no model at all")
    path = tmp_path / "packed.toml"
    path.write_text(
        """
        id = "packed"
        name = "Packed"
        task = "chat"
        format = ".gguf"
        licence = { id = "MIT" }
        [[files]]
        role = "model"
        name = "tiny.gguf"
        sources = ["file:bundle.zip"]
        member = "tiny.gguf"
        """
    )
    with pytest.raises(BadModelFile):
        Puller(paths, sources()).pull(load_manifest(path))
    with zipfile.ZipFile(archive, "w") as bundle:
        bundle.write(file, "tiny.gguf")
    assert Puller(paths, sources()).pull(load_manifest(path)).files[0].sha256 == sha(file)


def test_two_files_may_come_from_one_source(paths: Paths, tmp_path: Path, make_gguf: Make) -> None:
    make_gguf()
    path = tmp_path / "twice.toml"
    path.write_text(
        """
        id = "twice"
        name = "Twice"
        task = "chat"
        format = ".gguf"
        licence = { id = "MIT" }
        [[files]]
        role = "model"
        name = "a.gguf"
        sources = ["file:tiny.gguf"]
        [[files]]
        role = "other"
        name = "b.gguf"
        sources = ["file:tiny.gguf"]
        """
    )
    sizes = {file.size for file in Puller(paths, sources()).pull(load_manifest(path)).files}
    assert sizes == {(tmp_path / "tiny.gguf").stat().st_size}
