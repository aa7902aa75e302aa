"""What the server adds to Myna: a command. Nothing of an HTTP library is imported before it runs."""

from __future__ import annotations

from collections.abc import Sequence

from myna.bench import BenchInfo
from myna.hookspecs import CommandInfo, hookimpl

MYNA_NEEDS = ("network", "files")


@hookimpl
def myna_register_commands() -> Sequence[CommandInfo]:
    return (CommandInfo("serve", "Answer other programs over HTTP, as OpenAI's API does", "myna_serve.command:serve"),)


@hookimpl
def myna_register_benchmarks() -> Sequence[BenchInfo]:
    return (
        BenchInfo(
            "serve",
            "The server with one stream and with eight, beside that of llama.cpp",
            "myna_serve.benchmarks.streams:run",
        ),
        BenchInfo("crowd", "64 clients with 8 keys on 8 places for two minutes", "myna_serve.benchmarks.crowd:run"),
        BenchInfo(
            "crash",
            "The worker is killed under eight answers: when is the next one given",
            "myna_serve.benchmarks.crash:run",
        ),
        BenchInfo(
            "schemas",
            "Do 200 answers and 200 required calls fit their JSON schemas",
            "myna_serve.benchmarks.schemas:run",
        ),
    )
