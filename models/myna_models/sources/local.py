"""`file:PATH`: a file on this machine, for example on a stick or a share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from myna.errors import SourceUnavailable

_CHUNK = 4 << 20


class LocalSource:
    """Copies files; a copy that was interrupted goes on where it stopped."""

    scheme = "file"

    def fetch(self, location: str, target: str, progress: Callable[[int, int], None]) -> str:
        """See `myna.hookspecs.ModelSource`. There is no pin: the SHA-256 in the lock file is enough."""
        source = Path(location).expanduser()
        try:
            total = source.stat().st_size
            with source.open("rb", buffering=0) as origin, Path(target).open("ab") as copy:
                done = copy.tell()
                if done > total:
                    done = 0
                    copy.truncate(0)
                origin.seek(done)
                progress(done, total)
                while chunk := origin.read(_CHUNK):
                    copy.write(chunk)
                    done += len(chunk)
                    progress(done, total)
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError, PermissionError) as error:
            if error.filename == target:
                raise
            raise SourceUnavailable(f"{source} cannot be read: {error.strerror}") from error
        return ""
