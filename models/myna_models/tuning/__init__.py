"""`myna models optimize`: how a model runs best on this machine, measured."""
