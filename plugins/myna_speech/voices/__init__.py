"""Text to speech: what is read, in which pieces, by which voice."""
