"""Owns turning an offset in a text into a line and a column, both 1-based."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable


def places_in(text: str) -> Callable[[int], tuple[int, int]]:
    """A function from a 0-based offset to (line, column in characters)."""
    starts = [0]
    end = text.find("\n")
    while end >= 0:
        starts.append(end + 1)
        end = text.find("\n", end + 1)

    def place(offset: int) -> tuple[int, int]:
        line = bisect_right(starts, offset)
        return line, offset - starts[line - 1] + 1

    return place
