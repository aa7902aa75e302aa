"""`hf:OWNER/REPOSITORY/PATH[@REVISION]`: a file on a model hub that speaks Hugging Face's protocol.

`huggingface_hub` finds the file, so that its settings hold: `HF_ENDPOINT` (a mirror), `HF_HUB_OFFLINE`,
`HF_TOKEN` for models behind a licence. The bytes come by our own resumable transfer, which can be
stopped at any moment. The pin is the commit; the file is compared with the hash that the hub reports.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, cast

from myna.config import ModelSettings
from myna.errors import HashMismatch, SourceUnavailable

from .offers import refuse_offline

if TYPE_CHECKING:
    from huggingface_hub import HfFileMetadata

METADATA_S = 10.0
"""For the hub to say what a file is."""
_CHUNK = 1 << 20


class HubSource:
    scheme = "hf"

    def __init__(self, settings: ModelSettings) -> None:
        self._settings = settings

    def pinned(self, location: str, pin: str) -> str:
        """The same file at the commit that was fetched first."""
        return location if "@" in location else f"{location}@{pin}"

    def fetch(self, location: str, target: str, progress: Callable[[int, int], None]) -> str:
        """See `myna.hookspecs.ModelSource`."""
        repository, path, revision = _parse(location)
        refuse_offline(self._settings, f"hf:{location}")
        os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
        from huggingface_hub import get_token, hf_hub_url
        from huggingface_hub.errors import HFValidationError

        from .transfer import download

        try:
            url = hf_hub_url(repository, path, revision=revision or None)
        except (HFValidationError, ValueError) as error:
            raise SourceUnavailable(f"hf:{location} is no address on a hub: {error}") from error
        known = self._metadata(url, location, min(METADATA_S, self._settings.stall_timeout_s or METADATA_S))
        commit = known.commit_hash or revision
        if known.commit_hash:
            # Held at the commit, so that a push in the middle of a long transfer cannot mix two files.
            url = hf_hub_url(repository, path, revision=commit)
        token = get_token()
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        download(url, target, progress, stall_s=self._settings.stall_timeout_s, headers=headers)
        _compare(Path(target), known.size, known.etag or "", location)
        return commit

    def _metadata(self, url: str, location: str, timeout: float) -> HfFileMetadata:
        from huggingface_hub import errors, get_hf_file_metadata
        from huggingface_hub.errors import (
            EntryNotFoundError,
            GatedRepoError,
            HfHubHTTPError,
            OfflineModeIsEnabled,
            RepositoryNotFoundError,
            RevisionNotFoundError,
        )

        # The base of what its HTTP library raises; which library that is changed between versions.
        transport_error = cast(type[Exception], getattr(errors, "HTTPError", OSError))
        try:
            return get_hf_file_metadata(url, timeout=timeout)
        except OfflineModeIsEnabled as error:
            raise SourceUnavailable("the hub is switched off by HF_HUB_OFFLINE", hint="unset HF_HUB_OFFLINE") from error
        except GatedRepoError as error:
            hint = "accept its licence on the hub, then set HF_TOKEN"
            raise SourceUnavailable(f"hf:{location} is behind a licence", hint=hint) from error
        except (RepositoryNotFoundError, RevisionNotFoundError, EntryNotFoundError) as error:
            raise SourceUnavailable(f"the hub has no hf:{location}") from error
        except HfHubHTTPError as error:
            raise SourceUnavailable(f"the hub refuses hf:{location}: {_first_line(error)}") from error
        except (transport_error, OSError) as error:
            raise SourceUnavailable(f"the hub cannot be reached: {_first_line(error)}") from error


def _parse(location: str) -> tuple[str, str, str]:
    """Repository, path in it, and revision (empty for the newest)."""
    body, _, revision = location.partition("@")
    pieces = body.split("/", 2)
    if len(pieces) != 3 or not all(pieces) or ".." in pieces[2].split("/"):
        raise SourceUnavailable(f"hf:{location} is not of the form hf:OWNER/REPOSITORY/PATH[@REVISION]")
    return f"{pieces[0]}/{pieces[1]}", pieces[2], revision


def _compare(path: Path, size: int | None, etag: str, location: str) -> None:
    """Check what arrived against what the hub reports: SHA-256 of large files, git's hash of small ones."""
    actual = path.stat().st_size
    wrong = ""
    if size is not None and actual != size:
        wrong = f"{actual:,} bytes instead of {size:,}"
    elif len(etag) == 64 and _digest(hashlib.sha256(), path) != etag.lower():
        wrong = "another SHA-256"
    elif len(etag) == 40:
        blob = hashlib.sha1(f"blob {actual}\0".encode(), usedforsecurity=False)
        wrong = "another git hash" if _digest(blob, path) != etag.lower() else ""
    if wrong:
        path.unlink()
        raise HashMismatch(f"hf:{location} arrived with {wrong} than the hub reports")


def _digest(digest: hashlib._Hash, path: Path) -> str:
    with path.open("rb", buffering=0) as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _first_line(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0][:200] if lines else type(error).__name__
