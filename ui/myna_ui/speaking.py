"""The language of the window: Qt's translations for pages, the tables of packages for what the runtime says."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLocale, QObject, QTranslator, Signal
from PySide6.QtQml import QQmlEngine

from myna.cli.failure import sentence
from myna.cli.language import Code, Language, choose
from myna.errors import ErrorInfo

from .mending import mend_of

OWN = Path(__file__).parent / "i18n"


class Speaking(QObject):
    """One language at a time; changing it changes all that is shown, without a restart."""

    changed = Signal()

    def __init__(self, setting: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._packages: list[str] = ["myna.cli", "myna_ui"]
        self._folders: list[Path] = [OWN]
        self._translators: list[QTranslator] = []
        self._engine: QQmlEngine | None = None
        self.code: Code = choose(setting)
        self.language = Language(self.code, tuple(self._packages))
        self._install()

    def follow(self, engine: QQmlEngine) -> None:
        """Tell `engine` when the language changes."""
        self._engine = engine

    def add(self, packages: Iterable[str], folders: Iterable[Path]) -> None:
        """Use the texts of plugins too."""
        new = [folder for folder in folders if folder not in self._folders]
        for package in packages:
            self.language.add(package)
            self._packages.append(package)
        self._folders += new
        if new:
            self.use(self.code)

    def use(self, setting: str) -> None:
        """Speak this language (`auto`, `en`, `zh`) from now on."""
        self.code = choose(setting)
        self.language = Language(self.code, tuple(self._packages))
        self._install()
        if self._engine is not None:
            self._engine.retranslate()
        self.changed.emit()

    def error(self, info: ErrorInfo) -> dict[str, str]:
        """An error as a page shows it: `code`, `message`, `hint`, and `mend`, the action of `mending.py`."""
        message, hint = sentence(info, self.language)
        return {"code": info.code, "message": message, "hint": hint, "mend": mend_of(info.code)}

    def _install(self) -> None:
        for translator in self._translators:
            QCoreApplication.removeTranslator(translator)
        self._translators.clear()
        QLocale.setDefault(QLocale(QLocale.Language.Chinese if self.code == "zh" else QLocale.Language.English))
        if self.code == "en":
            return
        for folder in self._folders:
            for file in sorted(folder.glob(f"*{self.code}.qm")):
                translator = QTranslator(self)
                if translator.load(str(file)):
                    QCoreApplication.installTranslator(translator)
                    self._translators.append(translator)
