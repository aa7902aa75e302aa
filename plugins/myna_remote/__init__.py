"""Models on other servers, and routes that choose among models."""
