"""A screen that stands in a public place: visits that leave nothing behind, and nobody there to mend it."""
