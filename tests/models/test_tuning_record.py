"""What was found counts as long as model and machine are the same; what the owner set always wins."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from fitted import install, keep, record
from myna.config import EngineSettings, Settings
from myna.engine.chosen import OPEN, engine_options
from myna.engine.llama.options import LlamaOptions
from myna.errors import BadConfig
from myna.paths import Paths
from myna_models.installed import Store
from myna_models.resolve import resolve
from myna_models.tuning.health import check_optimized
from myna_models.tuning.record import RECORD, forget, load, machine, work_folder
from myna_models.tuning.state import state


def resolved_file(paths: Paths) -> str:
    return Path(resolve("tiny", "chat", Settings(), paths).files["model"]).name


def test_the_answer_path_takes_what_was_found(paths: Paths) -> None:
    model = install(paths)
    plain = resolve("tiny", "chat", Settings(), paths)
    assert plain.tuned == {}
    keep(paths, record(model), file=Path(plain.files["model"]))
    best = resolve("tiny", "chat", Settings(), paths)
    assert Path(best.files["model"]).name == "model.Q8_0.gguf"
    assert best.tuned == {"ubatch": 256}
    assert best.sha256 == load(Store(paths.models), "tiny").sha256  # type: ignore[union-attr]
    assert state(model, Store(paths.models)).setup == "Q8_0"


def test_settings_alone_leave_the_file(paths: Paths) -> None:
    keep(paths, record(install(paths)))
    best = resolve("tiny", "chat", Settings(), paths)
    assert (Path(best.files["model"]).name, best.tuned) == ("tiny.gguf", {"ubatch": 256})


def test_a_model_that_was_fetched_anew_runs_as_it_is(paths: Paths) -> None:
    keep(paths, record(install(paths)), file=paths.models / "tiny" / "tiny.gguf")
    model = install(paths, seed=2)
    assert resolved_file(paths) == "tiny.gguf"
    assert state(model, Store(paths.models)).why == "the model was fetched anew"


def test_another_machine_makes_it_stale(paths: Paths) -> None:
    model = install(paths)
    keep(paths, record(model, machine=machine() + "0"), file=paths.models / "tiny" / "tiny.gguf")
    assert resolved_file(paths) == "tiny.gguf"
    assert state(model, Store(paths.models)).why == "this machine has another processor or other cores"


@pytest.mark.parametrize("harm", ["truncate", "delete"])
def test_a_damaged_file_is_not_used(paths: Paths, harm: str) -> None:
    model = install(paths)
    file = keep(paths, record(model), file=paths.models / "tiny" / "tiny.gguf") / "model.Q8_0.gguf"
    if harm == "truncate":
        file.write_bytes(file.read_bytes()[:-1])
    else:
        file.unlink()
    assert resolved_file(paths) == "tiny.gguf"
    assert state(model, Store(paths.models)).state == "stale"


def test_a_record_that_cannot_be_read_is_said_and_not_used(paths: Paths) -> None:
    model = install(paths)
    store = Store(paths.models)
    place = keep(paths, record(model), file=paths.models / "tiny" / "tiny.gguf")
    (place / RECORD).write_bytes(b"\xff\xfe")
    assert resolved_file(paths) == "tiny.gguf"
    with pytest.raises(BadConfig):
        load(store, "tiny")
    assert state(model, store).state == "stale"
    assert forget(store, "tiny") > 0
    assert state(model, store).state == "never"


def test_removing_the_model_removes_what_was_made_of_it(paths: Paths) -> None:
    model = install(paths)
    store = Store(paths.models)
    place = keep(paths, record(model), file=paths.models / "tiny" / "tiny.gguf")
    work = work_folder(store, "tiny")
    work.mkdir(parents=True)
    (work / "journal.jsonl").write_bytes(b"")
    assert store.remove("tiny") > 2 * model.size - 1
    assert not place.exists()
    assert not work.exists()


def test_doctor_offers_what_is_open(paths: Paths) -> None:
    store = Store(paths.models)
    model = install(paths)
    install(paths, "talker", task="synthesize", format=".onnx")
    assert [(one.level, one.mend) for one in check_optimized(store)] == [("note", "myna models optimize tiny")]
    keep(paths, record(model))
    assert [(one.level, one.mend) for one in check_optimized(store)] == [("ok", "")]
    install(paths, seed=2)
    (stale,) = check_optimized(store)
    assert (stale.level, stale.mend) == ("note", "myna models optimize tiny")
    assert "fetched anew" in stale.text


def test_what_the_owner_set_wins() -> None:
    tuned = {"threads": 3, "batch": 1024, "ubatch": 256, "kv_type": "q8_0", "flash_attention": "on", "context": 5}
    own = EngineSettings(threads=2, kv_type="f16")
    options = engine_options(own, tuned)
    assert (options["threads"], options["kv_type"]) == (2, "f16")
    assert (options["batch"], options["ubatch"], options["flash_attention"]) == (1024, 256, "on")
    assert options["context"] == EngineSettings().context


def test_what_nobody_chose_is_left_to_the_engine() -> None:
    options = engine_options(EngineSettings(), {})
    assert not set(OPEN) & set(options)
    # What remains is understood by the engine.
    assert msgspec.convert(options, LlamaOptions).batch == 512


@pytest.mark.parametrize("key", OPEN)
def test_every_open_setting_is_one(key: str) -> None:
    assert getattr(EngineSettings(), key) == OPEN[key]


def test_nothing_is_kept_of_models_that_have_nothing(paths: Paths) -> None:
    assert forget(Store(paths.models), "nobody") == 0
