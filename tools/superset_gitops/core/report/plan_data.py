"""Owns a plan as data: JSON with a version, and Markdown for a pull request's comment."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from superset_gitops.core.drift import drift_digest
from superset_gitops.core.drift.limits import plan_digest
from superset_gitops.core.report.comment_text import plan_marker
from superset_gitops.core.report.ignored_text import ignored_counts, ignored_data
from superset_gitops.core.report.plan_text import plan_counts, saved_text
from superset_gitops.core.report.scope_text import scope_text
from superset_gitops.model.plan import FieldChange, Missing, Plan, PlanItem, State

SCHEMA_VERSION = 1
_FIELDS_NAMED = 6


def plan_json(plan: Plan) -> dict[str, Any]:
    """The plan as plain data; absent values are left out of a field's `base`, `desired` and `live`."""
    return {
        "schema_version": SCHEMA_VERSION,
        "environment": plan.environment,
        "scope": plan.scope,
        "in_sync": not plan.written and not plan.collisions,
        "drift_digest": drift_digest(plan.drifted),
        "plan_digest": plan_digest(plan),
        "summary": {state.name.lower(): len(list(plan.select(state))) for state in State if any(plan.select(state))},
        "items": [_item(item) | _fate(plan, item) for item in plan.items],
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


def plan_markdown(plan: Plan) -> Iterator[str]:
    """The plan as GitHub-flavoured Markdown, a line at a time."""
    yield plan_marker(plan.environment)
    yield f"### Plan for `{plan.environment}`"
    yield ""
    yield f"{plan_counts(plan)}."
    if plan.scope:
        yield ""
        yield f"{_cell(scope_text(plan))}."
    rows = [item for item in plan.items if item.state is not State.IN_SYNC]
    if rows:
        yield ""
        yield "| asset | state | fields | last saved in Superset | template |"
        yield "|---|---|---|---|---|"
        yield from map(_markdown_row, rows)
    for collision in plan.collisions:
        yield ""
        name = f"{collision.id.kind} {_cell(collision.name)}"
        yield f"> **Collision**: {name} is live under uuid `{collision.live_uuid}`."
    for place, count in ignored_counts(plan):
        yield ""
        yield f"Policy (`{place}`) leaves {count} to Superset."
    if plan.unmanaged:
        yield ""
        yield f"{len(plan.unmanaged)} unmanaged assets are never touched."


def plan_text_json(plan: Plan) -> str:
    """The plan as JSON text."""
    return json.dumps(plan_json(plan), indent=2, ensure_ascii=False)


def _item(item: PlanItem) -> dict[str, Any]:
    return {
        "kind": str(item.id.kind),
        "uuid": item.id.uuid,
        "name": item.name,
        "state": item.state.name.lower(),
        "template": item.template,
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


def _markdown_row(item: PlanItem) -> str:
    names = [f"`{_cell(change.dotted)}`" for change in item.fields[:_FIELDS_NAMED]]
    more = len(item.fields) - len(names)
    fields = ", ".join(names) + (f" and {more} more" if more > 0 else "")
    known = item.state.is_drift and (item.edited.by or item.edited.at)
    saved = _cell(saved_text(item.edited).removeprefix("saved ").removeprefix("by ")) if known else ""
    return f"| {item.id.kind} **{_cell(item.name)}** | {item.state.value} | {fields} | {saved} | `{item.template}` |"


def _cell(text: str) -> str:
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("\n", " ").replace("`", "'")
