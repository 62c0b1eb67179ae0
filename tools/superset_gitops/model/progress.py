"""Owns how long work tells what it is doing: a callable that takes one line, without secrets."""

from collections.abc import Callable

Progress = Callable[[str], None]
