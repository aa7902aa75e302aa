from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import gguf
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from myna.engine.gguf import read_header
from myna.errors import BadModelFile


def write(path: Path, fill: Callable[[gguf.GGUFWriter], None] | None = None, *, rows: int = 4) -> Path:
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_context_length(2048)
    writer.add_token_list([f"<{index}>" for index in range(1000)])
    if fill:
        fill(writer)
    writer.add_tensor("token_embd.weight", np.zeros((rows, 32), np.float32))
    writer.add_tensor("half", np.zeros((2, 3, 5), np.float16))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def header_bytes(*, tensors: int = 0, keys: int = 0, version: int = 3, rest: bytes = b"") -> bytes:
    return b"GGUF" + struct.pack("<IQQ", version, tensors, keys) + rest


def text(value: str) -> bytes:
    raw = value.encode()
    return struct.pack("<Q", len(raw)) + raw


def refused(tmp_path: Path, content: bytes) -> str:
    path = tmp_path / "bad.gguf"
    path.write_bytes(content)
    with pytest.raises(BadModelFile) as caught:
        read_header(path)
    message = str(caught.value)
    assert "\n" not in message
    assert message.startswith("bad.gguf ")
    return message


def test_reads_what_the_reference_writer_wrote(tmp_path: Path) -> None:
    path = write(tmp_path / "model.gguf")
    header = read_header(path)
    reference = gguf.GGUFReader(path)
    assert header.architecture == "llama"
    assert header.context == 2048
    assert header.vocabulary == 1000
    assert [(tensor.name, tensor.shape) for tensor in header.tensors] == [
        (tensor.name, tuple(int(length) for length in tensor.shape)) for tensor in reference.tensors
    ]
    assert [tensor.offset for tensor in header.tensors] == [int(tensor.data_offset) for tensor in reference.tensors]
    assert [tensor.size for tensor in header.tensors] == [int(tensor.n_bytes) for tensor in reference.tensors]
    assert header.parameters == 4 * 32 + 30


def test_every_kind_of_value_is_kept(tmp_path: Path) -> None:
    def fill(writer: gguf.GGUFWriter) -> None:
        writer.add_uint8("a", 200)
        writer.add_int8("b", -5)
        writer.add_float32("c", 0.5)
        writer.add_bool("d", True)
        writer.add_uint64("e", 1 << 60)
        writer.add_string("f", "你好 🐦")
        writer.add_array("g", [1, 2, 3])
        writer.add_array("h", ["x", "y"])

    found = read_header(write(tmp_path / "model.gguf", fill)).metadata
    assert {key: found[key] for key in "abcdefgh"} == {
        "a": 200,
        "b": -5,
        "c": 0.5,
        "d": True,
        "e": 1 << 60,
        "f": "你好 🐦",
        "g": (1, 2, 3),
        "h": ("x", "y"),
    }


def test_a_vocabulary_is_counted_but_not_kept_and_can_be_asked(tmp_path: Path) -> None:
    header = read_header(write(tmp_path / "model.gguf"))
    assert "tokenizer.ggml.tokens" not in header.metadata
    assert header.arrays["tokenizer.ggml.tokens"].length == 1000
    assert header.tokens([0, 999, 5000]) == {0: "<0>", 999: "<999>"}


def test_version_2_is_read(tmp_path: Path) -> None:
    path = write(tmp_path / "model.gguf")
    content = bytearray(path.read_bytes())
    content[4:8] = struct.pack("<I", 2)
    path.write_bytes(content)
    assert read_header(path).version == 2


@pytest.mark.parametrize("share", [0.02, 0.5, 0.999])
def test_a_truncated_file_is_refused_with_both_sizes(tmp_path: Path, share: float) -> None:
    whole = write(tmp_path / "whole.gguf", rows=400).read_bytes()
    message = refused(tmp_path, whole[: int(len(whole) * share)])
    assert "truncated" in message
    assert f"{int(len(whole) * share):,}" in message


def test_a_text_file_is_refused(tmp_path: Path) -> None:
    assert "is a text file" in refused(tmp_path, b"This is only a note about a model, and no model.\n")


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    assert "is empty" in refused(tmp_path, b"")


def test_2_to_60_tensors_are_refused(tmp_path: Path) -> None:
    message = refused(tmp_path, header_bytes(tensors=1 << 60, rest=bytes(100)))
    assert f"{1 << 60:,} tensors" in message


def test_2_to_60_keys_are_refused(tmp_path: Path) -> None:
    assert "metadata keys" in refused(tmp_path, header_bytes(keys=1 << 60, rest=bytes(100)))


@pytest.mark.parametrize("version", [0, 1, 4, 1 << 31])
def test_an_unknown_version_is_refused(tmp_path: Path, version: int) -> None:
    assert f"version {version}" in refused(tmp_path, header_bytes(version=version, rest=bytes(100)))


def test_a_big_endian_file_is_named_as_such(tmp_path: Path) -> None:
    assert "big-endian" in refused(tmp_path, b"GGUF" + struct.pack(">IQQ", 3, 1, 1) + bytes(100))


