"""The first run of the desktop, from a home with models and nothing else, with the real default model."""

import json
import subprocess
import sys

RUN = """
import json, os, sys, time
from pathlib import Path
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from myna.paths import Paths
from myna.settings import load_settings
from myna_ui.app import application, window
from myna_ui.desktop import Desktop

app = application(["myna"])
paths = Paths.find()
desktop = Desktop(paths, load_settings(paths, environ=os.environ))
desktop.welcome_newcomers()
engine, shown = window(desktop)

def items(item):
    yield item
    for child in item.childItems():
        yield from items(child)

def texts():
    return [item.property("text") for item in items(shown.contentItem()) if item.isVisible() and item.property("text")]

def until(condition):
    end = time.monotonic() + 120
    while not condition():
        if time.monotonic() > end:
            sys.exit("never: " + repr(texts()))
        QTest.qWait(50)

screens = []
until(lambda: "Welcome to Myna" in texts())
screens.append("language")
desktop.begin()
until(lambda: desktop.property("ready"))
QTest.keyClick(shown, Qt.Key.Key_Return)
until(lambda: "On this machine" in texts())
screens.append("model")
QTest.keyClick(shown, Qt.Key.Key_Return)
until(lambda: "Ask your first question" in texts())
screens.append("question")
event = QInputMethodEvent()
event.setCommitString("What is the capital of France?")
QApplication.sendEvent(shown.activeFocusItem(), event)
QTest.keyClick(shown, Qt.Key.Key_Return)
entries = lambda: desktop.property("conversation").property("messages").entries()
until(lambda: len(entries()) == 2 and entries()[1].state not in ("waiting", "streaming"))
answer = entries()[1]
until(lambda: not load_settings(paths, environ={}).desktop.welcome)
# After the first answer, and not before.
until(lambda: any("once it is fitted to this machine" in text for text in texts()))
settings = load_settings(paths, environ={})
shown.close()
engine.deleteLater()
app.sendPostedEvents(engine)
desktop.close()
print(json.dumps({"screens": screens, "state": answer.state, "text": answer.text, "model": settings.chat.model}))
"""


def test_three_screens_lead_to_a_first_answer(myna):

    environment = {
        **myna.environment({"QT_QPA_PLATFORM": "offscreen", "QT_QUICK_BACKEND": "software"}),
        "MYNA_CHAT_TEMPERATURE": "0",
    }
    done = subprocess.run(
        [sys.executable, "-c", RUN], capture_output=True, env=environment, timeout=280, check=False, text=True
    )
    assert done.returncode == 0, done.stderr + done.stdout
    said = json.loads(done.stdout)
    assert said["screens"] == ["language", "model", "question"]
    assert said["state"] == "done"
    assert "Paris" in said["text"]
    assert said["model"] == "smollm2-135m-instruct"
    assert (myna.home / "data" / "conversations.db").exists()
