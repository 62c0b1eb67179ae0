"""Owns what becomes of the ledger's edits when Superset is looked at: which are new, which moved, which are undone."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from superset_gitops.model.asset import AssetId
from superset_gitops.model.runtime_edit import RuntimeEdit, Sighting, by_asset


@dataclass(frozen=True, slots=True)
class Noted:
    """What is to be written.

    Attributes:
        new: edits that the ledger does not have.
        again: number → what such an edit is now.
        undone: the numbers of those that a person put back.
    """

    new: tuple[Sighting, ...]
    again: tuple[tuple[int, Sighting], ...]
    undone: tuple[int, ...]


def note(edits: Iterable[RuntimeEdit], seen: Iterable[Sighting], *, about: Collection[AssetId] | None = None) -> Noted:
    """Compare what the ledger has with what Superset shows now.

    While nobody but people wrote an asset, all that they do to it is one edit, and it is undone once Superset shows
    again what was applied. From the moment that a deployment sets out to overwrite it, the ledger alone remembers: then
    what Superset shows says nothing about it any more, and what people change next is an edit of its own. What is seen
    as it was refused stays refused.

    Args:
        edits: the ledger's, open or refused.
        seen: all edits that Superset shows, one an asset.
        about: the assets that were looked at; None for all.
    """
    known = by_asset(edits)
    new: list[Sighting] = []
    again: dict[int, Sighting] = {}
    for sighting in seen:
        edit = _same_edit(known.get(sighting.asset, []), sighting)
        if edit is None:
            new.append(sighting)
        else:
            again[edit.number] = sighting
    undone = (
        edit.number
        for of_asset in known.values()
        for edit in of_asset
        if edit.is_open and edit.overwritten_by is None and edit.number not in again
        if about is None or edit.asset in about
    )
    return Noted(tuple(new), tuple(again.items()), tuple(undone))


def _same_edit(edits: list[RuntimeEdit], sighting: Sighting) -> RuntimeEdit | None:
    """The edit that this is: the same state of the asset, or the one that people were at when it was seen last."""
    for edit in reversed(edits):
        if (edit.seen.digest, edit.seen.change) == (sighting.digest, sighting.change):
            return edit
    last = edits[-1] if edits else None
    return last if last is not None and last.is_open and last.overwritten_by is None else None
