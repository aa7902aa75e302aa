"""The engine of text classifiers, on small models made here."""

from __future__ import annotations

import json
import math
from pathlib import Path

import msgspec
import pytest

from myna.engine.classify import LONGEST_TEXT, Classified, ClassifyRequest
from myna.engine.classify_clients import ClassifierClient
from myna.engine.protocols import EngineSpec
from myna.errors import BadInput, EngineError, ModelLoadFailed
from myna.testing.in_process import Recorded
from myna_guard.classifiers.worker.engine import TextClassifierEngine

onnx = pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")
tokenizers = pytest.importorskip("tokenizers")
import numpy as np  # noqa: E402

WORDS = ("[UNK]", "[CLS]", "[SEP]", "good", "vile", "mean")
WEIGHTS = ((0.0, 0.0), (0.0, 0.0), (0.0, 0.0), (9.0, -9.0), (-9.0, 9.0), (-3.0, 3.0))
"""Logits that each word adds, of `kind` and `rude`."""


@pytest.fixture(autouse=True)
def quiet_onnx(monkeypatch):
    monkeypatch.setenv("ORT_DISABLE_TELEMETRY", "1")


def graph(path, weights=WEIGHTS, inputs=("input_ids", "attention_mask"), rank=2):
    """The sum of the words' logits."""
    helper, types = onnx.helper, onnx.TensorProto
    table = np.array(weights, np.float32)
    nodes = [helper.make_node("Gather", ["table", inputs[0]], ["rows"], axis=0)]
    nodes.append(helper.make_node("ReduceSum", ["rows", "axis"], ["logits"], keepdims=0 if rank == 2 else 1))
    shape = ["n", table.shape[1]] if rank == 2 else ["n", 1, table.shape[1]]
    made = helper.make_graph(
        nodes,
        "small",
        [helper.make_tensor_value_info(name, types.INT64, ["n", "tokens"]) for name in inputs],
        [helper.make_tensor_value_info("logits", types.FLOAT, shape)],
        [onnx.numpy_helper.from_array(table, "table"), onnx.numpy_helper.from_array(np.array([1], np.int64), "axis")],
    )
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    path.write_bytes(model.SerializeToString())
    return str(path)


def tokenizer(path):
    words = tokenizers.Tokenizer(tokenizers.models.WordLevel(dict(zip(WORDS, range(9), strict=False)), "[UNK]"))
    words.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    words.post_processor = tokenizers.processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 1), ("[SEP]", 2)]
    )
    words.save(str(path))
    return str(path)


def files(folder, *, config=None, **graph_options):
    config = {"id2label": {"0": "kind", "1": "rude"}} if config is None else config
    (folder / "config.json").write_text(json.dumps(config))
    return {
        "model": graph(folder / "model.onnx", **graph_options),
        "tokenizer": tokenizer(folder / "tokenizer.json"),
        "config": str(folder / "config.json"),
    }


def engine(given, **options):
    return TextClassifierEngine(EngineSpec("small", "x:Y", given, options))


def classify(served, text, *labels):
    reply = Recorded(1)
    served.submit(1, "classify", msgspec.Raw(msgspec.msgpack.encode(ClassifyRequest(text, labels))), reply)
    while served.step():
        pass
    if reply.error is not None:
        raise reply.error
    [answer] = reply.items
    return answer


def scores(answer):
    return {each.label: each.score for each in answer.scores}


def test_a_transformer_judges_by_its_labels(tmp_path):
    answer = classify(engine(files(tmp_path)), "mean mean")
    assert scores(answer) == pytest.approx({"rude": 1 / (1 + math.exp(-12)), "kind": 1 / (1 + math.exp(12))})
    assert [each.label for each in answer.scores] == ["rude", "kind"]
    assert (answer.windows, answer.scores[0].start, answer.scores[0].end) == (1, 0, 9)


