"""Files that are no ONNX language models, or not all of one, and memory that is short."""

from __future__ import annotations

import json
import shutil

import pytest

from myna.engine.onnx_files import DEFAULT_CONTEXT, describe
from myna.errors import BadModelFile, ModelMissing, MynaError, OutOfMemory, UsageError
from myna.testing.tiny_gguf import vocabulary
from myna.testing.tiny_onnx import tokenizer, write_tiny_onnx


@pytest.fixture
def folder(tiny_onnx, tmp_path):
    """A copy that may be spoilt."""
    return shutil.copytree(tiny_onnx("joined"), tmp_path / "model")


def rewrite(path, **changes):
    data = json.loads(path.read_text())
    path.write_text(json.dumps({**data, **changes}))


def spoil(kind, folder):
    import onnx

    path = folder / "model.onnx"
    whole = path.read_bytes()
    match kind:
        case "text":
            path.write_text("I am a poem, not a model.\n" * 10)
        case "empty":
            path.write_bytes(b"")
        case "cut off in its weights":
            path.write_bytes(whole[: len(whole) // 2])
        case "cut off in its graph":
            path.write_bytes(whole[:400])
        case "external data that are missing":
            write_tiny_onnx(folder, external=True)
            (folder / "model.onnx.data").unlink()
        case "external data that are cut off":
            write_tiny_onnx(folder, external=True)
            (folder / "model.onnx.data").write_bytes(b"\0" * 100)
        case "an operator that nobody knows":
            model = onnx.load(path)
            model.graph.node[3].op_type = "Birdbrain"
            onnx.save(model, path)


@pytest.mark.parametrize(
    "kind",
    [
        "text",
        "empty",
        "cut off in its weights",
        "cut off in its graph",
        "external data that are missing",
        "external data that are cut off",
        "an operator that nobody knows",
    ],
)
def test_what_is_no_model_is_said_to_be_none(onnx_text, folder, kind):
    spoil(kind, folder)
    with pytest.raises(BadModelFile, match=r"model\.onnx") as caught:
        onnx_text(folder)
    assert "\n" not in caught.value.message


def graph_that(kind):
    """A graph of one node that lacks something of a language model."""
    import onnx
    from onnx import TensorProto, helper

    def tensor(name, shape, type_=TensorProto.FLOAT):
        return helper.make_tensor_value_info(name, type_, shape)

    ids = tensor("input_ids", ["b", "t"], TensorProto.INT64)
    mask = tensor("attention_mask", ["b", "a"], TensorProto.INT64)
    past = [tensor(f"past_key_values.0.{part}", ["b", 2, "p", 4]) for part in ("key", "value")]
    present = [tensor(f"present.0.{part}", ["b", 2, "q", 4]) for part in ("key", "value")]
    same = [helper.make_node("Identity", [one.name], [other.name]) for one, other in zip(past, present, strict=True)]
    logits = helper.make_node("Cast", ["input_ids"], ["logits"], to=TensorProto.FLOAT)
    inputs, outputs, nodes = [ids, mask, *past], [tensor("logits", ["b", "t"]), *present], [logits, *same]
    match kind:
        case "an encoder":
            inputs, outputs, nodes = [ids, mask], outputs[:1], nodes[:1]
        case "no words":
            pixels = tensor("pixels", ["b", 3])
            inputs, outputs = [pixels], [tensor("classes", ["b", 3])]
            nodes = [helper.make_node("Identity", ["pixels"], ["classes"])]
        case "a past without a present":
            outputs, nodes = outputs[:2], nodes[:2]
        case "an input that is not known":
            inputs = [*inputs, tensor("encoder_hidden_states", ["b", 3])]
        case "no mask":
            inputs = [ids, *past]
        case "heads of any number":
            inputs = [ids, mask, *(tensor(one.name, ["b", "h", "p", "w"]) for one in past)]
        case "keys of another kind":
            inputs = [ids, mask, *(tensor(one.name, ["b", 2, "p", 4], TensorProto.DOUBLE) for one in past)]
            outputs = [outputs[0], *(tensor(one.name, ["b", 2, "q", 4], TensorProto.DOUBLE) for one in present)]
        case "a past that does not grow":
            pass
    graph = helper.make_graph(nodes, "odd", inputs, outputs)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9), onnx


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        ("an encoder", "no keys and values"),
        ("no words", "input_ids"),
        ("a past without a present", r"present\.0\.value"),
        ("an input that is not known", "encoder_hidden_states"),
        ("no mask", "attention_mask"),
        ("heads of any number", "keys and values differ in shape"),
        ("keys of another kind", "type of its tensors"),
        ("a past that does not grow", "shape|join"),
    ],
)
def test_a_graph_that_is_no_language_model_says_what_it_lacks(onnx_text, folder, kind, why):
    model, onnx = graph_that(kind)
    onnx.save(model, folder / "model.onnx")
    with pytest.raises(BadModelFile, match=why) as caught:
        onnx_text(folder)
    assert "no language model that can be run here" in caught.value.message


