"""Vision: what can be found out about a picture, and questions about it."""
