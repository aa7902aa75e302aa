"""FLAC (RFC 9639) as a stream: 16 bits, one channel, a fixed predictor of second order and Rice codes.

Speech comes to about 55 % of its samples, without a library that is not there in the server's process.
"""

from __future__ import annotations

from typing import Any

import numpy as np

BLOCK = 4096
"""Samples of a frame; RFC 9639 allows up to 65,535, and players expect about so many."""

_ORDER = 2
_MOST_RICE = 14
"""The largest parameter of 4 bits: 15 is an escape."""

Bits = np.ndarray[Any, np.dtype[np.uint8]]
Samples = np.ndarray[Any, np.dtype[np.int64]]


def _table(width: int, polynomial: int) -> list[int]:
    table = []
    for byte in range(256):
        value = byte << (width - 8)
        for _ in range(8):
            value = (value << 1) ^ (polynomial if value >> (width - 1) & 1 else 0)
        table.append(value & ((1 << width) - 1))
    return table


_CRC8 = _table(8, 0x07)
_CRC16 = _table(16, 0x8005)


def _crc8(data: bytes) -> int:
    value = 0
    for byte in data:
        value = _CRC8[value ^ byte]
    return value


def _crc16(data: bytes) -> int:
    value = 0
    for byte in data:
        value = ((value << 8) & 0xFF00) ^ _CRC16[(value >> 8) ^ byte]
    return value


def _bits(value: int, width: int) -> Bits:
    return np.array([value >> shift & 1 for shift in range(width - 1, -1, -1)], np.uint8)


class FlacStream:
    """`head`, then `feed` samples as they come, then `finish`."""

    def __init__(self, rate: int) -> None:
        """`rate`: samples a second (Hz)."""
        self._rate = rate
        self._frame = 0
        self._left = b""

    def head(self) -> bytes:
        """The signature and STREAMINFO; neither the length nor the hash of the whole is known yet."""
        info = np.concatenate(
            [
                _bits(BLOCK, 16), _bits(BLOCK, 16), _bits(0, 24), _bits(0, 24),
                _bits(self._rate, 20), _bits(0, 3), _bits(15, 5), _bits(0, 36), _bits(0, 128),
            ]
        )  # fmt: skip
        packed = np.packbits(info).tobytes()
        return b"fLaC" + bytes([0x80]) + len(packed).to_bytes(3, "big") + packed

    def feed(self, data: bytes) -> bytes:
        """Frames of all that is complete. `data`: 16-bit little-endian samples."""
        self._left += data
        frames = []
        while len(self._left) >= 2 * BLOCK:
            frames.append(self._encoded(self._left[: 2 * BLOCK]))
            self._left = self._left[2 * BLOCK :]
        return b"".join(frames)

    def finish(self) -> bytes:
        """The rest, in a shorter frame."""
        rest, self._left = self._left, b""
        return self._encoded(rest) if rest else b""

    def _encoded(self, data: bytes) -> bytes:
        samples = np.frombuffer(data, "<i2").astype(np.int64)
        number = _coded_number(self._frame)
        self._frame += 1
        # Fixed block size; size in 16 bits at the end; the rate from STREAMINFO; one channel; 16 bits.
        head = b"\xff\xf8\x70\x08" + number + (len(samples) - 1).to_bytes(2, "big")
        head += bytes([_crc8(head)])
        body = np.packbits(_subframe(samples)).tobytes()
        frame = head + body
        return frame + _crc16(frame).to_bytes(2, "big")


def _coded_number(number: int) -> bytes:
    """As UTF-8 would, which the format borrows."""
    if number < 0x80:
        return bytes([number])
    tail: list[int] = []
    while number >= 1 << (6 - len(tail)):
        tail.append(0x80 | number & 0x3F)
        number >>= 6
    lead = (0xFF << (7 - len(tail))) & 0xFF
    return bytes([lead | number, *reversed(tail)])


def _subframe(samples: Samples) -> Bits:
    if len(samples) <= _ORDER:
        verbatim = np.unpackbits(samples.astype(">i2").view(np.uint8))
        return np.concatenate([_bits(0b00000010, 8), verbatim])
    residual = samples[2:] - 2 * samples[1:-1] + samples[:-2]
    folded = np.where(residual >= 0, 2 * residual, -2 * residual - 1)
    rice = min(_MOST_RICE, max(0, int(np.log2(folded.mean() + 1))))
    if (folded >> rice).max() > BLOCK:
        # Noise at full scale: samples as they are take less.
        return np.concatenate([_bits(0b00000010, 8), np.unpackbits(samples.astype(">i2").view(np.uint8))])
    warm = np.unpackbits(samples[:_ORDER].astype(">i2").view(np.uint8))
    # A fixed predictor of this order; one partition with parameters of 4 bits.
    return np.concatenate(
        [_bits((0b001000 | _ORDER) << 1, 8), warm, _bits(0, 2), _bits(0, 4), _bits(rice, 4), _rice(folded, rice)]
    )


def _rice(folded: Samples, rice: int) -> Bits:
    """Each number as its quotient in zeros, a one, and its remainder in `rice` bits."""
    quotients = folded >> rice
    lengths = quotients + 1 + rice
    starts = np.cumsum(lengths) - lengths
    bits = np.zeros(int(lengths.sum()), np.uint8)
    ones = starts + quotients
    bits[ones] = 1
    for place in range(rice):
        bits[ones + 1 + place] = folded >> (rice - 1 - place) & 1
    return bits
