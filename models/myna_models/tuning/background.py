"""The same search for a program that watches it, such as the desktop: `python -m myna_models.tuning.background MODEL`.

On standard error it says how far it is, a `Progress` a line as JSON; the last line of one that failed is
`{"error": {"code", "message", "hint"}}`, and the exit status as of every command.
"""

from __future__ import annotations

import asyncio
import os
import sys

import msgspec

from myna.audit.actions import Actions
from myna.errors import MynaError
from myna.host import PluginHost
from myna.paths import Paths
from myna.settings import load_settings

from .command import BUDGET, MINUTES
from .optimizing import Optimizer, be_modest


def _say(what: object) -> None:
    """At once, whole lines."""
    os.write(2, msgspec.json.encode(what) + b"\n")


def main(name: str) -> int:
    be_modest()
    paths = Paths.find()
    try:
        settings = load_settings(paths, environ=os.environ)
        actions = Actions.of(paths, settings, PluginHost.load(settings.plugins))
        with actions.recorded("models.optimize", models=(name,), budget=BUDGET):
            optimizer = Optimizer(paths, settings, _say)
            asyncio.run(optimizer.run(name, budget=BUDGET / 100, time_s=MINUTES * 60))
    except MynaError as error:
        _say({"error": error.info()})
        return error.exit_status
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
