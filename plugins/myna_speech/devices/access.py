"""Whether this person may use the sound devices at all."""

from __future__ import annotations

import os
from pathlib import Path

JOIN_GROUP = "sudo usermod --append --groups audio $USER, then log in again"


def mend(folder: Path = Path("/dev/snd")) -> str:
    """What to do when PortAudio sees no device."""
    try:
        nodes = [node for node in folder.iterdir() if node.name.startswith("pcm")]
    except OSError:
        nodes = []
    if nodes and not any(os.access(node, os.R_OK | os.W_OK) for node in nodes):
        return JOIN_GROUP
    return "plug one in, or start the sound server"
