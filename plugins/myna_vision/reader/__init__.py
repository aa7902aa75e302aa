"""The engine that finds facts in pictures: one stage after the other, in one worker."""
