"""Answers from what was found out about a picture: nothing here guesses."""
