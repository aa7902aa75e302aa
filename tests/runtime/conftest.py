"""Real engines on a tiny model, in the process of the tests: llama.cpp's, and the one for ONNX. A real PostgreSQL."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

import stores
from myna.engine.onnx_files import NAMES
from myna.engine.protocols import EngineSpec
from myna.testing.in_process import InProcess
from myna.testing.tiny_gguf import write_tiny_adapter, write_tiny_model
from myna.testing.tiny_onnx import write_tiny_onnx

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


@pytest.fixture(scope="session")
def tiny_onnx(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """The folder of the tiny model in a layout; made once. `tail` as in `write_tiny_onnx`."""
    for package in ("llguidance", "onnx", "onnxruntime", "tokenizers"):
        pytest.importorskip(package, reason="the extra onnx is not installed")
    made: dict[tuple[str, int], Path] = {}

    def folder(layout: str, tail: int = 1) -> Path:
        if (layout, tail) not in made:
            made[layout, tail] = tmp_path_factory.mktemp("tiny-onnx") / layout
            write_tiny_onnx(made[layout, tail], layout, tail=tail)
        return made[layout, tail]

    return folder


@pytest.fixture
def onnx_text(tiny_onnx: Callable[..., Path]) -> Iterator[Callable[..., InProcess]]:
    """`onnx_text(layout or folder, option=value, ...)` loads an engine; it is closed after the test."""
    from myna.engine.onnx import OnnxTextEngine

    with ExitStack() as stack:

        def load(model: str | Path = "joined", *, cache_dir: Path | None = None, **options: Any) -> InProcess:
            folder = model if isinstance(model, Path) else tiny_onnx(model)
            there = {role: folder / name for role, name in {"model": "model.onnx", **NAMES}.items()}
            spec = EngineSpec(
                "tiny",
                "myna.engine.onnx:OnnxTextEngine",
                {role: str(path) for role, path in there.items() if path.exists()},
                {"threads": 1, "parallel": 4, "context": 512, "memory_reserve_mb": 0, **options},
                cache_dir=str(cache_dir or ""),
            )
            return stack.enter_context(InProcess(OnnxTextEngine(spec)))

        yield load


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The folder with the socket of a PostgreSQL that is this test run's own; its superuser is `myna`."""
    programs = stores.postgres_programs()
    if programs is None:
        pytest.skip("needs PostgreSQL (Debian: apt-get install postgresql)")
    # Short, since it holds a socket, and another user may have to get in.
    with tempfile.TemporaryDirectory(prefix="myna") as made:
        Path(made).chmod(0o755)
        with stores.postgres(programs, Path(made)):
            yield made


_numbers = itertools.count(1)


@pytest.fixture
def database(postgres: str) -> Iterator[str]:
    """The URL of an empty database."""
    import psycopg

    name = f"test{next(_numbers)}"
    with psycopg.connect(host=postgres, user="myna", dbname="postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    yield f"postgresql://myna@/{name}?host={postgres}"
    with psycopg.connect(host=postgres, user="myna", dbname="postgres", autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
