"""A real llama.cpp engine on a tiny model, in the process of the tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from myna.engine.protocols import EngineSpec
from myna.testing.in_process import InProcess
from myna.testing.tiny_gguf import write_tiny_adapter, write_tiny_model

OPTIONS = {"threads": 1, "parallel": 4, "context": 512, "initial_cells": 1024, "memory_reserve_mb": 0}


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_model(tmp_path_factory.mktemp("tiny") / "tiny.gguf")


@pytest.fixture(scope="session")
def tiny_adapter(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_adapter(tmp_path_factory.mktemp("tiny") / "adapter.gguf")


@pytest.fixture
def llama(tiny_model: Path) -> Iterator[Callable[..., InProcess]]:
    """`llama(option=value, ...)` loads an engine; it is closed after the test."""
    from myna.engine.llama import LlamaEngine

    with ExitStack() as stack:

        def load(
            *, model: Path = tiny_model, projector: Path | None = None, cache_dir: Path | None = None, **options: Any
        ) -> InProcess:
            files = {"model": str(model), **({"projector": str(projector)} if projector else {})}
            spec = EngineSpec(
                "tiny",
                "myna.engine.llama:LlamaEngine",
                files,
                {**OPTIONS, **options},
                cache_dir=str(cache_dir or ""),
            )
            return stack.enter_context(InProcess(LlamaEngine(spec)))

        yield load
