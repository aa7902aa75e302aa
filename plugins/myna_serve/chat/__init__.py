"""Chat completions: what a client asks, the turn that it becomes, and the answer in OpenAI's shape."""
