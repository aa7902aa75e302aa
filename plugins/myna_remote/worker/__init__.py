"""What asks another server, in the worker of one remote model."""
