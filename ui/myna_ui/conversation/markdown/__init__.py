"""Markdown of answers, as blocks that a page lays out one below the other."""
