"""Who may ask for what: API keys, what they allow, and how much."""
