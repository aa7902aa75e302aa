"""A conversation by voice."""
