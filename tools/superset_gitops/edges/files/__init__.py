"""The project's files on disk."""
