"""Owns a plan as data: JSON with a version, as `schemas/plan.schema.json` describes it."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from superset_gitops.core.drift import drift_digest
from superset_gitops.core.drift.limits import plan_digest
from superset_gitops.core.report.group_plan import dashboards_of
from superset_gitops.core.report.ignored_text import ignored_data
from superset_gitops.model.asset import AssetId
from superset_gitops.model.plan import FieldChange, Missing, Plan, PlanItem, State

# Raised when a key changes its meaning or goes away; new keys may come at any time.
SCHEMA_VERSION = 1


def plan_json(plan: Plan) -> dict[str, Any]:
    """The plan as plain data; absent values are left out of a field's `base`, `desired` and `live`."""
    dashboards = dashboards_of(plan.everything)
    return {
        "schema_version": SCHEMA_VERSION,
        "environment": plan.environment,
        "scope": plan.scope,
        "in_sync": not plan.written and not plan.collisions,
        "drift_digest": drift_digest(plan.drifted),
        "plan_digest": plan_digest(plan),
        "summary": {state.name.lower(): len(list(plan.select(state))) for state in State if any(plan.select(state))},
        "items": [_item(item, dashboards.get(item.id, ())) | _fate(plan, item) for item in plan.items],
        "collisions": [
            {
                "kind": str(collision.id.kind),
                "uuid": collision.id.uuid,
                "name": collision.name,
                "template": collision.template,
                "key": collision.key,
                "live_uuid": collision.live_uuid,
            }
            for collision in plan.collisions
        ],
        "out_of_scope": [
            {"kind": str(item.id.kind), "uuid": item.id.uuid, "name": item.name, "state": item.state.name.lower()}
            for item in plan.outside
        ],
        "ignored": ignored_data(plan),
        "unmanaged": [{"kind": kind, "name": name} for kind, name in plan.unmanaged],
    }


def plan_text_json(plan: Plan) -> str:
    """The plan as JSON text."""
    return json.dumps(plan_json(plan), indent=2, ensure_ascii=False)


def _item(item: PlanItem, dashboards: Collection[AssetId]) -> dict[str, Any]:
    return {
        "kind": str(item.id.kind),
        "uuid": item.id.uuid,
        "name": item.name,
        "state": item.state.name.lower(),
        "template": item.template,
        "dashboards": [dashboard.uuid for dashboard in dashboards],
        "saved_by": item.edited.by,
        "saved_at": item.edited.at,
        "fields": [_field(change) for change in item.fields],
        "ignored": [_field(each.change) | {"rule": each.rule} for each in item.ignored],
        "ignored_by": item.ignored_by or None,
    }


def _field(change: FieldChange) -> dict[str, Any]:
    values = (("base", change.base), ("desired", change.desired), ("live", change.live))
    return {
        "path": list(change.path),
        "side": change.side.value,
        **{name: value for name, value in values if not isinstance(value, Missing)},
    }


def _fate(plan: Plan, item: PlanItem) -> dict[str, Any]:
    if plan.pruning is None or item.state not in {State.PRUNE, State.PRUNE_DRIFT}:
        return {}
    return {"deleted": item.id in plan.pruning.deletes, "used_by": list(plan.pruning.kept.get(item.id, ()))}
