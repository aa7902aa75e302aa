"""Myna for other programs: an HTTP server that speaks OpenAI's protocol, for kiosks, scripts and existing clients."""
