from __future__ import annotations

import os
import struct
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from myna.errors import BadModelFile
from myna_models import admission
from myna_models.admit import examine
from myna_models.onnx_header import read_onnx

Make = Callable[..., Path]


def field(number: int, content: bytes | int) -> bytes:
    """One protobuf field."""
    if isinstance(content, int):
        return varint(number << 3) + varint(content)
    return varint(number << 3 | 2) + varint(len(content)) + content


def varint(value: int) -> bytes:
    out = b""
    while value > 0x7F:
        out += bytes([value & 0x7F | 0x80])
        value >>= 7
    return out + bytes([value])


def onnx(*, initializer: bytes = b"", node: bytes = b"") -> bytes:
    graph = field(1, node or field(4, b"Add")) + field(2, b"graph")
    if initializer:
        graph += field(5, initializer)
    graph += field(11, field(1, b"input")) + field(12, field(1, b"output"))
    return field(1, 9) + field(2, b"tests") + field(8, field(2, 17)) + field(7, graph)


def external(place: str) -> bytes:
    pair = field(1, b"location") + field(2, place.encode())
    return field(8, b"weights") + field(13, pair) + field(14, 1)


def test_a_sound_model_is_described(make_gguf: Make) -> None:
    facts = admission.admit([make_gguf()])[0]
    assert facts.kind == "gguf model"
    assert facts.details["architecture"] == "llama"
    assert facts.details["template"] == "yes"


def test_an_error_comes_out_of_the_process_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "bad.gguf"
    path.write_bytes(b"just some text that somebody renamed")
    with pytest.raises(BadModelFile, match=r"^bad.gguf is a text file, not a GGUF model$"):
        admission.admit([path])


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"GGUF" + struct.pack("<IQQ", 3, 1 << 60, 0) + bytes(100), "tensors"),
        (b"just some text that somebody renamed", "text file"),
        (b"", "is empty"),
    ],
    ids=["2^60 tensors", "text", "empty"],
)
def test_a_hostile_gguf_is_one_line(tmp_path: Path, content: bytes, complaint: str) -> None:
    path = tmp_path / "bad.gguf"
    path.write_bytes(content)
    with pytest.raises(BadModelFile) as caught:
        examine(path)
    assert complaint in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_truncated_gguf_says_both_sizes(make_gguf: Make) -> None:
    path = make_gguf()
    size = path.stat().st_size
    os.truncate(path, size - 1000)
    with pytest.raises(BadModelFile, match=rf"truncated: .* {size - 1000:,}$"):
        examine(path)


