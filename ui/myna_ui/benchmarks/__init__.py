"""The measurements of the desktop, for `myna bench desktop`; each runs in a process of its own."""
