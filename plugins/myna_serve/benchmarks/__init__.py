"""What `myna bench serve` and `myna bench crowd` measure: the program `myna serve`, over sockets."""
