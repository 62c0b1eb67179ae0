"""Owns what of an asset's drift is to be translated: changes that belong together, and what is left to the reviewer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from superset_gitops.core.compile.overlays import ordered
from superset_gitops.core.compile.put_back import Change
from superset_gitops.core.same import same
from superset_gitops.core.translate.removed_charts import without_removed_charts
from superset_gitops.core.translate.view import View
from superset_gitops.model.asset import Document, Kind
from superset_gitops.model.plan import ABSENT, FieldChange, FieldPath, PlanItem, Side
from superset_gitops.model.translation import Unsettled

Leaves = Mapping[FieldPath, Any]
_CONNECTION = ("sqlalchemy_uri", "encrypted_extra", "masked_encrypted_extra", "ssh_tunnel")
_LAYOUT = ("position",)
_BOTH = "changed in Git too: decide which value it is to have"
_DEPLOYED = "a connection is not copied out of a running Superset: change it where it is deployed, or in the template"
_MOVED = "the sources say neither what was deployed nor what Superset shows: decide which value it is to have"


@dataclass(frozen=True, slots=True)
class Unit:
    """Leaves that are edited together: a field, a column, everything that moved in a layout.

    Attributes:
        shown: the path that people know it by.
        paths: its leaves.
        changes: what is put into the document: prefixes of the paths, with all that stands there afterwards.
    """

    shown: FieldPath
    paths: tuple[FieldPath, ...]
    changes: tuple[Change, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Work:
    """All of one asset's drift."""

    units: tuple[Unit, ...]
    goal: Leaves
    unsettled: tuple[Unsettled, ...]


def work_of(item: PlanItem, view: View, live: Document) -> Work:
    """Sort an asset's changes out, against what its template says now.

    Args:
        item: of the plan.
        view: the asset in the environment.
        live: as exported: new columns bring the type that the server found; empty where it is not known.
    """
    goal: dict[FieldPath, Any] = {}
    unsettled = []
    for change in item.fields:
        reason = _reason(change, item, view)
        if reason:
            unsettled.append(Unsettled(change.path, change.base, change.desired, change.live, reason))
        elif change.side is Side.RUNTIME and not same(view.leaves.get(change.path, ABSENT), change.live):
            goal[change.path] = change.live
    followed: frozenset[FieldPath] = frozenset()
    if item.id.kind is Kind.DASHBOARD:
        goal, followed = without_removed_charts(goal, view.leaves)
    if item.id.kind is Kind.DATASET:
        goal |= _types_of_new(goal, view.leaves, live)
    after = {path: value for path, value in {**view.leaves, **goal}.items() if value is not ABSENT}
    groups: dict[FieldPath, dict[FieldPath, None]] = {}
    prefixes: dict[FieldPath, FieldPath] = {}
    for path, value in goal.items():
        prefixes[path] = _prefix(path, value, view.leaves, after)
        group = _LAYOUT if path in followed else _group(prefixes[path], item.id.kind, view.leaves)
        groups.setdefault(group, {})[path] = None
    units = [_unit(shown, tuple(paths), prefixes, after) for shown, paths in groups.items()]
    return Work(tuple(units), goal, tuple(unsettled))


def _types_of_new(goal: Leaves, before: Leaves, live: Document) -> dict[FieldPath, Any]:
    """The types of columns that only Superset has: people who add a column by hand write its type."""
    known = {path[1] for path in before if path[0] == "columns" and len(path) > 1}
    told = (path for path, value in goal.items() if len(path) > 1 and value is not ABSENT)
    new = {path[1] for path in told if path[0] == "columns"} - known
    columns = [column for column in live.get("columns") or [] if isinstance(column, dict)]
    types = {str(column.get("column_name")): column.get("type") for column in columns}
    return {("columns", name, "type"): types[name] for name in sorted(new) if types.get(name)}


def _reason(change: FieldChange, item: PlanItem, view: View) -> str:
    """Why a change is not translated; empty where it is, or where there is nothing to do."""
    now = view.leaves.get(change.path, ABSENT)
    if change.side is Side.BOTH:
        return _BOTH
    if change.side is not Side.RUNTIME or same(now, change.live):
        return ""
    if item.id.kind is Kind.DATABASE and change.path[0] in _CONNECTION:
        return _DEPLOYED
    return "" if same(now, change.desired) or same(now, change.base) else _MOVED


def _prefix(path: FieldPath, value: Any, before: Leaves, after: Leaves) -> FieldPath:
    """The shortest part of a path that only one side has: a whole column, a whole filter."""
    other = before if path not in before else after if value is ABSENT else None
    if other is None:
        return path
    for length in range(1, len(path)):
        if not any(each[:length] == path[:length] for each in other):
            return path[:length]
    return path


def _group(prefix: FieldPath, kind: Kind, before: Leaves) -> FieldPath:
    """What a prefix is edited together with."""
    if kind is not Kind.DASHBOARD:
        return prefix
    # Which chart an element shows is the layout's: the dashboard's charts follow from it.
    if prefix == ("charts",) or (prefix[0] == "position" and (len(prefix) == 2 or prefix[-1] in ("children", "uuid"))):
        return _LAYOUT
    if prefix[:1] == ("metadata",) and len(prefix) > 1 and prefix[1] in ("native_filters", "customizations"):
        if prefix[2:] == ("order",) or (len(prefix) <= 4 and not any(each[: len(prefix)] == prefix for each in before)):
            return prefix[:2]
        return prefix[:2] if len(prefix) == 4 else prefix
    return prefix


def _unit(
    shown: FieldPath, paths: tuple[FieldPath, ...], prefixes: Mapping[FieldPath, FieldPath], after: Leaves
) -> Unit:
    changes = {prefixes[path]: _tree(prefixes[path], after) for path in paths}
    return Unit(shown, paths, ordered(_layout_first(changes.items())))


def _layout_first(changes: Iterable[Change]) -> list[Change]:
    """Changed children before new elements, so that a new one finds its place."""
    return sorted(changes, key=lambda change: change[0][-1] != "children")


def _tree(prefix: FieldPath, leaves: Leaves) -> Any:
    """What stands at a path of a normal form given by its leaves."""
    if prefix in leaves:
        return leaves[prefix]
    inside = {path[len(prefix) :]: value for path, value in leaves.items() if path[: len(prefix)] == prefix}
    if not inside:
        return ABSENT
    tree: dict[str, Any] = {}
    for path, value in inside.items():
        target = tree
        for name in path[:-1]:
            target = target.setdefault(name, {})
        target[path[-1]] = value
    return tree
