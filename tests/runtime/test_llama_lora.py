"""LoRA adapters change the answers that ask for them, and no others."""

from __future__ import annotations

import pytest

from myna.engine.protocols import Lora, Sampling, TextRequest
from myna.errors import BadInput, BadModelFile, EngineError, MynaError
from myna.messages import user
from myna.testing.tiny_gguf import NEVER_END, write_tiny_adapter, write_tiny_model


def ask(*loras, text="Say something", tokens=20):
    sampling = Sampling(temperature=0, logit_bias=NEVER_END)
    return TextRequest(messages=(user(text),), sampling=sampling, max_tokens=tokens, logprobs=0, loras=loras)


@pytest.fixture
def lora(tiny_adapter):
    return Lora(str(tiny_adapter))


def test_an_adapter_changes_the_answer(llama, lora):
    engine = llama()
    plain, adapted = engine.ask(ask()), engine.ask(ask(lora))
    assert plain.tokens != adapted.tokens
    assert llama().ask(ask(lora)).tokens == adapted.tokens
    assert engine.ask(ask()).tokens == plain.tokens


def test_at_scale_nothing_it_changes_nothing(llama, lora):
    engine = llama()
    assert engine.ask(ask(Lora(lora.path, 0.0))).tokens == engine.ask(ask()).tokens


def test_scales_differ(llama, lora):
    engine = llama()
    assert engine.ask(ask(Lora(lora.path, 0.5))).tokens != engine.ask(ask(lora)).tokens


def test_together_with_others_each_gets_its_own(llama, lora, tmp_path):
    second = Lora(str(write_tiny_adapter(tmp_path / "second.gguf", seed=8)))
    wanted = [(), (lora,), (second,), (lora, second)]
    alone = [llama().ask(ask(*loras)).tokens for loras in wanted]
    assert len({tuple(tokens) for tokens in alone}) == 4
    engine = llama()
    together = [engine.submit(ask(*loras)) for loras in wanted]
    engine.run(*together)
    assert [answer.tokens for answer in together] == alone


def test_caches_are_kept_apart(llama, lora):
    engine = llama()
    engine.ask(ask())
    assert engine.ask(ask(lora)).end.usage.cached_tokens == 0
    assert engine.ask(ask(lora)).end.usage.cached_tokens > 0


def test_nobody_is_held_up_by_others_under_another_adapter(llama, lora):
    engine = llama()
    answers = [engine.submit(ask(*loras, tokens=30)) for loras in ((), (lora,))]
    engine.step(30)
    counts = [len(answer.tokens) for answer in answers]
    assert max(counts) - min(counts) <= 2
    engine.run(*answers)


def bad_files(folder):
    text = folder / "text.gguf"
    text.write_text("this is no adapter")
    empty = folder / "empty.gguf"
    empty.touch()
    whole = write_tiny_adapter(folder / "whole.gguf")
    cut = folder / "cut.gguf"
    cut.write_bytes(whole.read_bytes()[:-200])
    return {
        "text": text,
        "empty": empty,
        "cut off": cut,
        "a model": write_tiny_model(folder / "model.gguf"),
        "another architecture": write_tiny_adapter(folder / "arch.gguf", architecture="qwen2"),
        "another width": write_tiny_adapter(folder / "width.gguf", width=32),
        "missing": folder / "missing.gguf",
        "a folder": folder,
        "no path": "",
    }


KINDS = [
    "text",
    "empty",
    "cut off",
    "a model",
    "another architecture",
    "another width",
    "missing",
    "a folder",
    "no path",
]


@pytest.mark.parametrize("kind", KINDS)
def test_a_bad_adapter_fails_its_request_alone(llama, tmp_path, kind):
    engine = llama()
    other = engine.submit(ask())
    engine.step(3)
    bad = engine.submit(ask(Lora(str(bad_files(tmp_path)[kind]))))
    engine.run(bad, other)
    assert isinstance(bad.error, MynaError)
    assert bad.error.code in {"bad-model-file", "model-missing", "bad-input"}
    assert other.tokens == llama().ask(ask()).tokens


@pytest.mark.parametrize("scale", [float("nan"), float("inf"), -float("inf")])
def test_a_scale_that_is_no_number_is_refused(llama, lora, scale):
    with pytest.raises(BadInput, match="scale"):
        llama().ask(ask(Lora(lora.path, scale)))


def test_an_adapter_that_overflows_spoils_nobody_else(llama, lora):
    engine = llama()
    others = [engine.submit(ask(text=text, tokens=30)) for text in ("one", "two")]
    engine.step(5)
    spoilt = engine.submit(ask(Lora(lora.path, 1e30)))
    engine.run(spoilt, *others)
    assert spoilt.error is not None
    assert spoilt.error.code == "engine"
    clean = llama()
    for text, other in zip(("one", "two"), others, strict=True):
        assert other.tokens == clean.ask(ask(text=text, tokens=30)).tokens
    assert engine.ask(ask()).tokens == clean.ask(ask()).tokens


def test_more_adapters_than_are_kept_fail_clearly(llama, tmp_path):
    engine = llama()
    for seed in range(8):
        engine.ask(ask(Lora(str(write_tiny_adapter(tmp_path / f"{seed}.gguf", seed=seed))), tokens=1))
    ninth = Lora(str(write_tiny_adapter(tmp_path / "ninth.gguf", seed=9)))
    reply = engine.submit(ask(ninth, tokens=1))
    engine.run(reply)
    assert reply.error is None or isinstance(reply.error, EngineError | BadModelFile)
    assert engine.ask(ask()).end.reason == "length"
