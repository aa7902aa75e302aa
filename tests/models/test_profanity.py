"""The classifier that travels inside `myna_models` itself, `profanity-en`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from myna.config import ModelSettings, Settings
from myna.paths import Paths
from myna_models import admission
from myna_models.catalog import SHIPPED, Catalog
from myna_models.manifest import Manifest
from myna_models.onnx_header import read_onnx
from myna_models.pull import Puller
from myna_models.resolve import resolve
from myna_models.sources.local import LocalSource
from myna_models.sources.offers import built_in

TOP = Path(__file__).parents[2]
FILE = SHIPPED.with_name("shipped") / "profanity-en.onnx"
NOTICE = "Copyright (c) 2018 Victor Zhou, 2021 Menelaos Kotoglou, and Dimitrios Mistriotis"


@pytest.fixture
def manifest() -> Manifest:
    found = Catalog([SHIPPED]).get("profanity-en")
    assert found is not None
    return found


def test_a_clean_home_gets_it_with_no_source_but_the_package(paths: Paths, manifest: Manifest) -> None:
    record = Puller(paths, {"file": LocalSource()}).pull(manifest)
    found = resolve("profanity-en", "classify", Settings(), paths)
    assert Path(found.files["model"]).read_bytes() == FILE.read_bytes()
    assert (found.format, found.sha256) == (".onnx", manifest.files[0].sha256) == (".onnx", record.files[0].sha256)


def test_it_can_be_pulled_while_the_network_is_forbidden(paths: Paths, manifest: Manifest) -> None:
    sources = {source.scheme: source for source in built_in(ModelSettings(offline=True))}
    assert Puller(paths, sources).pull(manifest).size == manifest.size


def test_its_header_says_what_goes_in_and_comes_out() -> None:
    header = read_onnx(FILE)
    assert (header.inputs, header.outputs) == (("text",), ("probability",))
    # Operators of other domains would need libraries besides ONNX Runtime.
    assert header.opsets == {"": 17, "com.microsoft": 1}
    assert header.external == ()
    assert admission.admit([FILE])[0].kind == "onnx"


def test_the_notice_of_its_authors_goes_along() -> None:
    notice = FILE.with_suffix(".LICENSE").read_text(encoding="utf-8")
    assert NOTICE in notice
    assert notice.encode() in FILE.read_bytes()


PULL = """
import json
from pathlib import Path
import myna_models
from myna.paths import Paths
from myna_models.catalog import SHIPPED, Catalog
from myna_models.pull import Puller
from myna_models.sources.local import LocalSource

record = Puller(Paths.find(), {"file": LocalSource()}).pull(Catalog([SHIPPED]).get("profanity-en"))
print(json.dumps([str(Path(myna_models.__file__).parents[1]), record.files[0].sha256]))
"""


def test_it_travels_in_the_wheel(paths: Paths, manifest: Manifest, tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=TOP, check=True, capture_output=True)
    site = tmp_path / "site"
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        wheel.extractall(site)
    assert (site / "myna_models" / "shipped" / "profanity-en.LICENSE").is_file()
    environment = os.environ | {"PYTHONPATH": str(site)}
    child = subprocess.run([sys.executable, "-P", "-c", PULL], env=environment, check=True, capture_output=True)
    assert json.loads(child.stdout) == [str(site), manifest.files[0].sha256]


def test_it_tells_rude_texts_from_clean_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORT_DISABLE_TELEMETRY", "1")
    onnxruntime = pytest.importorskip("onnxruntime")
    import numpy as np

    rude = ["You are a stupid idiot.", "SHUT UP, YOU MORON!", "You suc\u212a.", "This is crap."]
    clean = [
        "",
        "Thank you for the tea.",
        "It's 10:45, isn't it?",
        "Scunthorpe is a town.",
        "今天天气很好。",
        "well " * 9_999,
    ]
    session = onnxruntime.InferenceSession(FILE, providers=["CPUExecutionProvider"])
    (found,) = session.run(["probability"], {"text": np.array(rude + clean, dtype=object)})
    assert found.shape == (10,)
    assert found.dtype == np.float32
    assert found[:4].min() > 0.95
    assert found[4:].max() < 0.1
