"""Level 2 of the guard: texts judged by models."""
