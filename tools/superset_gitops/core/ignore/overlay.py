"""Owns the two ways to leave fields out of account: drop them from a side, or take another side's values for them."""

from __future__ import annotations

from typing import Any

from superset_gitops.core.ignore.patterns import Pattern, below
from superset_gitops.model.asset import Document

# What stands below these is a thing of its own, a column or a chart in the layout: it is not made out of one field.
_ITEMS: frozenset[Pattern] = frozenset(
    {
        ("columns",),
        ("metrics",),
        ("position",),
        ("metadata", "native_filters", "by_id"),
        ("metadata", "customizations", "by_id"),
    }
)
_NOTHING = object()


def strip(document: Document, patterns: tuple[Pattern, ...]) -> Document:
    """The document without the fields that a pattern names, and without mappings that held nothing else."""
    kept: Document = {}
    for name, value in document.items():
        rest = below(patterns, str(name))
        if () in rest:
            continue
        if not rest or not isinstance(value, dict):
            kept[name] = value
        elif below_it := strip(value, rest):
            kept[name] = below_it
    return kept


def overlay(target: Document, source: Document, patterns: tuple[Pattern, ...]) -> Document:
    """The target with the source's values, or their absence, in the fields that a pattern names.

    A field of a thing that only one of them has (a column, a metric, a filter) is left as the target has it: the thing
    is made with all its fields, or is not there. Both arguments stay as they are.
    """
    return _overlay(target, source, patterns, ())


def _overlay(target: Document, source: Document, patterns: tuple[Pattern, ...], at: Pattern) -> Document:
    merged: Document = {}
    for name in (*target, *(name for name in source if name not in target)):
        rest = below(patterns, str(name))
        mine, theirs = target.get(name, _NOTHING), source.get(name, _NOTHING)
        value = mine
        if () in rest:
            value = theirs
        elif rest:
            value = _deeper(mine, theirs, rest, (*at, str(name)))
        if value is not _NOTHING:
            merged[name] = value
    return merged


def _deeper(mine: Any, theirs: Any, patterns: tuple[Pattern, ...], at: Pattern) -> Any:
    item = at[:-1] in _ITEMS
    one = {} if mine is _NOTHING and not item else mine
    other = {} if theirs is _NOTHING and not item else theirs
    if not isinstance(one, dict) or not isinstance(other, dict):
        return mine
    merged = _overlay(one, other, patterns, at)
    # A mapping that only the ignored fields were in comes and goes with them.
    return merged if merged or mine == {} or (mine is not _NOTHING and theirs is not _NOTHING) else _NOTHING
