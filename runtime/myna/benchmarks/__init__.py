"""The measurements of the core, for `myna bench`: each beside a peer that runs the same model file.

decode, prefill,   llama-bench
busy
concurrent         llama-server
start, load,       `bare.py`: llama-cpp-python without Myna
memory
second-turn,       the same prompt without anything kept from before
restart
guesses, draft     the same engine without
help               an allowance
onnx               one another, and llama.cpp on the same model
kv                 the same engine with keys and values in 16 bits
pressure           the smaller model asked directly
spare              the same with all cores computing
audit              writing the same bytes with nothing around it

Both sides get the same file and the same number of threads, and take turns. How each figure is
taken is said in `docs/performance.md`.
"""

from __future__ import annotations

from ..bench import BenchInfo

BENCHMARKS = (
    BenchInfo("decode", "Speed of one long answer beside llama-bench", "myna.benchmarks.speed:decode"),
    BenchInfo("busy", "The same while other programs are at work", "myna.benchmarks.speed:busy"),
    BenchInfo("prefill", "Speed of reading a prompt beside llama-bench", "myna.benchmarks.speed:prefill"),
    BenchInfo(
        "second-turn", "Time to the first token of a second turn beside cold", "myna.benchmarks.reuse:second_turn"
    ),
    BenchInfo("guesses", "An answer that repeats, beside the same without guesses", "myna.benchmarks.guesses:run"),
    BenchInfo("draft", "An answer that a smaller model writes ahead, beside without", "myna.benchmarks.guesses:draft"),
    BenchInfo("restart", "Time to the first token after a restart beside cold", "myna.benchmarks.reuse:restart"),
    BenchInfo("concurrent", "1, 4 and 8 conversations at once beside llama-server", "myna.benchmarks.concurrent:run"),
    BenchInfo("start", "From process start to the first token beside a bare script", "myna.benchmarks.processes:start"),
    BenchInfo("load", "From process start to a loaded model beside a bare script", "myna.benchmarks.processes:load"),
    BenchInfo("memory", "Resident memory beside a bare script", "myna.benchmarks.processes:memory"),
    BenchInfo("onnx", "Text models in ONNX, in 8 bits and whole, beside llama.cpp", "myna.benchmarks.onnx:run"),
    BenchInfo("kv", "Keys and values in 8 bits beside 16: memory, speed, quality", "myna.benchmarks.kv:run"),
    BenchInfo("pressure", "How soon a smaller model answers where memory is short", "myna.benchmarks.pressure:run"),
    BenchInfo("spare", "Sound beside an answer, with a core left to it and without", "myna.benchmarks.spare:run"),
    BenchInfo("audit", "Cost of a record, durable and not, beside a bare write", "myna.benchmarks.audit:run"),
    BenchInfo("help", "How long myna --help takes", "myna.benchmarks.processes:show_help"),
)
