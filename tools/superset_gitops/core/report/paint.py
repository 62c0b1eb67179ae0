"""Owns the colours of a plan on a terminal; every mark says the same without them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum, auto
from typing import Any


class Ink(Enum):
    """What a part of a line is, as far as its colour goes."""

    TITLE = auto()
    ADDED = auto()
    CHANGED = auto()
    DRIFTED = auto()
    GONE = auto()
    PLACE = auto()
    ASIDE = auto()


# Returns the text, painted or not.
Paint = Callable[[str, Ink], str]

_STYLES: Mapping[Ink, Mapping[str, Any]] = {
    Ink.TITLE: {"bold": True},
    Ink.ADDED: {"fg": "green"},
    Ink.CHANGED: {"fg": "yellow"},
    Ink.DRIFTED: {"fg": "red", "bold": True},
    Ink.GONE: {"fg": "red"},
    Ink.PLACE: {"fg": "cyan"},
    Ink.ASIDE: {"dim": True},
}
_DIFF_INKS = {"+": Ink.ADDED, "-": Ink.GONE, "@": Ink.PLACE}


def plain(text: str, _: Ink) -> str:
    """No colour."""
    return text


def in_colour(text: str, ink: Ink) -> str:
    """With a terminal's escape sequences; `click.echo` takes them out again where there is no terminal."""
    import click

    return click.style(text, **_STYLES[ink])


def paint_change(line: str, paint: Paint) -> str:
    """One line of what came and went, by its first character."""
    return paint(line, _DIFF_INKS[line[0]]) if line[:1] in _DIFF_INKS else line


def paint_diff(line: str, paint: Paint) -> str:
    """One line of a unified diff with its headers."""
    return paint(line, Ink.TITLE) if line.startswith(("--- ", "+++ ")) else paint_change(line, paint)
