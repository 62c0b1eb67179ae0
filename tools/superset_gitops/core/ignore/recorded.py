"""Owns what counts of an asset with ignored fields, and what of it is recorded as last applied."""

from __future__ import annotations

from superset_gitops.core.ignore.ignoring import Ignoring
from superset_gitops.core.ignore.overlay import overlay, strip
from superset_gitops.model.asset import Document


def watched(normal: Document, ignoring: Ignoring) -> Document:
    """What counts of a normal form: all but the ignored fields."""
    return {} if ignoring.whole else strip(normal, ignoring.patterns)


def recorded(live: Document, desired: Document, base: Document | None, ignoring: Ignoring) -> Document:
    """The base of an asset that is in sync: its live form, but in ignored fields what was last applied there.

    So that the day the rule goes, what somebody changed in such a field is drift, and is neither lost nor taken for
    something that Git said. Where nothing was applied yet, Git's value stands for it.
    """
    if ignoring.whole:
        return desired if base is None else base
    # The charts on a dashboard follow its layout.
    patterns = (*ignoring.patterns, ("charts",)) if ignoring.keeps("position") else ignoring.patterns
    applied = overlay(live, desired, patterns)
    return applied if base is None else overlay(applied, base, patterns)
