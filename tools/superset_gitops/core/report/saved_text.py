"""Owns telling saved copies: as a table for people, as JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from superset_gitops.model.ledger import SavedCopy

# Raised when a key of the JSON form changes its meaning or goes away; new keys may come at any time.
JSON_VERSION = 1


def saved_lines(copies: Sequence[SavedCopy]) -> Iterator[str]:
    """A line a copy: number, when, kind, name, why, and the deployment that saved it."""
    width = max((len(str(copy.id)) for copy in copies), default=0)
    for copy in copies:
        by = f"deployment {copy.deployment_id}" if copy.deployment_id is not None else "no deployment"
        yield (
            f"{copy.id:>{width}}  {copy.saved_at:%Y-%m-%d %H:%M:%S %Z}  {copy.asset.kind} {copy.name!r}  "
            f"{copy.reason}  ({by})"
        )


def saved_json(copies: Sequence[SavedCopy]) -> str:
    """`{"version": 1, "copies": [{"number", "saved_at", "kind", "uuid", "name", "reason", "deployment"}, …]}`."""
    told = [
        {
            "number": copy.id,
            "saved_at": copy.saved_at.isoformat(),
            "kind": str(copy.asset.kind),
            "uuid": copy.asset.uuid,
            "name": copy.name,
            "reason": copy.reason,
            "deployment": copy.deployment_id,
        }
        for copy in copies
    ]
    return json.dumps({"version": JSON_VERSION, "copies": told}, ensure_ascii=False, indent=2)
