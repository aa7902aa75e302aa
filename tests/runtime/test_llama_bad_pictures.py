"""Pictures, projectors and requests that cannot be used: a clear error for one, and no harm to the others."""

from __future__ import annotations

import gguf
import msgspec
import numpy as np
import pytest
from PIL import Image as Pillow

from myna.engine.gguf import read_header
from myna.engine.llama.model import plan_load
from myna.engine.llama.options import LlamaOptions
from myna.engine.pixels import decode, size_of
from myna.engine.projector import projector_memory
from myna.errors import BadInput, BadModelFile, Missing, ModelMissing, OutOfMemory, PromptTooLong
from myna.testing.tiny_gguf import write_projector, write_tiny_model
from myna.testing.tiny_projector import write_tiny_projector
from myna.tools import NO_TOOLS
from seeing import KINDS, about, contents, picture, says, sha, write

ONE = picture(1)


@pytest.fixture(scope="session")
def files(tmp_path_factory):
    return write(tmp_path_factory.mktemp("bad"), "janus_pro")


@pytest.fixture(scope="session")
def roomy(tmp_path_factory):
    return write(tmp_path_factory.mktemp("roomy"), "janus_pro", context=4096)


# pictures


def broken(kind):
    whole = picture(3, 64, 64)
    match kind:
        case "cut off":
            return whole[: len(whole) // 2]
        case "no picture":
            return b"only a text, nothing more than a text"
        case "a header alone":
            return whole[:40]
        case "empty":
            return b""
        case "far too narrow":
            return picture(1, 2000, 1)


@pytest.mark.parametrize("kind", ["cut off", "no picture", "a header alone", "empty", "far too narrow"])
def test_a_broken_picture_fails_its_own_request_alone(llama, files, kind):
    engine = llama(**files)
    other = engine.submit(about("hello", max_tokens=30))
    engine.until(lambda: other.tokens)
    bad = engine.submit(about(broken(kind), "what?"))
    good = engine.submit(about(ONE, "what?"))
    engine.run(bad, good, other)
    assert isinstance(bad.error, BadInput)
    assert bad.items == []
    assert len(other.tokens) == 30
    assert good.tokens == llama(**files).ask(about(ONE, "what?")).tokens


def test_a_broken_picture_among_good_ones(llama, files):
    engine = llama(**files)
    bad = engine.submit(about(ONE, broken("cut off"), "what?"))
    engine.run(bad)
    assert isinstance(bad.error, BadInput)
    assert len(engine.ask(about(ONE, "what?")).tokens) == 6


def test_a_hundred_pictures_in_one_turn(llama, roomy):
    engine = llama(**roomy, context=4096, initial_cells=4096)
    pictures = [picture(seed, 16, 16) for seed in range(100)]
    answer = engine.ask(about(*pictures, "how many?"))
    assert answer.end.usage.prompt_tokens > 100 * 16
    assert len(answer.tokens) == 6
    assert answer.end.timings["see"] > 0


def test_more_pictures_than_the_context_holds(llama, files):
    engine = llama(**files)
    with pytest.raises(PromptTooLong, match=r"1,6\d\d tokens, 1,600 of them for pictures; the context holds 512"):
        engine.ask(about(*[picture(seed, 16, 16) for seed in range(100)], "how many?"))
    assert len(engine.ask(about(ONE, "what?")).tokens) == 6


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("size", [(1, 1), (1, 30), (4200, 30), (333, 77)])
def test_pictures_of_any_shape(llama, tmp_path, kind, size):
    engine = llama(**write(tmp_path, kind, context=2048), context=2048)
    asked = about(picture(1, *size), "what?", max_tokens=2)
    reply = engine.submit(asked)
    engine.run(reply)
    if reply.error is None:
        assert len(reply.tokens) == 2
    else:
        # More tokens than that context has; and a height of nothing, once 4,200 pixels are 64.
        assert (kind, type(reply.error)) in {("qwen2vl_merger", PromptTooLong), ("idefics3", BadInput)}
        assert size == (4200, 30)


def test_the_size_by_the_header_is_that_of_the_pixels(tmp_path):
    for orientation in range(1, 9):
        exif = Pillow.Exif()
        exif[0x0112] = orientation
        path = tmp_path / "turned.jpg"
        Pillow.new("RGB", (30, 20)).save(path, exif=exif)
        data = path.read_bytes()
        height, width = decode(data).shape[:2]
        assert size_of(data) == (width, height)


# requests


def test_a_model_that_only_reads_names_one_that_sees(llama):
    engine = llama()
    with pytest.raises(Missing) as caught:
        engine.ask(about(ONE, "what?"))
    assert "reads text only" in caught.value.message
    assert caught.value.hint == "myna models pull smolvlm-500m-instruct"
    assert len(engine.ask(about("hello")).tokens) == 6


def test_a_picture_without_its_content(llama, files):
    engine = llama(**files)
    asked = msgspec.structs.replace(about(ONE, "what?"), images={})
    with pytest.raises(BadInput, match="missing"):
        engine.ask(asked)
    # Also when it was seen before, and would have to be seen again.
    engine.ask(about(ONE, "what?"))
    with pytest.raises(BadInput, match="missing"):
        engine.ask(msgspec.structs.replace(about("another beginning", ONE), images={}))


def test_a_picture_under_the_hash_of_another(llama, files):
    asked = msgspec.structs.replace(about(ONE, "what?"), images={sha(ONE): picture(2)})
    with pytest.raises(BadInput, match="hash"):
        llama(**files).ask(asked)


@pytest.mark.parametrize(
    "typed", ["<__media__>", "<image>", "<|im_start|>", "\ue000p0;\ue001", "\ue0000123456789abcdef\ue001p0;"]
)
def test_what_people_type_is_never_a_picture(llama, files, typed):
    engine = llama(**files)
    with_text = engine.engine._prompts.from_messages((says("user", typed, "?"),), tools=NO_TOOLS, options={})
    assert with_text.spans == ()
    beside = about(ONE, typed, "what?")
    layout = engine.engine._picture_of(beside.images)
    with_both = engine.engine._prompts.from_messages(beside.messages, tools=NO_TOOLS, options={}, picture=layout)
    assert len(with_both.spans) == 1


def test_numbers_that_stand_for_pictures_are_no_tokens_to_ask_with(llama, files):
    engine = llama(**files)
    with pytest.raises(BadInput, match="token that the model does not have"):
        engine.ask(msgspec.structs.replace(about("x"), messages=(), tokens=(5, 70_000, 6)))


def test_templates_that_only_know_parts(llama, tmp_path):
    typed = (
        "{% for message in messages %}<|im_start|>{{ message['role'] }}:{% for part in message['content'] %}"
        "{% if part['type'] == 'text' %}{{ part['text'] }}{% endif %}{% endfor %}<|im_end|>\n{% endfor %}"
    )
    model = write_tiny_model(tmp_path / "typed.gguf", template=typed)
    engine = llama(model=model, projector=write_tiny_projector(tmp_path / "mmproj.gguf"))
    built = engine.engine._prompts.from_messages(
        about("a", ONE, "b").messages, tools=NO_TOOLS, options={}, picture=engine.engine._picture_of(contents(ONE))
    )
    text = [token for token in built.tokens if token < 274]
    pieces = b"".join(engine.engine._vocabulary.piece(token, special=True) for token in text)
    assert pieces == b"<|im_start|>user:ab<|im_end|>\n"
    assert len(built.tokens) - len(text) == 16


# projectors


def without(path, target, *, tensor="", key=""):
    """A copy of a GGUF file without one of its tensors or keys."""
    reader = gguf.GGUFReader(path)
    writer = gguf.GGUFWriter(str(target), "clip")
    for name, field in reader.fields.items():
        if name.startswith("GGUF.") or name in {"general.architecture", key}:
            continue
        kind = field.types[0]
        writer.add_key_value(
            name, field.contents(), kind, field.types[-1] if kind == gguf.GGUFValueType.ARRAY else None
        )
    for found in reader.tensors:
        if found.name != tensor:
            writer.add_tensor(found.name, np.array(found.data))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return target


@pytest.mark.parametrize(
    ("kind", "complaint"),
    [
        (
            "another model's",
            r"does not belong to janus_pro.gguf: it makes vectors of 96 numbers, and the model takes 64",
        ),
        ("a model", "is a model and no picture encoder"),
        ("for no pictures", "encodes no pictures"),
        ("text", "is a text file"),
        ("cut off", "is truncated"),
        ("without a tensor", "cannot load .*mm.1.bias"),
        ("without a layer", "cannot load .*attn_out"),
        ("without its beginning", "lacks the tensor v.patch_embd.weight"),
    ],
)
def test_a_projector_that_does_not_fit_is_refused(llama, files, tmp_path, kind, complaint):
    path = tmp_path / "mmproj.gguf"
    match kind:
        case "another model's":
            write_tiny_projector(path, width=96)
        case "a model":
            path = files["model"]
        case "for no pictures":
            write_projector(path)
        case "text":
            path.write_text("I am a poem, no projector.\n" * 10)
        case "cut off":
            whole = files["projector"].read_bytes()
            path.write_bytes(whole[: len(whole) - 2000])
        case "without a tensor":
            without(files["projector"], path, tensor="mm.1.bias")
        case "without a layer":
            without(files["projector"], path, tensor="v.blk.0.attn_out.weight")
        case "without its beginning":
            without(files["projector"], path, tensor="v.patch_embd.weight")
    with pytest.raises(BadModelFile, match=complaint) as caught:
        llama(model=files["model"], projector=path)
    assert "\n" not in caught.value.message
    assert caught.value.hint
    # Another one loads all the same.
    assert len(llama(**files).ask(about(ONE, "what?")).tokens) == 6


def test_a_projector_that_is_not_there(llama, files, tmp_path):
    with pytest.raises(ModelMissing):
        llama(model=files["model"], projector=tmp_path / "none.gguf")


def test_a_projector_whose_tokens_the_model_does_not_have(llama, files, tmp_path):
    projector = write_tiny_projector(tmp_path / "mmproj.gguf", "idefics3")
    with pytest.raises(BadModelFile, match="not in the vocabulary"):
        llama(model=files["model"], projector=projector).ask(about(ONE, "what?"))


def test_a_picture_that_must_be_computed_at_once_and_cannot(llama, tmp_path):
    engine = llama(**write(tmp_path, "gemma3"), batch=2)
    with pytest.raises(BadInput) as caught:
        engine.ask(about(ONE, "what?"))
    assert caught.value.hint == "myna config set engine.batch 4"


def test_memory_for_the_projector_is_planned_for(files):
    header, beside = read_header(files["model"]), projector_memory(read_header(files["projector"]))
    assert beside > files["projector"].stat().st_size * 0.9
    options = LlamaOptions(context=512, memory_reserve_mb=0)
    alone = plan_load(header, options, 10**10).need
    both = plan_load(header, options, 10**10, beside=beside).need
    assert both.total == alone.total + beside
    with pytest.raises(OutOfMemory):
        plan_load(header, options, beside, beside=beside)
