"""Names of Qt's types for values that Python has no type of Qt for; PySide's stubs know types alone."""

from __future__ import annotations

from typing import Any

MAP: Any = "QVariantMap"
"""A dict with texts as keys; an object in QML."""
LIST: Any = "QVariantList"
ANY: Any = "QVariant"
