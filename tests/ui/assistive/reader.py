"""What a screen reader gets of the window, over the accessibility bus. Runs under the system's Python, which has the
bindings; `reader.py PROGRAM... ` starts the program, and prints a JSON object: what each page shows, and what was said.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from typing import Any

import gi  # type: ignore[import-not-found, unused-ignore]

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # type: ignore[import-not-found, unused-ignore] # noqa: E402

PAGES = ("prompts", "safety", "history", "voice", "models", "plugins", "health", "settings", "conversation")
PATIENCE_S = 200.0
"""Only says when something is missing."""
STATES = ("showing", "focused", "focusable", "checked", "selected")
DEEPEST = 20

said: list[str] = []


def turn() -> None:
    """Let events in."""
    context = GLib.MainContext.default()
    while context.iteration(False):
        pass
    time.sleep(0.02)


def until(condition: Any, what: str) -> Any:
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        if found := condition():
            return found
        turn()
    raise SystemExit(f"it never came: {what}")


def children(node: Any) -> list[Any]:
    return [one for one in (node.get_child_at_index(at) for at in range(node.get_child_count())) if one is not None]


def below(node: Any, depth: int) -> list[Any]:
    """Page tabs that are no deeper than that."""
    if node.get_role() == Atspi.Role.PAGE_TAB:
        return [node]
    return [one for child in children(node) for one in below(child, depth - 1)] if depth else []


def tree(node: Any, depth: int = 0) -> list[dict[str, Any]]:
    """All that shows, from top to bottom; what goes away meanwhile is left out."""
    try:
        names = [state.value_nick for state in node.get_state_set().get_states()]
        states = [name for name in STATES if name in names]
        line = {"role": node.get_role_name(), "name": node.get_name() or "", "states": states}
        line["description"] = node.get_description() or ""
        below = [one for child in children(node) for one in tree(child, depth + 1)] if depth < DEEPEST else []
    except GLib.Error:
        return []
    return [line, *below] if "showing" in states or depth == 0 else below


def main() -> None:
    heard = Atspi.EventListener.new(lambda event: said.append(str(event.any_data)))
    heard.register("object:announcement")
    program = subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE, text=True)
    assert program.stdin is not None
    tell = program.stdin
    desk = Atspi.get_desktop(0)

    def tabs() -> dict[str, Any]:
        """The pages in the list of pages, by name."""
        return {one.get_name(): one for app in children(desk) if app.get_name() == "Myna" for one in below(app, 4)}

    def show(page: str) -> list[dict[str, Any]]:
        tell.write(f"page {page}\n")
        tell.flush()
        title = page.capitalize()
        until(lambda: there[title].get_state_set().contains(Atspi.StateType.SELECTED), f"the page {page}")
        app = next(one for one in children(desk) if one.get_name() == "Myna")
        seen: list[dict[str, Any]] = []

        def rests() -> bool:
            nonlocal seen
            before, seen = seen, tree(app)
            return before == seen

        until(rests, f"rest on the page {page}")
        return seen

    there: dict[str, Any] = until(lambda: len(found := tabs()) == len(PAGES) and found, "the window")
    result: dict[str, Any] = {page: show(page) for page in PAGES}
    said.clear()
    tell.write("ask\n")
    tell.flush()
    until(lambda: "And the rest" in said, "the answer")
    result["answer"] = show("conversation")
    result["said"] = said
    tell.write("quit\n")
    tell.flush()
    program.wait(PATIENCE_S)
    print(json.dumps(result))


main()
