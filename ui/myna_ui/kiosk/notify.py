"""Talking to systemd: one datagram for each thing that it should know (sd_notify(3))."""

from __future__ import annotations

import os
import socket
from collections.abc import MutableMapping


class Notifier:
    """Quiet where nobody listens."""

    def __init__(self, address: str = "", watchdog_s: float = 0.0) -> None:
        """`watchdog_s`: how often it wants to hear `alive`; 0: never."""
        self._address = address
        self.watchdog_s = watchdog_s

    @classmethod
    def take(cls, environ: MutableMapping[str, str]) -> Notifier:
        """What the environment says. It is taken out: children must not speak for this process."""
        address = environ.pop("NOTIFY_SOCKET", "")
        micros = environ.pop("WATCHDOG_USEC", "")
        pid = environ.pop("WATCHDOG_PID", "")
        # Where a compositor is the main process, this one is its child.
        meant = pid in {"", str(os.getpid()), str(os.getppid())}
        return cls(address, int(micros) / 1e6 if address and meant and micros.isdecimal() else 0.0)

    def ready(self) -> None:
        self._send("READY=1")

    def alive(self) -> None:
        self._send("WATCHDOG=1")

    def status(self, text: str) -> None:
        """One line for `systemctl status`."""
        self._send(f"STATUS={text}")

    def stopping(self) -> None:
        self._send("STOPPING=1")

    def _send(self, line: str) -> None:
        if not self._address or not hasattr(socket, "AF_UNIX"):
            return
        address = "\0" + self._address[1:] if self._address.startswith("@") else self._address
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sender:
                sender.settimeout(1.0)
                sender.sendto(line.encode(), address)
        except OSError:
            # A manager that does not listen is none; it will see that it hears nothing.
            return
