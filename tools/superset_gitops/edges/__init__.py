"""Thin edges to the outside: each sub-package owns one world and one third-party library."""
