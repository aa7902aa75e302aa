"""One frame of a camera, on request."""
