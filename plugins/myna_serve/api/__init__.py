"""The endpoints, one module for each part of OpenAI's API."""
