"""A server of Myna as the remote of another: what a person sees at the command line."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from conftest import Myna

TABLES = """
[[remote.models]]
name = "cluster"
base_url = "http://127.0.0.1:{port}/v1"
model = "smollm2-135m-instruct"
server = "myna"
key_file = "{key}"

[[remote.routes]]
name = "auto"

[[remote.routes.rules]]
name = "json"
schema = true
models = ["cluster"]
"""
SCHEMA = {"type": "object", "properties": {"city": {"type": "string", "maxLength": 20}}, "required": ["city"]}
QUESTION = "What is the capital of France?"


def port_of(process: subprocess.Popen[bytes]) -> int:
    assert process.stdout is not None
    printed = b""
    while not printed.rstrip().endswith(b"]"):
        line = process.stdout.readline()
        assert line
        printed += line
    port: int = json.loads(printed)[0]["port"]
    return port


def test_another_server_answers_and_this_machine_when_that_is_gone(
    install: Callable[..., Path], tmp_path: Path
) -> None:
    far = Myna(install("smollm2-135m-instruct"))
    near = Myna(tmp_path / "near")
    shutil.copytree(far.home / "models", near.home / "models")
    key = json.loads(far("serve", "keys", "add", "near", "--json").out)["key"]
    (tmp_path / "key").write_text(key)
    (tmp_path / "schema.json").write_text(json.dumps(SCHEMA))
    ask = ("ask", QUESTION, "--model", "auto", "--temperature", "0", "--json")
    with far.start("serve", "--port", "0", "--json") as process:
        try:
            file = Path(near("config", "path").out.strip())
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(TABLES.format(port=port_of(process), key=tmp_path / "key"))
            assert "the server answers" in near("models", "show", "cluster").out
            there = json.loads(near(*ask, "--schema", str(tmp_path / "schema.json")).out)
            assert (there["model"], there["route"]) == ("cluster", {"name": "auto", "rule": "json"})
            assert "city" in json.loads(there["text"])
            assert there["usage"]["prompt_tokens"] > 0
            here = json.loads(near(*ask).out)
            assert (here["model"], here["route"]) == ("smollm2-135m-instruct", {"name": "auto"})
            assert "Paris" in here["text"]
        finally:
            process.terminate()
            process.wait(30)
    gone = near(*ask, "--schema", str(tmp_path / "schema.json"))
    told = json.loads(gone.out)
    assert (gone.status, told["model"], told["route"]["instead_of"]) == (0, "smollm2-135m-instruct", "cluster")
    assert "city" in json.loads(told["text"])
    assert "cluster cannot answer now" in gone.err
    alone = near("ask", QUESTION, "--model", "cluster", env={"MYNA_LANGUAGE": "zh"})
    assert (alone.status, alone.out) == (5, "")
    assert "无法连接服务器" in alone.err
    written = "".join(path.read_text() for path in near.home.rglob("*.log*") if path.is_file())
    assert key not in written + told["text"] + gone.err + near("config", "show").out
