"""What `myna bench serve`, `crowd`, `crash` and `schemas` measure: the program `myna serve`, over sockets."""
