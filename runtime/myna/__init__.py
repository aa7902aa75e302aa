"""Myna: an assistant that lives on the machine in front of you and needs no network."""

__version__ = "0.1.0"
