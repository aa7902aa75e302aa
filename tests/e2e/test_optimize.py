"""`models optimize` on the real model: killed in the middle, gone on with, and used by the answer that follows."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from pathlib import Path

import msgspec
import psutil
import pytest

from myna.engine.gguf import read_header
from myna_models.installed import Store, sha256_of
from myna_models.tuning.record import RECORD, Optimized, folder, work_folder

MODEL = "smollm2-135m-instruct"


def lines(journal: Path) -> int:
    return len(journal.read_bytes().splitlines()) if journal.is_file() else 0


def wait_for(journal: Path, count: int, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 400
    while lines(journal) < count:
        assert process.poll() is None, process.stderr.read() if process.stderr else ""
        assert time.monotonic() < end
        time.sleep(0.05)


# At low priority, beside other programs, it takes many times as long as alone.
@pytest.mark.timeout(900)
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there is no SIGKILL here")
def test_a_search_survives_being_killed_and_the_answer_uses_what_it_found(myna) -> None:
    store = Store(myna.home / "models")
    model = store.get(MODEL)
    assert model is not None
    main = model.files[0]
    original = store.path(MODEL, main)
    journal = work_folder(store, MODEL) / "journal.jsonl"
    # With little time, Q8_0 is tried, and the rest left out.
    command = ("models", "optimize", MODEL, "--time", "0.1", "--json")
    with myna.start(*command) as process:
        wait_for(journal, 3, process)
        children = psutil.Process(process.pid).children(recursive=True)
        process.kill()
        process.communicate()
    assert children
    gone, alive = psutil.wait_procs(children, timeout=30)
    assert not alive
    assert len(gone) == len(children)
    assert not (folder(store, MODEL) / RECORD).exists()
    before = journal.read_bytes()
    ended = myna(*command, timeout=700)
    assert ended.status == 0, ended.err
    found = json.loads(ended.out)
    assert found["untried"]
    # What the first run measured was not measured again.
    assert journal.read_bytes().startswith(before[: before.rindex(b"\n") + 1])
    record = msgspec.toml.decode((folder(store, MODEL) / RECORD).read_bytes(), type=Optimized)
    names = [one.name for one in record.figures]
    assert names[:2] == ["original", "Q8_0"]
    # Where it is slower at the first look, nobody asks for its quality.
    assert record.figures[1].quality or record.figures[1].outcome == "slower"
    for quality in record.figures[1].quality.values():
        assert abs(quality.change) < 0.02
        assert quality.agreement > 0.9
    assert sha256_of(original) == main.sha256
    assert not list(journal.parent.glob("*.gguf"))
    if record.file is not None:
        made = folder(store, MODEL) / record.file
        assert sha256_of(made) == record.sha256
        assert {tensor.type for tensor in read_header(made).tensors} == {"F32", "Q8_0"}
    answer = json.loads(myna("ask", "What is the capital of France?", "--temperature", "0", "--json").out)
    assert "Paris" in answer["text"]
