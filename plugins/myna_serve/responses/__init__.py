"""OpenAI's newer way to ask, `/v1/responses`, without conversations that are kept: each request brings all of it."""