def test_a_model_without_a_tokenizer_says_so(onnx_text, folder):
    (folder / "tokenizer.json").unlink()
    with pytest.raises(BadModelFile, match=r"no tokenizer: tokenizer\.json is not beside the model"):
        onnx_text(folder)


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"model": {"type": "Bird"}}', "\ud7ff" * 3])
def test_a_tokenizer_that_is_none(onnx_text, folder, content):
    (folder / "tokenizer.json").write_text(content, encoding="utf-8")
    with pytest.raises(BadModelFile, match=r"tokenizer\.json is no tokenizer") as caught:
        onnx_text(folder)
    assert "\n" not in caught.value.message


def test_a_tokenizer_with_more_words_than_the_model_knows(onnx_text, folder):
    data = tokenizer()
    data["model"]["vocab"] |= {f"word{number}": len(vocabulary()) + number for number in range(5)}
    (folder / "tokenizer.json").write_text(json.dumps(data))
    with pytest.raises(BadModelFile, match=r"another model's: it has 279 tokens, and the model knows 274"):
        onnx_text(folder)


def test_a_configuration_for_another_vocabulary(onnx_text, folder):
    rewrite(folder / "config.json", vocab_size=32_000)
    with pytest.raises(BadModelFile, match="gives 274 logits, and its configuration says that it knows 32,000"):
        onnx_text(folder)


@pytest.mark.parametrize("name", ["config.json", "tokenizer_config.json"])
@pytest.mark.parametrize("content", ["{", "[1]", '{"eos_token_id": "two", "eos_token": 7}'])
def test_a_file_beside_it_that_is_broken(onnx_text, folder, name, content):
    (folder / name).write_text(content)
    with pytest.raises(BadModelFile, match=name):
        onnx_text(folder)


def test_a_template_that_is_none_is_told_when_it_is_used(onnx_text, folder):
    (folder / "chat_template.jinja").write_text("{% for %}")
    with pytest.raises(MynaError, match="template"):
        onnx_text(folder)


def test_without_a_template_the_usual_one_is_taken(onnx_text, folder):
    (folder / "chat_template.jinja").unlink()
    assert onnx_text(folder).engine._prompts._template.source


def test_what_is_not_there(onnx_text, folder):
    (folder / "model.onnx").unlink()
    with pytest.raises(ModelMissing):
        onnx_text(folder)


@pytest.mark.parametrize("options", [{"unknown": 1}, {"provider": "abacus"}, {"context": "long"}])
def test_options_that_make_no_sense(onnx_text, options):
    with pytest.raises(UsageError, match="options"):
        onnx_text(**options)


