"""Owns "did you mean": the names close to one that is unknown."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A half-sentence to append to a message: ` (did you mean 'x' or 'y'?)`, or nothing."""
    close = difflib.get_close_matches(name, sorted(filter(None, known)), n=3, cutoff=0.6)
    return f" (did you mean {' or '.join(map(repr, close))}?)" if close else ""
