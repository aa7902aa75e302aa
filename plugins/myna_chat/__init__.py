"""Makes a conversation fit the context of its model."""
