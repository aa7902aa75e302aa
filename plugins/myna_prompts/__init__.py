"""Prompt templates: found, rendered, measured, improved."""
