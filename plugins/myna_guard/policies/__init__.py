"""Policies: which rules there are, and what they lead to."""
