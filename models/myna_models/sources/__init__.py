"""Where model files come from; each source is a module with one class."""