def test_options_that_are_for_llama_cpp_alone_are_taken(onnx_text):
    """The settings of the engines are for all models."""
    from myna.config import EngineSettings
    from myna.engine.chosen import engine_options

    own = EngineSettings(
        threads=1, batch=64, ubatch=32, gpu_layers=0, kv_type="q8_0", flash_attention="on", speculate=False
    )
    assert onnx_text(**{**engine_options(own, {}), "context": 256}).engine.info.device == "cpu"


def test_a_provider_that_is_not_there_is_told_and_the_processor_computes(onnx_text, capfd):
    engine = onnx_text(provider="coreml")
    assert engine.engine.info.device == "cpu"
    assert "CoreMLExecutionProvider" in engine.engine.info.details["fallback"]
    assert "computing on cpu" in capfd.readouterr().err


@pytest.mark.parametrize("layout", ["joined", "shared"])
def test_weights_beside_the_graph_are_read(onnx_text, tmp_path, layout):
    write_tiny_onnx(tmp_path, layout, external=True)
    engine = onnx_text(tmp_path)
    assert engine.engine.info.weights_bytes > (tmp_path / "model.onnx.data").stat().st_size


def test_less_memory_means_a_shorter_context(onnx_text, monkeypatch):
    info = onnx_text().engine.info
    assert (info.context, info.context_wanted) == (512, 512)
    from myna.engine.onnx.load import plan_load
    from myna.engine.onnx.options import OnnxOptions

    options = OnnxOptions(context=8192, memory_reserve_mb=0)
    roomy = plan_load(1_000_000, 50_000, 8192, options, 10_000_000_000)
    tight = plan_load(1_000_000, 50_000, 8192, options, 300_000_000)
    assert (roomy.context, roomy.cells) == (8192, 32_768)
    assert 512 <= tight.context < 8192 == tight.wanted
    assert tight.need.total <= 300_000_000
    monkeypatch.setattr("myna.engine.onnx.load.available_memory", lambda: 1_000)
    with pytest.raises(OutOfMemory, match="the model needs"):
        onnx_text()


def test_onnx_runtimes_builder_describes_a_model_too(tmp_path):
    (tmp_path / "tokenizer.json").write_text("{}")
    genai = {"model": {"context_length": 4096, "vocab_size": 99, "eos_token_id": [7, 9], "type": "phi3",
                       "decoder": {"num_hidden_layers": 3, "num_key_value_heads": 2, "head_size": 5}}}  # fmt: skip
    (tmp_path / "genai_config.json").write_text(json.dumps(genai))
    words = {
        "bos_token": {"content": "<s>"},
        "chat_template": [{"name": "tools", "template": "t"}, {"name": "default", "template": "d"}],
    }
    (tmp_path / "tokenizer_config.json").write_text(json.dumps(words))
    files = {
        "tokenizer": "tokenizer.json",
        "genai-config": "genai_config.json",
        "tokenizer-config": "tokenizer_config.json",
    }
    said = describe({role: str(tmp_path / name) for role, name in files.items()}, "model")
    assert (said.context, said.vocabulary, said.cell_elements, said.head_width) == (4096, 99, 60, 5)
    assert (said.ends, said.bos, said.eos, said.template, said.kind) == ({7, 9}, "<s>", "", "d", "phi3")


def test_a_model_that_nothing_is_said_of_has_a_modest_context(tmp_path):
    (tmp_path / "tokenizer.json").write_text("{}")
    assert describe({"tokenizer": str(tmp_path / "tokenizer.json")}, "model").context == DEFAULT_CONTEXT


@pytest.mark.parametrize(("layout", "tail", "guesses"), [("joined", 0, 8), ("shared", 1, 0), ("shared", 9, 8)])
def test_it_is_found_out_of_how_many_tokens_there_are_logits(onnx_text, tiny_onnx, layout, tail, guesses):
    engine = onnx_text(tiny_onnx(layout, tail or 1)).engine
    assert engine._runner._graph.tail == tail
    guesser = engine._scheduler._guesser
    assert (guesser.longest if guesser else 0) == guesses
