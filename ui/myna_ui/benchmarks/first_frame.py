"""`myna desktop` up to its first frame; says `frame`, and waits to be ended."""

from __future__ import annotations

from myna_ui import app


def main() -> None:
    make = app.window

    def window(*arguments: object, **options: object) -> object:
        engine, shown = make(*arguments, **options)  # type: ignore[arg-type]
        shown.frameSwapped.connect(lambda: print("frame", flush=True))
        return engine, shown

    app.window = window  # type: ignore[assignment]
    from myna.cli.main import run

    run(["desktop"])


if __name__ == "__main__":
    main()
