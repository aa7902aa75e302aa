"""What runs in the worker processes of recognition; the host names it by import strings and never imports it."""
