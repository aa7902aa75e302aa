"""One window for each home: who starts a second one brings the first to the front."""

from __future__ import annotations

import contextlib
import hashlib
import os
from pathlib import Path

from PySide6.QtCore import QLockFile, QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

WAIT_MS = 2000
"""How long the first instance may take to answer; it may be busy, and one that is dead refuses at once."""
HELLO = b"show\n"


class Instance(QObject):
    """Holds the place of the one instance, from `claim` until the process ends."""

    asked = Signal()
    """Somebody started another one: show the window."""

    def __init__(self, data: Path, parent: QObject | None = None) -> None:
        """`data`: the data folder, which two instances must not share."""
        super().__init__(parent)
        user = os.getuid() if hasattr(os, "getuid") else os.environ.get("USERNAME", "")
        self._name = "myna-" + hashlib.sha256(f"{user}:{data.resolve()}".encode()).hexdigest()[:16]
        with contextlib.suppress(OSError):
            data.mkdir(parents=True, exist_ok=True)
        self._lock = QLockFile(str(data / "desktop.lock"))
        # Held for as long as the process lives: only a dead owner makes it stale, never its age.
        self._lock.setStaleLockTime(0)
        self._server: QLocalServer | None = None

    def claim(self) -> bool:
        """Be the one instance. False: another one is, and was asked to show itself."""
        locked = self._lock.tryLock(0)
        # A folder that cannot be written says nothing about another one: who answers is there, and otherwise the window
        # opens, which says what is wrong with the folder.
        taken = not locked and self._lock.error() == QLockFile.LockError.LockFailedError
        if not locked and (self._call() or taken):
            return False
        server = QLocalServer(self)
        server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        # What a crash left behind; nobody listens there, since the lock is ours or nobody answers.
        QLocalServer.removeServer(self._name)
        if server.listen(self._name):
            server.newConnection.connect(self._answer)
            self._server = server
        return True

    def release(self) -> None:
        """Let another one take the place."""
        if self._server is not None:
            self._server.close()
            self._server = None
        self._lock.unlock()

    def _call(self) -> bool:
        """Ask the other one to show itself; whether it answers."""
        socket = QLocalSocket()
        socket.connectToServer(self._name)
        if not socket.waitForConnected(WAIT_MS):
            return False
        socket.write(HELLO)
        socket.waitForBytesWritten(WAIT_MS)
        socket.disconnectFromServer()
        return True

    def _answer(self) -> None:
        while self._server is not None and (socket := self._server.nextPendingConnection()):
            socket.disconnected.connect(socket.deleteLater)
            self.asked.emit()
