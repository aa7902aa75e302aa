"""The desktop's own pages, which come in by the door of plugins."""
