"""Speaking, with a plugin that hears."""

from __future__ import annotations

from .conftest import Visit, Voice, begun


def test_the_microphone_opens_only_after_consent_and_closes_with_the_visit(visit: Visit) -> None:
    Voice.made.clear()
    shown = begun(visit, hearing=True, inputs=["text", "voice"])
    shown.until(lambda: bool(Voice.made))
    [voice] = Voice.made
    shown.click(shown.item("microphone"))
    shown.until(lambda: bool(shown.items("consent")))
    assert "microphone" in str(shown.item("consent").property("text"))
    shown.click(shown.item("refuse"))
    shown.until(lambda: not shown.items("consent"))
    assert voice.actions == []
    shown.click(shown.item("microphone"))
    shown.until(lambda: bool(shown.items("agree")))
    shown.click(shown.item("agree"))
    shown.until(lambda: voice.actions == ["begin"] and "Stop listening" in shown.texts())
    # Whoever speaks is there.
    shown.clock.advance(70)
    shown.until(lambda: shown.kiosk.property("countdown") >= 0)
    shown.desktop.bridge.in_loop(lambda: voice.desk.show(stable="where is", rest=" the"))
    shown.until(lambda: "where is the" in shown.texts() and shown.kiosk.property("countdown") == -1)
    shown.click(shown.item("finish"))
    shown.until(lambda: shown.screen == "attract")
    assert {"end", "close"} & set(voice.actions)
    # The next visitor is asked again.
    shown.kiosk.begin("en")
    shown.until(lambda: bool(shown.items("microphone")))
    before = list(voice.actions)
    shown.click(shown.item("microphone"))
    shown.until(lambda: bool(shown.items("consent")))
    assert voice.actions == before


def test_where_voice_is_not_allowed_there_is_no_microphone(visit: Visit) -> None:
    Voice.made.clear()
    shown = begun(visit, hearing=True)
    assert not [item for item in shown.items("microphone") if item.isVisible()]
    assert Voice.made == []


def test_a_microphone_that_is_not_there_is_no_riddle(visit: Visit) -> None:
    Voice.made.clear()
    shown = begun(visit, hearing=True, inputs=["text", "voice"])
    shown.until(lambda: bool(Voice.made))
    Voice.made[0].broken = True
    shown.click(shown.item("microphone"))
    shown.until(lambda: bool(shown.items("agree")))
    shown.click(shown.item("agree"))
    shown.until(lambda: "there is no microphone" in shown.texts())
    assert "Speak" in shown.texts()
