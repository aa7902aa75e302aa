"""`myna see`: questions about pictures on the command line."""
