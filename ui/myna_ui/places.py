"""Folders and files as people read them."""

from __future__ import annotations

import os
import re
from pathlib import Path


def shortened(text: str) -> str:
    """`text` with the folder of whoever sits in front as ~, wherever a path in it begins so."""
    try:
        home = str(Path.home())
    except RuntimeError:
        # A user without a folder of their own.
        return text
    if home in {"", os.sep}:
        return text
    return re.sub(rf"(?<![\w.-]){re.escape(home)}(?=$|[{re.escape(os.sep)}\s:,;)])", "~", text)
