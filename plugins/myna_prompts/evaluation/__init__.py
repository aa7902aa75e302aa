"""Measuring templates: their cases run on a model, judged, and told with intervals."""