def test_the_process_has_neither_secrets_nor_a_way_to_write(
    make_gguf: Make, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    seen: list[dict[str, str]] = []
    real = admission.subprocess.run

    def run(*arguments: object, **options: object) -> object:
        seen.append(options["env"])  # type: ignore[arg-type]
        return real(*arguments, **options)  # type: ignore[call-overload]

    monkeypatch.setenv("HF_TOKEN", "secret")
    monkeypatch.setattr(admission.subprocess, "run", run)
    admission.admit([make_gguf()])
    assert "secret" not in seen[0].values()


def test_what_was_admitted_is_not_looked_at_again_until_it_changes(
    make_gguf: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make_gguf()
    first = admission.ensure([path], tmp_path / "cache")

    def refuse(files: object) -> object:
        raise AssertionError(files)

    with monkeypatch.context() as patched:
        patched.setattr(admission, "admit", refuse)
        assert admission.ensure([path], tmp_path / "cache") == first
    os.truncate(path, path.stat().st_size - 100)
    with pytest.raises(BadModelFile, match="truncated"):
        admission.ensure([path], tmp_path / "cache")


def test_what_cannot_be_remembered_is_admitted_all_the_same(make_gguf: Make, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("in the way")
    assert admission.ensure([make_gguf()], tmp_path / "cache")[0].kind == "gguf model"


def test_threads_that_admit_the_same_file_do_not_trip_over_one_another(make_gguf: Make, tmp_path: Path) -> None:
    path, cache = make_gguf(), tmp_path / "cache"
    admitted = admission.admit([path])
    with ThreadPoolExecutor(8) as threads:
        for done in [threads.submit(admission.remember, [path], admitted, cache) for _ in range(400)]:
            done.result()
    assert admission.ensure([path], cache) == admitted
    assert len(list((cache / "admission").iterdir())) == 1


def test_an_onnx_model_is_described(tmp_path: Path) -> None:
    path = tmp_path / "model.onnx"
    path.write_bytes(onnx(initializer=field(8, b"weights") + field(9, bytes(64))))
    header = read_onnx(path)
    assert (header.ir_version, header.producer, header.opsets) == (9, "tests", {"": 17})
    assert (header.inputs, header.outputs, header.nodes) == (("input",), ("output",), 1)
    assert admission.admit([path])[0].details["opset"] == "17"


@pytest.mark.parametrize("place", ["../secret.bin", "/etc/passwd", "a/../../b", "C:\\windows\\x", "..\\x", ""])
def test_onnx_tensors_outside_the_folder_are_refused(tmp_path: Path, place: str) -> None:
    path = tmp_path / "model.onnx"
    path.write_bytes(onnx(initializer=external(place)))
    with pytest.raises(BadModelFile, match="outside its own folder"):
        read_onnx(path)


def test_external_tensors_hidden_in_an_attribute_are_found(tmp_path: Path) -> None:
    attribute = field(1, b"value") + field(5, external("../secret.bin"))
    path = tmp_path / "model.onnx"
    path.write_bytes(onnx(node=field(4, b"Constant") + field(5, attribute)))
    with pytest.raises(BadModelFile, match="outside its own folder"):
        read_onnx(path)


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    (tmp_path / "secret.bin").write_bytes(b"x")
    (folder / "weights.bin").symlink_to(tmp_path / "secret.bin")
    (folder / "model.onnx").write_bytes(onnx(initializer=external("weights.bin")))
    with pytest.raises(BadModelFile, match="outside its own folder"):
        read_onnx(folder / "model.onnx")


def test_external_tensors_must_be_there(tmp_path: Path) -> None:
    path = tmp_path / "model.onnx"
    path.write_bytes(onnx(initializer=external("weights.bin")))
    with pytest.raises(BadModelFile, match=r"weights.bin, which is not there"):
        read_onnx(path)
    (tmp_path / "weights.bin").write_bytes(b"x")
    assert read_onnx(path).external == ("weights.bin",)


@pytest.mark.parametrize(
    "content",
    [onnx()[:-3], b"some text", b"\x00" * 50, b"\xff" * 50, field(1, 9), field(7, b""), varint(15) * 20],
    ids=["truncated", "text", "zeros", "ones", "no graph", "no version", "groups"],
)
def test_what_is_no_onnx_model_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "model.onnx"
    path.write_bytes(content)
    with pytest.raises(BadModelFile, match=r"model\.onnx"):
        read_onnx(path)


def test_deeply_nested_graphs_are_refused(tmp_path: Path) -> None:
    inner = field(2, b"g")
    for _ in range(40):
        inner = field(1, field(5, field(6, inner)))
    path = tmp_path / "model.onnx"
    path.write_bytes(field(1, 9) + field(7, inner + field(12, field(1, b"o"))))
    with pytest.raises(BadModelFile, match="nests graphs"):
        read_onnx(path)


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("model.bin", b"hello, this is no model", "no CTranslate2 model"),
        ("config.json", b"{", "no JSON"),
        ("config.json", b"[" * 100_000, "no JSON"),
        ("model.safetensors", b"\x00" * 4, "no safetensors"),
        ("model.safetensors", struct.pack("<Q", 1 << 60) + b"{}", "no safetensors"),
        ("vocabulary.txt", b"", "is empty"),
    ],
)
def test_other_files_are_looked_at_too(tmp_path: Path, name: str, content: bytes, complaint: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(BadModelFile, match=complaint):
        examine(path)


def test_a_truncated_safetensors_file_is_refused(tmp_path: Path) -> None:
    header = b'{"a": {"dtype": "F32", "shape": [4], "data_offsets": [0, 16]}}'
    path = tmp_path / "model.safetensors"
    path.write_bytes(struct.pack("<Q", len(header)) + header + bytes(16))
    assert examine(path).details == {"tensors": "1"}
    os.truncate(path, path.stat().st_size - 1)
    with pytest.raises(BadModelFile, match="truncated"):
        examine(path)
