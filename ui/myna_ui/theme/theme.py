"""The theme as QML sees it: `theme.text`, `theme.space`, `theme.body`."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Property, QObject, Qt, Signal
from PySide6.QtGui import QColor, QFontDatabase, QGuiApplication

from myna.config import DesktopSettings

from .palettes import PALETTES, Scheme

BODY_PX = 15
"""Height of the text of an answer, logical pixels: what the systems' own chat programs use, give or take one."""
TOUCH_PX = 48
"""Smallest side of a target for a finger: 48 dp, Material Design; WCAG 2.2 asks for 44."""

FAMILIES = ("Inter", "SF Pro Text", "Segoe UI Variable Text", "Segoe UI", "Noto Sans", "Noto Sans CJK SC")
"""The first that is installed is used; all have the weights that the pages ask for."""
MONOSPACED = ("JetBrains Mono", "SF Mono", "Cascadia Mono", "Consolas", "Noto Sans Mono", "DejaVu Sans Mono")


def _colour(name: str, changed: Signal) -> Any:
    return Property(QColor, lambda theme: theme.colour_of(name), notify=changed)


def _size(factor: float, changed: Signal) -> Any:
    return Property(int, lambda theme: theme.px(factor), notify=changed)


class Theme(QObject):
    """Follows the system until the person chooses."""

    changed = Signal()

    def __init__(self, settings: DesktopSettings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._touch = False
        installed = set(QFontDatabase.families())
        self._family = next((name for name in FAMILIES if name in installed), QGuiApplication.font().family())
        fixed = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont).family()
        self._mono = next((name for name in MONOSPACED if name in installed), fixed)
        hints = QGuiApplication.styleHints()
        hints.colorSchemeChanged.connect(self.changed)
        hints.accessibility().contrastPreferenceChanged.connect(self.changed)

    def use(self, settings: DesktopSettings, *, touch: bool | None = None) -> None:
        """Look as these settings say; `touch` makes everything large enough for fingers."""
        self._settings = settings
        self._touch = self._touch if touch is None else touch
        self.changed.emit()

    @property
    def scheme(self) -> Scheme:
        hints = QGuiApplication.styleHints()
        dark = hints.colorScheme() == Qt.ColorScheme.Dark
        chosen = self._settings.theme
        wanted = hints.accessibility().contrastPreference() == Qt.ContrastPreference.HighContrast
        if chosen == "high-contrast" or (chosen == "auto" and wanted):
            return "high-contrast-dark" if dark else "high-contrast-light"
        if chosen == "auto":
            return "dark" if dark else "light"
        return chosen

    def colour_of(self, name: str) -> QColor:
        return QColor(getattr(PALETTES[self.scheme], name))

    def px(self, factor: float) -> int:
        return round(BODY_PX * factor * self._settings.font_scale * (1.25 if self._touch else 1.0))

    # colours

    window = _colour("window", changed)
    surface = _colour("surface", changed)
    sunken = _colour("sunken", changed)
    question = _colour("question", changed)
    border = _colour("border", changed)
    outline = _colour("outline", changed)
    text = _colour("text", changed)
    muted = _colour("muted", changed)
    accent = _colour("accent", changed)
    onAccent = _colour("on_accent", changed)
    accentSoft = _colour("accent_soft", changed)
    onAccentSoft = _colour("on_accent_soft", changed)
    focus = _colour("focus", changed)
    danger = _colour("danger", changed)
    onDanger = _colour("on_danger", changed)
    dangerSoft = _colour("danger_soft", changed)
    onDangerSoft = _colour("on_danger_soft", changed)
    warningSoft = _colour("warning_soft", changed)
    onWarningSoft = _colour("on_warning_soft", changed)
    success = _colour("success", changed)
    codeKeyword = _colour("code_keyword", changed)
    codeString = _colour("code_string", changed)
    codeComment = _colour("code_comment", changed)
    codeNumber = _colour("code_number", changed)
    codeName = _colour("code_name", changed)

    # sizes, logical pixels

    small = _size(0.85, changed)
    body = _size(1.0, changed)
    large = _size(1.2, changed)
    title = _size(1.55, changed)
    display = _size(2.2, changed)
    space = _size(0.53, changed)
    """The grid: everything is a multiple of it, 8 at the usual size."""

    def _get_control(self) -> int:
        return TOUCH_PX if self._touch else self.px(2.4)

    def _get_touch(self) -> bool:
        return self._touch

    touch = Property(bool, _get_touch, notify=changed)

    control = Property(int, _get_control, notify=changed)
    """Height of buttons and fields."""

    def _get_radius(self) -> int:
        return 8

    radius = Property(int, _get_radius, constant=True)

    # fonts and motion

    def _get_family(self) -> str:
        return self._family

    family = Property(str, _get_family, constant=True)

    def _get_mono(self) -> str:
        return self._mono

    mono = Property(str, _get_mono, constant=True)

    def _get_motion(self) -> int:
        return 0 if self._settings.reduced_motion else 140

    motion = Property(int, _get_motion, notify=changed)
    """Milliseconds that something takes to move or to fade; 0 with reduced motion."""

    def _get_dark(self) -> bool:
        return self.scheme in {"dark", "high-contrast-dark"}

    dark = Property(bool, _get_dark, notify=changed)

    def _get_high_contrast(self) -> bool:
        return self.scheme.startswith("high-contrast")

    highContrast = Property(bool, _get_high_contrast, notify=changed)
