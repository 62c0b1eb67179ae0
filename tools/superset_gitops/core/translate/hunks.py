"""Owns the difference of two texts as hunks: small, on word boundaries, and around what must stay whole."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

_TOKEN = re.compile(r"\w+|[^\S\n]+|\n|[^\w\s]")
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_LINES_FROM = 400  # characters from which whole lines are compared first


@dataclass(frozen=True, slots=True)
class Hunk:
    """Characters `start` to `end` (excluded) of the old text become `text`."""

    start: int
    end: int
    text: str


def hunks(old: str, new: str, atoms: Iterable[tuple[int, int]] = ()) -> tuple[Hunk, ...]:
    """The hunks that turn `old` into `new`, in order.

    Args:
        old: the old text.
        new: the new one.
        atoms: ranges of the old text that no token crosses: what an expression printed.
    """
    if old == new:
        return ()
    cuts = sorted({place for start, end in atoms for place in (start, end) if 0 < place < len(old)})
    if max(len(old), len(new)) < _LINES_FROM:
        return tuple(_compared(_tokens(old, cuts), _tokens(new, ()), 0, split=False))
    return tuple(_by_lines(old, new, cuts))


def apply_hunks(old: str, found: Iterable[Hunk]) -> str:
    """The text after its hunks."""
    parts, position = [], 0
    for hunk in found:
        parts += [old[position : hunk.start], hunk.text]
        position = hunk.end
    return "".join([*parts, old[position:]])


def _by_lines(old: str, new: str, cuts: Sequence[int]) -> Iterator[Hunk]:
    for block in _compared(_LINE.findall(old), _LINE.findall(new), 0, split=True):
        inside = [cut - block.start for cut in cuts if block.start < cut < block.end]
        tokens = _tokens(old[block.start : block.end], inside)
        yield from _compared(tokens, _tokens(block.text, ()), block.start, split=False)


def _tokens(text: str, cuts: Iterable[int]) -> list[str]:
    places = [0, *cuts, len(text)]
    return [token for a, b in pairwise(places) for token in _TOKEN.findall(text[a:b])]


def _compared(old: Sequence[str], new: Sequence[str], base: int, *, split: bool) -> Iterator[Hunk]:
    """Compare two token lists; `split` keeps whole blocks, else what both sides of a hunk share is cut off."""
    places = [base]
    for token in old:
        places.append(places[-1] + len(token))
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        before, after = "".join(old[i1:i2]), "".join(new[j1:j2])
        hunk = Hunk(places[i1], places[i2], after)
        trimmed = hunk if split else _trimmed(hunk, before)
        if trimmed.start < trimmed.end or trimmed.text:
            yield trimmed


def _trimmed(hunk: Hunk, before: str) -> Hunk:
    """Without the head and tail that both sides share, where one side is nothing but that and more."""
    head = 0
    while head < min(len(before), len(hunk.text)) and before[head] == hunk.text[head]:
        head += 1
    tail = 0
    while tail < min(len(before), len(hunk.text)) - head and before[-1 - tail] == hunk.text[-1 - tail]:
        tail += 1
    if head + tail < min(len(before), len(hunk.text)):
        return hunk  # two words that only begin alike: replace the whole word
    return Hunk(hunk.start + head, hunk.end - tail, hunk.text[head : len(hunk.text) - tail])
