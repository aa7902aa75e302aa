"""Looking for a better wording: variants, tried on some cases, and believed only on others."""
