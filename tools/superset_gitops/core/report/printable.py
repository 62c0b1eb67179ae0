"""Owns making foreign text safe to print: what steers a terminal or hides from the reader becomes visible."""

from __future__ import annotations

import re

# Control characters but the tab, other line breaks, marks of writing direction, halves of surrogate pairs.
_HIDDEN = re.compile(
    "[\\x00-\\x08\\x0a-\\x1f\\x7f-\\x9f\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069\\ufeff\\ud800-\\udfff]"
)


def printable(text: str) -> str:
    """The text on one line, each hidden character as the escape that Python writes for it."""
    return _HIDDEN.sub(_escape, text)


def has_hidden(text: str) -> bool:
    """Whether `printable` would change anything."""
    return _HIDDEN.search(text) is not None


def _escape(match: re.Match[str]) -> str:
    return match[0].encode("unicode_escape").decode("ascii")
