"""Owns which assets of a plan stand together: by the dashboards that show or use them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from superset_gitops.core.normal_form import layout_charts
from superset_gitops.model.asset import AssetId, Document, Kind
from superset_gitops.model.plan import Plan, PlanItem, State

_NAMED = 3  # dashboards in one title


@dataclass(frozen=True, slots=True)
class Group:
    """Assets that the same dashboards show or use; in sync ones are left out.

    Attributes:
        dashboards: the names of none, of one, or of those that share the assets; with the uuid's first digits where
            another dashboard has the same name.
        items: the dashboard first, then its charts, datasets and databases.
        everywhere: whether these are all managed dashboards.
    """

    dashboards: tuple[str, ...]
    items: tuple[PlanItem, ...]
    everywhere: bool = False

    def title(self, quoted: Callable[[str], str]) -> str:
        """What people read above the group; `quoted` sets off a name."""
        names = [quoted(name) for name in self.dashboards]
        if not names:
            return "On no managed dashboard"
        if len(names) == 1:
            return f"Dashboard {names[0]}"
        if len(names) <= _NAMED:
            return f"Shared by dashboards {', '.join(names[:-1])} and {names[-1]}"
        if self.everywhere:
            return f"Shared by all {len(names)} dashboards"
        return f"Shared by {len(names)} dashboards: {', '.join(names[:_NAMED])} and {len(names) - _NAMED} more"


def group_plan(plan: Plan) -> tuple[Group, ...]:
    """The plan's assets that have something to tell: dashboard by dashboard, then what several share, then the rest."""
    on = dashboards_of(plan.everything)
    names = _told_apart({item.id: item.name for item in plan.everything if item.id.kind is Kind.DASHBOARD})
    grouped: dict[tuple[AssetId, ...], list[PlanItem]] = defaultdict(list)
    for item in plan.items:
        if item.state is not State.IN_SYNC:
            grouped[on.get(item.id, ())].append(item)
    rank = {key: position for position, key in enumerate(names)}

    def place(dashboards: tuple[AssetId, ...]) -> tuple[bool, bool, list[int]]:
        return not dashboards, len(dashboards) > 1, [rank[key] for key in dashboards]

    return tuple(
        Group(
            tuple(names[dashboard] for dashboard in key),
            tuple(sorted(grouped[key], key=lambda item: -item.id.kind.order)),
            everywhere=len(key) == len(names),
        )
        for key in sorted(grouped, key=place)
    )


def _told_apart(names: Mapping[AssetId, str]) -> dict[AssetId, str]:
    often = Counter(names.values())
    return {key: name if often[name] == 1 else f"{name} ({key.uuid[:8]}…)" for key, name in names.items()}


def dashboards_of(items: Iterable[PlanItem]) -> dict[AssetId, tuple[AssetId, ...]]:
    """Each asset → the dashboards among the items that show or use it, on any of the three sides; itself for one."""
    by_id = {item.id: item for item in items}
    found: dict[AssetId, list[AssetId]] = defaultdict(list)
    for item in by_id.values():
        if item.id.kind is Kind.DASHBOARD:
            for key in _reached(item, by_id):
                found[key].append(item.id)
    return {key: tuple(dashboards) for key, dashboards in found.items()}


def _reached(start: PlanItem, by_id: Mapping[AssetId, PlanItem]) -> set[AssetId]:
    reached, todo = {start.id}, [start]
    while todo:
        new = {key for key in _used_by(todo.pop()) if key in by_id} - reached
        reached |= new
        todo += [by_id[key] for key in new]
    return reached


def _used_by(item: PlanItem) -> Iterator[AssetId]:
    for side in (item.base, item.desired, item.live):
        if side is None:
            continue
        if item.id.kind is Kind.DASHBOARD:
            charts = {*side.get("charts", ()), *layout_charts(side.get("position", {}))}
            yield from (AssetId(Kind.CHART, uuid) for uuid in charts)
            yield from (AssetId(Kind.DATASET, uuid) for uuid in _filtered(side))
        elif item.id.kind is Kind.CHART:
            yield AssetId(Kind.DATASET, str(side.get("dataset_uuid")))
        elif item.id.kind is Kind.DATASET:
            yield AssetId(Kind.DATABASE, str(side.get("database_uuid")))


def _filtered(dashboard: Document) -> Iterator[str]:
    """The datasets that a dashboard's native filters take their values from."""
    filters: Mapping[str, Any] = dashboard.get("metadata", {}).get("native_filters", {}).get("by_id", {})
    for each in filters.values():
        targets = each.get("targets") if isinstance(each, dict) else None
        for target in targets if isinstance(targets, list) else ():
            if isinstance(target, dict) and target.get("datasetUuid"):
                yield str(target["datasetUuid"])
