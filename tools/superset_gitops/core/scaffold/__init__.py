"""New templates to start from."""
