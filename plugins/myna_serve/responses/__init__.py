"""OpenAI's newer way to ask, `/v1/responses`: each request brings all of it, or goes on from what was kept."""
