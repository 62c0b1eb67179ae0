"""Owns where a command's lines go: results to stdout, progress to stderr."""

from __future__ import annotations

import click


def say(line: str) -> None:
    """Print a result."""
    click.echo(line)


def progress(line: str) -> None:
    """Tell whoever watches."""
    click.echo(line, err=True)
