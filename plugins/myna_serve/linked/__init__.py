"""Pictures that a request names by an address: fetched from the hosts that the settings list, and from no others."""
