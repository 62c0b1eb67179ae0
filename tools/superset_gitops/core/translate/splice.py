"""Owns `Splice`: a replaced range of a YAML text, and why a text cannot be edited."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


class CannotEdit(Exception):
    """There is no small edit; says why."""


@dataclass(frozen=True, slots=True)
class Splice:
    """Characters `start` to `end` (excluded) become `text`.

    Attributes:
        elsewhere: other places where an insertion means the same, best first.
        whole: the range is a whole node's.
    """

    start: int
    end: int
    text: str
    elsewhere: tuple[Splice, ...] = ()
    whole: bool = False


def apply_splices(text: str, splices: Iterable[Splice]) -> str:
    """The text after its splices; insertions at one place keep their order.

    Raises:
        CannotEdit: two of them overlap.
    """
    parts, position = [], 0
    for splice in sorted(splices, key=lambda each: (each.start, each.end)):
        if splice.start < position:
            raise CannotEdit("two edits overlap")
        parts += [text[position : splice.start], splice.text]
        position = splice.end
    return "".join([*parts, text[position:]])
