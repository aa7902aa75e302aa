"""What runs in the worker of a classifier. Nothing here is imported by the host."""
