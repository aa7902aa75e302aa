"""What the page shows of each model: what the catalog and the store say, and how it fits this machine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from myna.config import Settings
from myna.engine.protocols import Task
from myna.errors import MynaError
from myna.paths import Paths

from ..catalog import Catalog
from ..chinese import CHINESE
from ..fit import Fit, judge, of_installed, of_manifest
from ..importing import UNKNOWN_LICENCE, is_imported
from ..installed import Store
from ..listing import Row, rows
from ..machine import Machine
from ..manifest import Manifest
from ..pick import candidates, fallback
from ..tuning.state import State, states
from .names import OPEN_LICENCES, TASKS, of_language, of_task, words

SETTING_OF: dict[Task, str] = {
    "chat": "chat.model",
    "transcribe": "speech.transcriber",
    "synthesize": "speech.voice",
    "wake-word": "speech.wake_model",
}
"""The settings that choose a model, by task."""
_ORDER = {"runs well": 0, "": 1, "slow": 2, "too large": 3}


class Shelf:
    """Everything that there is, read at once; not in the loop, since it reads many files."""

    def __init__(self, paths: Paths, settings: Settings, machine: Machine | None) -> None:
        catalog, store = Catalog.find(paths, settings), Store(paths.models)
        manifests, _ = catalog.load()
        self._paths = paths
        self._settings = settings
        self._store = store
        self._machine = machine
        self._known = {manifest.id: manifest for manifest in manifests}
        found, problems = rows(catalog, store)
        self._optimized = states(store.load()[0], store)
        self.problems = [problem.info() for problem in problems]
        """Manifests and lock files that cannot be read."""
        order = {task: place for place, task in enumerate(TASKS)}
        made = [(row, self._fit(row)) for row in found]
        made.sort(
            key=lambda pair: (
                not pair[0].installed,
                order.get(pair[0].task, len(order)),  # type: ignore[call-overload]
                _ORDER[pair[1][0].verdict if pair[1] else ""],
                not pair[0].recommended,
                -pair[0].parameters,
                pair[0].id,
            )
        )
        self.models = [self._shown(row, fit) for row, fit in made]
        self.suggested = self._suggested(catalog, machine)

    def defaults(self, settings: Settings) -> list[dict[str, Any]]:
        """For each task that has a setting: what is chosen (empty: Myna chooses), and among what."""
        from myna.settings import get

        found = []
        for task, key in SETTING_OF.items():
            options = [{"id": row["id"], "name": row["name"]} for row in self._installed(task)]
            chosen = str(get(settings, key))
            if chosen and chosen not in {option["id"] for option in options}:
                # The path of a file, or a model that is gone: shown, so that it can be changed.
                options.append({"id": chosen, "name": chosen})
            if options:
                name = of_task(task)
                found.append({**name.shown(task), "key": key, "chosen": chosen, "options": options})
        return found

    def manifests(self) -> Mapping[str, Manifest]:
        return self._known

    def _installed(self, task: str) -> list[dict[str, Any]]:
        return [row for row in self.models if row["task"] == task and row["installed"]]

    def _suggested(self, catalog: Catalog, machine: Machine | None) -> list[str]:
        """For a first conversation: the best chat model for this machine, and the one that needs no model hub."""
        found = []
        if machine is not None:
            found += [manifest.id for manifest in candidates(list(self._known.values()), machine, self._settings)[:1]]
        try:
            found.append(fallback(catalog).id)
        except MynaError:
            # A catalog without it can be used all the same.
            return found
        return list(dict.fromkeys(found))

    def _fit(self, row: Row) -> tuple[Fit, int] | None:
        """How it fits, and the bytes of its weights; None where nothing can be said."""
        if self._machine is None:
            return None
        manifest = self._known.get(row.id)
        try:
            installed = self._store.get(row.id)
            demand = of_installed(installed, self._store) if installed else None
        except (MynaError, OSError):
            # A damaged model is shown with what its manifest says; to check it says what is wrong.
            demand = None
        if demand is None and manifest is not None:
            demand = of_manifest(manifest)
        if demand is None or not demand.weights:
            return None
        writes = row.task == "chat"
        return judge(row.id, demand, self._machine, self._settings.engine.context, writes=writes), demand.weights

    def _shown(self, row: Row, found: tuple[Fit, int] | None) -> dict[str, Any]:
        fit, weights = found or (None, 0)
        manifest = self._known.get(row.id)
        summary = manifest.summary if manifest else ""
        task, languages = of_task(row.task), [of_language(code) for code in row.languages]
        chinese = CHINESE.get(summary, summary)
        is_open = row.licence.lower() in OPEN_LICENCES
        sources = (
            [source for file in manifest.files for part in file.pieces() for source in part.sources] if manifest else []
        )
        return {
            "id": row.id,
            "name": row.name,
            "summary": {"en": summary, "zh": chinese},
            "task": row.task,
            "task_name": task.shown(row.task),
            "format": row.format,
            "licence": "" if row.licence == UNKNOWN_LICENCE else row.licence.removeprefix("LicenseRef-"),
            "licence_url": manifest.licence.url if manifest else "",
            "open": is_open,
            "languages": [name.shown(code) for code, name in zip(row.languages, languages, strict=True)],
            "parameters": float(row.parameters),
            "quantization": row.quantization,
            "context": float(manifest.context if manifest else 0),
            "size": float(row.size or weights),
            "about": not row.size,
            "installed": row.installed,
            "recommended": row.recommended,
            "imported": manifest is not None and is_imported(manifest, self._paths),
            "available": manifest is not None,
            "source": sources[0].partition(":")[0] if sources else "",
            "setting": next((key for known, key in SETTING_OF.items() if known == row.task), ""),
            "verdict": fit.verdict if fit else "",
            "memory": float(fit.memory_needed) if fit else 0.0,
            "speed": fit.decode_tps if fit else 0.0,
            "longest": float(fit.longest_context) if fit else 0.0,
            "optimized": msgspec.structs.asdict(self._optimized.get(row.id, State(""))),
            "words": words(
                row.id, row.name, summary, chinese, row.licence, row.quantization, *task,
                *(word for name in languages for word in name), *("open 开放" if is_open else "").split(),
            ),
        }  # fmt: skip
