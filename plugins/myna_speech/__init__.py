"""Speech: listening, speaking, and a conversation by voice."""
