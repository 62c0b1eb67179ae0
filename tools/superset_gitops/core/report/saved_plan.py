"""Owns a saved plan's file: the plan as JSON, with what it takes to apply exactly that."""

from __future__ import annotations

import json
from typing import Any

from superset_gitops.core.choose_asset import AssetChoice
from superset_gitops.core.drift import Scope
from superset_gitops.core.drift.saved_plan import SavedPlan, Sides
from superset_gitops.core.report.plan_data import SCHEMA_VERSION, plan_json
from superset_gitops.errors import ConfigurationError
from superset_gitops.model.asset import AssetId, Kind
from superset_gitops.model.plan import Plan

_ANEW = "make one: tools/hybrid drift-plan --env ENV --out plan.json"


def saved_plan_text(plan: Plan, saved: SavedPlan) -> str:
    """The file's text: the plan as `drift-plan --format json` prints it, and `saved` beside it."""
    document = plan_json(plan) | {"saved": _saved(saved)}
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def read_saved_plan(text: str, where: str) -> SavedPlan:
    """Read a saved plan's file.

    Raises:
        ConfigurationError: it is none, or another version's.
    """
    try:
        document = json.loads(text)
        if document["schema_version"] != SCHEMA_VERSION:
            raise ConfigurationError(
                f"a plan of version {document['schema_version']}, and this tool reads version {SCHEMA_VERSION}",
                where=where,
                remedy=_ANEW,
            )
        return _read(document["environment"], document["saved"])
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise ConfigurationError("this is no saved plan", where=where, remedy=_ANEW) from error


def _saved(saved: SavedPlan) -> dict[str, Any]:
    return {
        "base_url": saved.base_url,
        "commit": saved.commit,
        "scope": {
            "assets": [
                {"kind": str(choice.kind) if choice.kind else None, "uuid": choice.uuid, "name": choice.name}
                for choice in saved.scope.assets
            ],
            "dashboards": list(saved.scope.dashboards),
        },
        "digest": saved.digest,
        "deletes": None if saved.deletes is None else sorted(map(_key, saved.deletes)),
        "sides": {
            _key(key): {"name": sides.name, "base": sides.base, "desired": sides.desired, "live": sides.live}
            for key, sides in saved.sides.items()
        },
    }


def _read(environment: str, saved: dict[str, Any]) -> SavedPlan:
    choices = [
        AssetChoice(Kind(entry["kind"]) if entry["kind"] else None, entry["uuid"], entry["name"])
        for entry in saved["scope"]["assets"]
    ]
    return SavedPlan(
        environment=str(environment),
        base_url=str(saved["base_url"]),
        commit=saved["commit"],
        scope=Scope(tuple(choices), tuple(saved["scope"]["dashboards"])),
        sides={_asset(key): Sides(**sides) for key, sides in saved["sides"].items()},
        deletes=None if saved["deletes"] is None else frozenset(map(_asset, saved["deletes"])),
        digest=str(saved["digest"]),
    )


def _key(asset: AssetId) -> str:
    return f"{asset.kind}:{asset.uuid}"


def _asset(key: str) -> AssetId:
    kind, _, uuid = key.partition(":")
    return AssetId(Kind(kind), uuid)
