"""Microphones and loudspeakers, real ones and files."""
