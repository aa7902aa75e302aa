"""The first steps: from nothing to a first answer."""
