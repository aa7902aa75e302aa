"""`myna models convert`: other formats of a model, made in processes and environments of their own."""
