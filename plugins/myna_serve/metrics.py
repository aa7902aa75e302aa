"""Figures for Prometheus."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import psutil
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from myna.events import GuardFinding, Routed, Usage

if TYPE_CHECKING:
    from myna.worker.pool import WorkerPool

    from .admission import Lane
    from .service import LaneName

TYPE = "text/plain; version=0.0.4; charset=utf-8"

_FIRST_TOKEN_S = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 51.2)
_TOKEN_S = (0.005, 0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64)


class Metrics:
    """Of one server."""

    def __init__(self, pool: WorkerPool, lanes: Mapping[LaneName, Lane]) -> None:
        self._registry = registry = CollectorRegistry()
        self._requests = Counter("myna_requests", "Requests", ("endpoint", "status"), registry=registry)
        self._tokens = Counter("myna_tokens", "Tokens", ("kind",), registry=registry)
        self._first = Histogram(
            "myna_time_to_first_token_seconds", "Time to the first token", buckets=_FIRST_TOKEN_S, registry=registry
        )
        self._each = Histogram(
            "myna_time_per_token_seconds", "Time for each token after it", buckets=_TOKEN_S, registry=registry
        )
        self._cache = Counter("myna_answer_cache", "Answers looked up in the cache", ("result",), registry=registry)
        self._verdicts = Counter("myna_guard_findings", "What the guard found", ("action",), registry=registry)
        self._routed = Counter(
            "myna_routed_requests",
            "Choices among models, and those made because another model could not answer",
            ("route", "rule", "model", "instead_of"),
            registry=registry,
        )
        self._blocked = Counter("myna_blocked_answers", "Answers that a policy ended", registry=registry)
        registry.register(_Machine(pool, lanes))

    def text(self) -> bytes:
        """All of it, in Prometheus' format. Reads the memory of processes."""
        return generate_latest(self._registry)

    def answered(self, endpoint: str, status: int) -> None:
        self._requests.labels(endpoint, str(status)).inc()

    def used(self, usage: Usage) -> None:
        """Tokens of an answer."""
        self._tokens.labels("prompt").inc(usage.prompt_tokens)
        self._tokens.labels("prompt_cached").inc(usage.cached_tokens)
        self._tokens.labels("completion").inc(usage.completion_tokens)

    def timed(self, timings: Mapping[str, float], usage: Usage) -> None:
        """Milliseconds of the stages of a turn."""
        if "first_token" in timings:
            self._first.observe(timings["first_token"] / 1e3)
        if usage.completion_tokens > 1 and "decode" in timings:
            self._each.observe(timings["decode"] / 1e3 / (usage.completion_tokens - 1))

    def cached(self, *, hit: bool) -> None:
        self._cache.labels("hit" if hit else "miss").inc()

    def found(self, finding: GuardFinding) -> None:
        self._verdicts.labels(finding.action).inc()

    def routed(self, choice: Routed) -> None:
        self._routed.labels(choice.route, choice.rule, choice.model, choice.instead_of).inc()

    def blocked(self) -> None:
        self._blocked.inc()


class _Machine(Collector):
    """What is looked up when somebody asks."""

    def __init__(self, pool: WorkerPool, lanes: Mapping[LaneName, Lane]) -> None:
        self._pool = pool
        self._lanes = lanes

    def collect(self) -> Iterator[Metric]:
        waiting = GaugeMetricFamily("myna_queue_length", "Requests that wait", labels=["lane"])
        running = GaugeMetricFamily("myna_requests_running", "Requests that are served", labels=["lane"])
        for name, lane in self._lanes.items():
            waiting.add_metric([name], lane.waiting)
            running.add_metric([name], lane.running)
        restarts = CounterMetricFamily("myna_worker_restarts", "Starts of a worker after the first", labels=["model"])
        memory = GaugeMetricFamily("myna_memory_bytes", "Resident memory", labels=["process"])
        memory.add_metric(["server"], psutil.Process().memory_info().rss)
        for worker in self._pool.status():
            restarts.add_metric([worker.name], worker.restarts)
            memory.add_metric([worker.name], worker.rss)
        yield from (waiting, running, restarts, memory)
