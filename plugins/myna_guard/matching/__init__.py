"""Finding what rules forbid, in text as people write it to get past rules."""
