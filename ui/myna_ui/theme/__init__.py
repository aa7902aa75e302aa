"""Colours, sizes and motion."""
