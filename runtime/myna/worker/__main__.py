"""`python -m myna.worker`: a process that holds one model. Started by the host, never by hand."""

from __future__ import annotations

import sys

from .lifeline import harden


def main(arguments: list[str]) -> int:
    """`arguments`: the host's process id, then what `myna.worker.transport` says of the socket."""
    from .wire import inherited

    try:
        host, *channel = arguments
        wire = inherited(channel)
        harden(int(host))
    except (ValueError, OSError) as error:
        print(f"myna.worker: {error}", file=sys.stderr)
        return 2

    from .child import Child

    return Child(wire).run()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
