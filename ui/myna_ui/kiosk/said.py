"""What the profile says to visitors, in the language of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Property, QObject, Signal

from ..qml_types import LIST, MAP

if TYPE_CHECKING:
    from ..speaking import Speaking
    from .profile import Code, Profile, Texts


class Said(QObject):
    """The part of `kiosk` in QML that only the profile and the language decide."""

    changed = Signal()

    def __init__(self, profile: Profile, speaking: Speaking, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._profile = profile
        self._speaking = speaking

    @property
    def _code(self) -> Code:
        return self._speaking.code

    def _get_languages(self) -> list[str]:
        return list(self._profile.languages)

    languages = Property(LIST, _get_languages, constant=True)

    def _get_inputs(self) -> list[str]:
        return list(self._profile.inputs)

    inputs = Property(LIST, _get_inputs, constant=True)

    def _get_orientation(self) -> str:
        return self._profile.orientation

    orientation = Property(str, _get_orientation, constant=True)

    def _get_texts(self) -> dict[str, str]:
        said: dict[str, Texts] = {
            "greeting": self._profile.greeting,
            "attract": self._profile.attract,
            "opening": self._profile.opening,
            "consent": self._profile.consent,
            "cameraConsent": self._profile.camera_consent,
        }
        # Nobody can choose a language when it is out of order.
        calls = dict.fromkeys(self._profile.call.of(code) for code in self._profile.languages)
        return {**{name: text.of(self._code) for name, text in said.items()}, "call": "\n".join(filter(None, calls))}

    texts = Property(MAP, _get_texts, notify=changed)
    """Of the profile, in the visitor's language; empty where the program's own is meant."""

    def _get_suggestions(self) -> list[str]:
        return [suggestion.text.of(self._code) for suggestion in self._profile.suggestions]

    suggestions = Property(LIST, _get_suggestions, notify=changed)

    def _get_picture_questions(self) -> list[str]:
        return [question.of(self._code) for question in self._profile.pictures.questions]

    pictureQuestions = Property(LIST, _get_picture_questions, notify=changed)
    """What can be asked about a picture by a touch; empty: what comes with the program."""
