"""A sound server of a test's own: a loudspeaker that can be recorded, and a microphone that can be spoken into.

`speaker` is a null sink. `mic` is what is played into another null sink, `mic_in`. Only the programs of the test see
this server, through `environment`; PortAudio reaches it by ALSA's plugin for PulseAudio.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

MICROPHONE = (
    "module-remap-source",
    "master=mic_in.monitor",
    "source_name=mic",
    "source_properties=device.description=mic",
)
RATE = 48_000
PROGRAMS = ("pulseaudio", "pactl", "pacat", "parec")


def missing() -> list[str]:
    return [name for name in PROGRAMS if shutil.which(name) is None]


class Pulse:
    """Use it in a `with`; it ends the processes that it has started, and no other."""

    def __init__(self, folder: Path) -> None:
        # The path of a socket has at most 107 bytes.
        self.folder = folder
        self.environment = {
            "PULSE_SERVER": f"unix:{folder / 'native'}",
            # Without these, a server that loses its microphone offers the sound of its loudspeaker in its place.
            "PULSE_SOURCE": "mic",
            "PULSE_SINK": "speaker",
            "XDG_RUNTIME_DIR": str(folder),
            "HOME": str(folder),
        }
        self._running: list[subprocess.Popen[bytes]] = []
        self._module = ""

    def __enter__(self) -> Pulse:
        self.folder.chmod(0o700)
        # Without rewinds a null sink works 50 ms ahead, as a device does, and not 2 s.
        modules = (
            f"module-native-protocol-unix socket={self.folder / 'native'} auth-anonymous=1",
            f"module-cli-protocol-unix socket={self.folder / 'cli'}",
            f"module-null-sink sink_name=speaker rate={RATE} channels=2 norewinds=1",
            f"module-null-sink sink_name=mic_in rate={RATE} channels=2 norewinds=1",
        )
        self._server = self.start(
            *("pulseaudio", "-n", "--exit-idle-time=-1", "--daemonize=no", "--use-pid-file=no", "--disable-shm=yes"),
            *(f"--load={module}" for module in modules),
        )
        self._until(lambda: (self.folder / "native").exists() and (self.folder / "cli").exists())
        self.plug_in()
        return self

    def __exit__(self, *error: object) -> None:
        self.end()

    def end(self) -> None:
        """End the server, and whatever else was started."""
        for process in reversed(self._running):
            process.terminate()
        for process in reversed(self._running):
            process.wait(10)

    def start(self, *command: str, stdout: int | None = None) -> subprocess.Popen[bytes]:
        """A program of this server that is ended with it."""
        with (self.folder / "log").open("ab") as log:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log if stdout is None else stdout,
                stderr=log,
                env={**os.environ, **self.environment},
            )
        self._running.append(process)
        return process

    def pactl(self, *arguments: str) -> str:
        return subprocess.run(
            ["pactl", *arguments],
            env={**os.environ, **self.environment},
            capture_output=True,
            text=True,
            check=True,
            timeout=20,
        ).stdout

    # the microphone

    def plug_in(self) -> None:
        """Put the microphone back."""
        self._module = self.pactl("load-module", *MICROPHONE).strip()

    def pull_out(self) -> None:
        """Take the microphone away from whoever listens.

        PulseAudio would go on with the sound of a loudspeaker where there is no other microphone: such streams are
        ended, as they are on servers that do not.
        """
        sources = dict(line.split("\t")[:2] for line in self.pactl("list", "short", "sources").splitlines())
        outputs = [line.split("\t") for line in self.pactl("list", "short", "source-outputs").splitlines()]
        self.pactl("unload-module", self._module)
        for number, source, *_ in outputs:
            if sources.get(source) == "mic":
                self._command(f"kill-source-output {number}")

    def say(self, samples: np.ndarray) -> subprocess.Popen[bytes]:
        """Start to play `samples` (between -1 and 1, at `RATE`) into the microphone."""
        file = self.folder / f"said-{len(self._running)}.raw"
        file.write_bytes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
        form = ("--raw", "--format=s16le", f"--rate={RATE}", "--channels=1")
        return self.start("pacat", "--device=mic_in", "--latency-msec=200", *form, str(file))

    # the loudspeaker

    def record(self) -> Recording:
        """What the loudspeaker plays from now on."""
        return Recording(self)

    def _command(self, line: str) -> None:
        """To the server's own command line, which can do what `pactl` cannot."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(10)
            connection.connect(str(self.folder / "cli"))
            connection.sendall(f"{line}\n".encode())
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(4096):
                pass

    def _until(self, ready: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 20
        while not ready():
            if self._server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("PulseAudio does not start:\n" + (self.folder / "log").read_text())
            time.sleep(0.02)


class Recording:
    """Of the loudspeaker, one channel at `RATE`."""

    def __init__(self, pulse: Pulse) -> None:
        self._file = pulse.folder / f"recording-{len(list(pulse.folder.iterdir()))}.raw"
        with self._file.open("wb") as file:
            form = ("--raw", "--format=s16le", f"--rate={RATE}", "--channels=1")
            self._process = pulse.start(
                "parec", "--device=speaker.monitor", "--latency-msec=10", *form, stdout=file.fileno()
            )
        self.wait(0.05)

    def wait(self, seconds: float) -> None:
        """Until so much more was recorded: a clock of sound."""
        until = self.seconds + seconds
        deadline = time.monotonic() + 20 + seconds
        while self.seconds < until:
            if time.monotonic() > deadline:
                raise RuntimeError("nothing is recorded")
            time.sleep(0.01)

    @property
    def seconds(self) -> float:
        return self._file.stat().st_size / 2 / RATE

    def samples(self) -> np.ndarray:
        """Until now, between -1 and 1."""
        data = self._file.read_bytes()
        return np.frombuffer(data[: len(data) // 2 * 2], "<i2").astype(np.float32) / 32768

    def stop(self) -> np.ndarray:
        self._process.terminate()
        self._process.wait(10)
        return self.samples()
