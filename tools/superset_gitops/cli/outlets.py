"""Owns where a command's lines go: results to stdout, progress to stderr."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click


def say(line: str) -> None:
    """Print a result."""
    _tell(line, err=False)


def progress(line: str) -> None:
    """Tell whoever watches."""
    _tell(line, err=True)


def _tell(line: str, *, err: bool) -> None:
    """A reader that went away (`| head`) must not stop a deployment half way: from then on nobody is told."""
    try:
        click.echo(line, err=err)
    except BrokenPipeError:
        nowhere = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - it takes the stream's place for good
        if err:
            sys.stderr = nowhere
        else:
            sys.stdout = nowhere
