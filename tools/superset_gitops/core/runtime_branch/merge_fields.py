"""Owns taking one asset's edits together, field by field: the later one wins, and what the earlier ones did stays."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from superset_gitops.core.same import same
from superset_gitops.model.asset import Kind
from superset_gitops.model.plan import ABSENT, FieldChange, FieldPath, Side

Fields = Mapping[FieldPath, FieldChange]
_FILTERS = ("native_filters", "customizations")


def merge_fields(kind: Kind, edits: Iterable[Fields]) -> dict[FieldPath, FieldChange]:
    """All that these edits (earliest first) change, with what each field is in the end.

    What stands in a dashboard's row, and which charts and filters it has, are lists of names: there the later edit gets
    what the earlier one put in or took out, unless something would stand in two places then.
    """
    merged: dict[FieldPath, FieldChange] = {}
    for edit in edits:
        lists = {path: _with(merged[path], edit[path]) for path in edit if path in merged and is_listing(kind, path)}
        together = merged | dict(edit) | lists
        if _stands_twice(together):
            merged = {path: change for path, change in merged.items() if group_of(kind, path) != _LAYOUT}
            together = merged | dict(edit)
        merged = together
    return {path: merged[path] for path in sorted(merged)}


def without_fields(kind: Kind, fields: Fields, refused: Fields) -> dict[FieldPath, FieldChange]:
    """An edit without what was refused and is the same still; a dashboard's layout is refused as a whole or not."""
    groups: dict[FieldPath, list[FieldPath]] = {}
    for path in fields:
        groups.setdefault(group_of(kind, path), []).append(path)
    gone = {
        path
        for paths in groups.values()
        if all(each in refused and same(refused[each].live, fields[each].live) for each in paths)
        for path in paths
    }
    return {path: change for path, change in fields.items() if path not in gone}


def group_of(kind: Kind, path: FieldPath) -> FieldPath:
    """What a field makes sense together with."""
    if kind is not Kind.DASHBOARD:
        return path
    if path[0] in ("position", "charts"):
        return _LAYOUT
    return path[:2] if path[0] == "metadata" and len(path) > 2 and path[1] in _FILTERS else path


def is_listing(kind: Kind, path: FieldPath) -> bool:
    """Whether a field says which things there are, rather than what one is."""
    if kind is not Kind.DASHBOARD:
        return False
    if path == ("charts",) or (path[0] == "position" and path[-1] == "children"):
        return True
    return path[0] == "metadata" and len(path) == 3 and path[1] in _FILTERS and path[2] == "order"


_LAYOUT: FieldPath = ("position",)


def _with(early: FieldChange, late: FieldChange) -> FieldChange:
    before, after, now = (_names(each) for each in (early.base, early.live, late.live))
    if before is None or after is None or now is None:
        return late
    names = [name for name in now if name in after or name not in before]
    names += [name for name in after if name not in before and name not in names]
    if late.path == ("charts",):
        names.sort()  # as the normal form has them
    side = Side.BOTH if Side.BOTH in (early.side, late.side) else late.side
    return replace(late, live=names, side=side)


def _names(value: object) -> list[str] | None:
    """A list of names, an empty one where there is no such field; None of anything else."""
    if value is ABSENT:
        return []
    return value if isinstance(value, list) and all(isinstance(each, str) for each in value) else None


def _stands_twice(fields: Fields) -> bool:
    rows: Sequence[FieldChange] = [
        change for path, change in fields.items() if path[0] == "position" and path[-1] == "children"
    ]
    children = Counter(name for change in rows for name in _names(change.live) or ())
    return any(number > 1 for number in children.values())
