"""Pictures and words compared: models with a tower for each, as CLIP has."""
