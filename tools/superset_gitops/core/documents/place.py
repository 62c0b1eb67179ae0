"""Owns the turn from an offset in a text into line and column, and a fault at an offset."""

from __future__ import annotations

import re
from dataclasses import dataclass

_NEWLINE = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """What is wrong at one offset (in characters, from 0) of a text."""

    offset: int
    message: str
    rule: str


def line_and_column(text: str, offset: int) -> tuple[int, int]:
    """The 1-based line and column (in characters) of an offset; CR LF, CR and LF each end a line."""
    line, start = 1, 0
    for newline in _NEWLINE.finditer(text, 0, min(offset, len(text))):
        if newline.end() > offset:
            break
        line, start = line + 1, newline.end()
    return line, offset - start + 1


def with_unix_newlines(text: str) -> str:
    """The text as Jinja2 sees it: every newline is one LF."""
    return _NEWLINE.sub("\n", text) if "\r" in text else text


def original_offset(text: str, offset: int) -> int:
    """The offset in `text` of an offset in `with_unix_newlines(text)`."""
    if "\r" not in text:
        return offset
    moved = 0
    for newline in _NEWLINE.finditer(text):
        if newline.start() - moved >= offset:
            break
        moved += len(newline.group()) - 1
    return offset + moved
