"""What runs in an environment of its own, never in Myna's: its Python has torch, and nothing of Myna.

So nothing here imports more than the standard library, what `environments.py` installs, and its neighbours.
"""