def test_a_string_longer_than_the_limit_is_refused_before_it_is_read(tmp_path: Path) -> None:
    rest = text("key") + struct.pack("<IQ", 8, 1 << 50)
    assert "1,125,899,906,842,624 bytes" in refused(tmp_path, header_bytes(keys=1, rest=rest))


def test_an_array_with_too_many_elements_is_refused(tmp_path: Path) -> None:
    rest = text("key") + struct.pack("<IIQ", 9, 4, 1 << 40)
    assert "elements for key" in refused(tmp_path, header_bytes(keys=1, rest=rest))


def test_an_array_that_the_file_cannot_hold_is_refused(tmp_path: Path) -> None:
    rest = text("key") + struct.pack("<IIQ", 9, 4, 1 << 20)
    assert "truncated" in refused(tmp_path, header_bytes(keys=1, rest=rest))


def test_nested_arrays_are_refused(tmp_path: Path) -> None:
    rest = text("key") + struct.pack("<IIQ", 9, 9, 1) + bytes(64)
    assert "array within an array" in refused(tmp_path, header_bytes(keys=1, rest=rest))


def test_a_key_that_is_no_utf8_is_refused(tmp_path: Path) -> None:
    rest = struct.pack("<Q", 2) + b"\xff\xfe" + bytes(64)
    assert "not UTF-8" in refused(tmp_path, header_bytes(keys=1, rest=rest))


def test_a_key_that_comes_twice_is_refused(tmp_path: Path) -> None:
    pair = text("key") + struct.pack("<IB", 0, 1)
    assert "twice" in refused(tmp_path, header_bytes(keys=2, rest=pair + pair))


def tensor(name: str = "t", shape: tuple[int, ...] = (32,), kind: int = 0, offset: int = 0) -> bytes:
    dimensions = struct.pack(f"<I{len(shape)}Q", len(shape), *shape)
    return text(name) + dimensions + struct.pack("<IQ", kind, offset)


@pytest.mark.parametrize(
    ("entry", "complaint"),
    [
        (tensor(shape=(1 << 62, 1 << 62)), "impossible shape"),
        (tensor(shape=(0,)), "impossible shape"),
        (tensor(shape=(31,), kind=2), "impossible shape"),
        (tensor(kind=999), "unknown type 999"),
        (tensor(offset=7), "not aligned"),
        (tensor(offset=1 << 40), "truncated"),
        (tensor(shape=(1 << 40,)), "truncated"),
        (tensor(shape=(1, 1, 1, 1, 1)), "5 dimensions"),
        (tensor(name="n" * 65), "tensor name of 65 bytes"),
    ],
)
def test_an_impossible_tensor_is_refused(tmp_path: Path, entry: bytes, complaint: str) -> None:
    assert complaint in refused(tmp_path, header_bytes(tensors=1, rest=entry + bytes(512)))


def test_a_tensor_that_comes_twice_is_refused(tmp_path: Path) -> None:
    assert "twice" in refused(tmp_path, header_bytes(tensors=2, rest=tensor() + tensor() + bytes(512)))


@pytest.mark.parametrize("alignment", [0, 3, 1 << 30])
def test_an_impossible_alignment_is_refused(tmp_path: Path, alignment: int) -> None:
    rest = text("general.alignment") + struct.pack("<II", 4, alignment)
    assert "alignment" in refused(tmp_path, header_bytes(keys=1, rest=rest + bytes(100)))


def test_a_folder_and_a_missing_file_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.gguf"):
        with pytest.raises(BadModelFile, match="is not a file"):
            read_header(path)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(position=st.integers(0, 20_000), value=st.integers(0, 255), cut=st.integers(0, 200))
def test_a_damaged_header_is_read_or_refused_but_nothing_else(
    tmp_path: Path, position: int, value: int, cut: int
) -> None:
    whole = tmp_path / "whole.gguf"
    if not whole.exists():
        write(whole)
    content = bytearray(whole.read_bytes())
    content[position % len(content)] = value
    damaged = tmp_path / "damaged.gguf"
    damaged.write_bytes(content[: len(content) - cut])
    outcome = "read"
    try:
        read_header(damaged)
    except BadModelFile as error:
        outcome = error.message
    assert outcome == "read" or outcome.startswith("damaged.gguf ")


def test_the_parts_of_a_split_model_are_found(tmp_path: Path) -> None:
    for number in (0, 1):

        def fill(writer: gguf.GGUFWriter, number: int = number) -> None:
            writer.add_uint16("split.no", number)
            writer.add_uint16("split.count", 2)

        write(tmp_path / f"big-0000{number + 1}-of-00002.gguf", fill)
    header = read_header(tmp_path / "big-00001-of-00002.gguf")
    assert header.split_count == 2
    assert [part.name for part in header.shards()] == ["big-00001-of-00002.gguf", "big-00002-of-00002.gguf"]
    (tmp_path / "big-00002-of-00002.gguf").unlink()
    with pytest.raises(BadModelFile, match=r"big-00002-of-00002\.gguf is not beside it"):
        header.shards()
