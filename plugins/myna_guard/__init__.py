"""Rules on what is asked and answered: policies, and a filter that never lets go of half a forbidden phrase."""