def test_labels_that_may_be_true_together(tmp_path):
    config = {"id2label": {"0": "kind", "1": "rude"}, "problem_type": "multi_label_classification"}
    served = engine(files(tmp_path, config=config))
    assert scores(classify(served, "hm")) == {"kind": 0.5, "rude": 0.5}
    assert scores(classify(served, "hm", "kind+rude")) == {"kind+rude": 1.0}


def test_windows_of_a_transformer_overlap_and_say_where(tmp_path):
    served = engine(files(tmp_path), window=16)
    text = "good " * 40 + "vile vile vile vile " + "good " * 40
    answer = classify(served, text, "rude")
    assert answer.windows > 5
    [rude] = answer.scores
    assert "vile" in text[rude.start : rude.end]
    assert rude.end - rude.start <= 14 * 5


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"config": {}}, "does not name the labels"),
        ({"config": {"id2label": {"0": "a", "2": "b"}}}, "one after the other"),
        ({"config": {"id2label": {"x": "a", "1": "b"}}}, "numbers its labels wrongly"),
        ({"config": {"id2label": {"0": "a"}}}, "2 scores for 1 labels"),
        ({"config": ["not"]}, "config.json cannot be used"),
        ({"inputs": ("pixels",)}, "takes pixels"),
        ({"rank": 3}, "one row of scores"),
    ],
)
def test_files_that_do_not_fit_together_are_refused(tmp_path, change, said):
    with pytest.raises(ModelLoadFailed, match=said):
        engine(files(tmp_path, **change))


@pytest.mark.parametrize("role", ["model", "tokenizer", "config"])
@pytest.mark.parametrize("content", [b"", b"\0" * 50, b"{", b"[" * 100_000])
def test_files_that_are_none_are_refused(tmp_path, role, content):
    given = files(tmp_path)
    Path(given[role]).write_bytes(content)
    with pytest.raises(ModelLoadFailed):
        engine(given)


def test_an_onnx_model_for_something_else_is_refused(tmp_path):
    with pytest.raises(ModelLoadFailed, match="does not take texts alone"):
        engine({"model": graph(tmp_path / "model.onnx")})


def test_scores_that_are_no_probabilities_fail_the_request(tmp_path):
    served = engine(files(tmp_path, weights=[(float("nan"), 0.0)] * 6))
    with pytest.raises(EngineError, match="no probability"):
        classify(served, "good")


def test_options_of_the_wrong_type_are_refused(tmp_path):
    with pytest.raises(ModelLoadFailed):
        engine(files(tmp_path), window="wide")
    with pytest.raises(ModelLoadFailed, match="too short"):
        engine(files(tmp_path), window=3)


def test_requests_that_cannot_be_answered(tmp_path):
    served = engine(files(tmp_path))
    with pytest.raises(BadInput, match="no label 'brave'"):
        classify(served, "good", "kind+brave")
    with pytest.raises(BadInput, match="can be classified"):
        classify(served, "x" * (LONGEST_TEXT + 1))
    assert scores(classify(served, "vile", "rude"))["rude"] > 0.9


def test_a_text_without_anything_that_the_model_knows_is_not_judged(tmp_path):
    served = engine(files(tmp_path), languages=("en",))
    assert classify(served, "你好") == Classified((), 0)
    assert classify(served, "") == Classified((), 0)
    assert scores(classify(served, "你好 vile", "rude"))["rude"] > 0.9


def test_a_request_is_cancelled_between_windows(tmp_path):
    served = engine(files(tmp_path), window=16)
    reply = Recorded(1)
    body = msgspec.Raw(msgspec.msgpack.encode(ClassifyRequest("good " * 10_000)))
    served.submit(1, "classify", body, reply)
    assert served.step()
    served.cancel(1)
    assert not served.step()
    assert (reply.items, reply.ended) == ([], False)


async def test_the_host_refuses_what_is_too_long_without_asking():
    with pytest.raises(BadInput):
        await ClassifierClient(None).classify("x" * (LONGEST_TEXT + 1))
