"""A plugin for Myna that talks like a sailor, keeps one word to itself, and counts what it sees."""

__version__ = "0.1.0"
