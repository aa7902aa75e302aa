"""Microphones and loudspeakers: real ones, and WAV files in their place."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from myna.config import SpeechSettings
    from myna.devices import Loudspeaker, Microphone

    from .clock import AudioClock


def open_microphone(settings: SpeechSettings, *, file: Path | None = None, paced: bool = False) -> Microphone:
    """The microphone of `speech.microphone`, opened when it is listened to; or a WAV file, heard as fast as it is
    listened to, or in its own time where it is `paced`.

    Raises:
        BadInput: the file cannot be read, or is no WAV file.
    """
    if file is not None:
        from .files import FileMicrophone

        return FileMicrophone(file, paced=paced)
    from .microphone import DeviceMicrophone
    from .portaudio import portaudio

    return DeviceMicrophone(portaudio(), settings.microphone)


def open_loudspeaker(
    settings: SpeechSettings, *, file: Path | None = None, clock: AudioClock | None = None
) -> Loudspeaker:
    """The loudspeaker of `speech.loudspeaker`, opened by its `open`; or a WAV file that grows as `clock` moves, and
    without a clock as it is played."""
    if file is not None:
        from .clock import AudioClock
        from .files import FileLoudspeaker

        return FileLoudspeaker(file, clock or AudioClock())
    from .loudspeaker import DeviceLoudspeaker
    from .portaudio import portaudio

    return DeviceLoudspeaker(portaudio(), settings.loudspeaker)


def open_pair(
    settings: SpeechSettings, *, listen_to: Path | None = None, speak_to: Path | None = None
) -> tuple[Microphone, Loudspeaker]:
    """The two ends of a conversation, each a device or a file, on one clock.

    A file is written as fast as the microphone hears; a file is heard in its own time when a device answers. Where
    both are devices, the microphone does not hear the loudspeaker (`speech.echo`).

    Raises:
        BadInput: the file to listen to cannot be read, or is no WAV file.
        ExtraMissing: `speech.echo` is `cancel`, and livekit is not installed.
    """
    from .clock import AudioClock, DrivingMicrophone

    microphone = open_microphone(settings, file=listen_to, paced=speak_to is None)
    clock = AudioClock()
    loudspeaker = open_loudspeaker(settings, file=speak_to, clock=clock)
    if speak_to is not None:
        return DrivingMicrophone(microphone, clock), loudspeaker
    if listen_to is not None:
        return microphone, loudspeaker
    from .echo import with_echo

    return with_echo(microphone, loudspeaker, settings)
