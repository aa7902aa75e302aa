"""The page of the desktop for models: what there is, what runs here, and bringing, checking and removing it."""
