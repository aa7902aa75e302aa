"""The page of what is judged, by which rules, and what was found."""
