"""A real model that is small enough for a unit test: llama.cpp loads it in milliseconds.

The weights are random, so what it says means nothing, but everything else is as in a large model: a
byte-level vocabulary that can spell any text, control tokens, a ChatML template, attention with rotary
positions. Writing one needs the package `gguf`, which is not installed with Myna.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

CHATML = (
    "{% for message in messages %}"
    "{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n' }}"
    "{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
CONTROL = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")
"""The first tokens of the vocabulary, in this order; `<|im_end|>` ends an answer."""

END_OF_TEXT, IM_START, IM_END = range(3)

NEVER_END = {END_OF_TEXT: -1000.0, IM_END: -1000.0}
"""A `Sampling.logit_bias` under which an answer goes on to its token limit."""

MERGES = (
    "t h",
    "th e",
    "a n",
    "an d",
    "i n",
    "Ġ the",
    "Ġ and",
    "in g",
    "u s",
    "e r",
    "us er",
    "Ġ a",
    '" :',
    '" ,',
    '" }',
)
"""In the spelling of GPT-2's vocabulary, where Ġ is a space."""

LAYERS, WIDTH, HEADS, HIDDEN = 2, 64, 2, 128


def byte_spelling() -> dict[int, str]:
    """How GPT-2's vocabulary spells each byte: printable ones as they are, the rest from U+0100 on."""
    printable = {*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)}
    others = (byte for byte in range(256) if byte not in printable)
    spelling = {byte: chr(0x100 + index) for index, byte in enumerate(others)}
    return {byte: spelling.get(byte, chr(byte)) for byte in range(256)}


def vocabulary() -> list[str]:
    """Control tokens, then the 256 bytes (byte b is token b + 3), then what the merges make."""
    spelling = byte_spelling()
    return [*CONTROL, *(spelling[byte] for byte in range(256)), *(merge.replace(" ", "") for merge in MERGES)]


def byte_token(byte: int) -> int:
    return len(CONTROL) + byte


def write_tiny_model(
    path: Path,
    *,
    seed: int = 1,
    context: int = 512,
    template: str | None = CHATML,
    architecture: str = "llama",
    more_control: Sequence[str] = (),
) -> Path:
    """Write the model to `path`: about 0.4 MB, the same bytes for the same arguments.

    `more_control` are more control tokens, at the end of the vocabulary. The architecture `qwen2vl` counts positions
    along several axes.
    """
    import gguf

    writer = gguf.GGUFWriter(str(path), architecture)
    writer.add_type(gguf.GGUFType.MODEL)
    writer.add_name(f"tiny-{seed}")
    writer.add_context_length(context)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(HIDDEN)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(WIDTH // HEADS)
    writer.add_file_type(gguf.LlamaFileType.ALL_F32)
    if architecture == "qwen2vl":
        half = WIDTH // HEADS // 2
        writer.add_rope_dimension_sections([half // 2, half // 4, half // 4, 0])
    _add_vocabulary(writer, template, more_control)
    for name, tensor in weights(seed, len(vocabulary()) + len(more_control)).items():
        writer.add_tensor(name, tensor)
    _finish(writer)
    return path


def write_tiny_adapter(
    path: Path, *, seed: int = 7, strength: float = 1.0, architecture: str = "llama", width: int = WIDTH
) -> Path:
    """Write a LoRA adapter of rank 2 that changes what `write_tiny_model`'s model says.

    With another `architecture` or `width`, one that does not fit it.
    """
    import gguf
    import numpy as np

    writer = gguf.GGUFWriter(str(path), architecture)
    writer.add_type(gguf.GGUFType.ADAPTER)
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", 2.0)
    random = np.random.default_rng(seed)
    for layer in range(LAYERS):
        for part in ("attn_q", "attn_v", "attn_output"):
            name = f"blk.{layer}.{part}.weight"
            writer.add_tensor(f"{name}.lora_a", _normal(random, strength, 2, width))
            writer.add_tensor(f"{name}.lora_b", _normal(random, strength, width, 2))
    _finish(writer)
    return path


def write_projector(path: Path) -> Path:
    """Write the header of a picture encoder, which is no model that can answer."""
    import gguf
    import numpy as np

    writer = gguf.GGUFWriter(str(path), "clip")
    writer.add_type("mmproj")
    writer.add_tensor("mm.0.weight", np.zeros((4, 4), dtype=np.float32))
    _finish(writer)
    return path


def _finish(writer: Any) -> None:
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _add_vocabulary(writer: Any, template: str | None, more_control: Sequence[str]) -> None:
    import gguf

    tokens = vocabulary()
    kinds = [gguf.TokenType.CONTROL] * len(CONTROL) + [gguf.TokenType.NORMAL] * (len(tokens) - len(CONTROL))
    tokens += more_control
    kinds += [gguf.TokenType.CONTROL] * len(more_control)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(tokens)
    writer.add_token_types(kinds)
    writer.add_token_merges(list(MERGES))
    writer.add_vocab_size(len(tokens))
    writer.add_bos_token_id(END_OF_TEXT)
    writer.add_eos_token_id(IM_END)
    writer.add_add_bos_token(False)
    if template is not None:
        writer.add_chat_template(template)


def weights(seed: int, size: int) -> dict[str, np.ndarray[Any, np.dtype[np.float32]]]:
    """Scaled so that logits differ by more than rounding: greedy answers do not hang on the last bit."""
    import numpy as np

    random = np.random.default_rng(seed)
    ones = np.ones(WIDTH, dtype=np.float32)
    found = {
        "token_embd.weight": _normal(random, 0.5, size, WIDTH),
        "output_norm.weight": ones,
        "output.weight": _normal(random, 3.0 / WIDTH**0.5, size, WIDTH),
    }
    scale = 1.0 / WIDTH**0.5
    for layer in range(LAYERS):
        found[f"blk.{layer}.attn_norm.weight"] = ones
        found[f"blk.{layer}.ffn_norm.weight"] = ones
        for part in ("attn_q", "attn_k", "attn_v", "attn_output"):
            found[f"blk.{layer}.{part}.weight"] = _normal(random, scale, WIDTH, WIDTH)
        for part in ("ffn_gate", "ffn_up"):
            found[f"blk.{layer}.{part}.weight"] = _normal(random, scale, HIDDEN, WIDTH)
        found[f"blk.{layer}.ffn_down.weight"] = _normal(random, scale, WIDTH, HIDDEN)
    return found


def _normal(random: np.random.Generator, scale: float, rows: int, columns: int) -> Any:
    return (random.standard_normal((rows, columns)) * scale).astype("float32")
