"""Owns telling what people changed in Superset and is not decided yet: lines for people, JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from superset_gitops.core.report.printable import printable
from superset_gitops.core.report.saved_by import saved_by
from superset_gitops.model.runtime_edit import EditState, RuntimeEdit

# Raised when a key of the JSON form changes its meaning or goes away; new keys may come at any time.
JSON_VERSION = 1


def edit_lines(edits: Sequence[RuntimeEdit]) -> Iterator[str]:
    """For each edit a line with digest, state, asset, change and person, and one with where it is."""
    for edit in edits:
        seen = edit.seen
        by = f", {printable(saved_by(seen.edited))}" if seen.edited.by else ""
        yield f"{seen.digest}  {edit.state}  {edit.asset.kind} {seen.name!r} {seen.change}{by}"
        yield f"    {'; '.join(_about(edit))}"


def edits_json(edits: Sequence[RuntimeEdit]) -> str:
    """`{"version": 1, "edits": [{"digest", "state", "kind", "uuid", "name", "change", "changed_by", …}, …]}`."""
    told = [
        {
            "digest": edit.seen.digest,
            "state": edit.state.value,
            "kind": str(edit.asset.kind),
            "uuid": edit.asset.uuid,
            "name": edit.seen.name,
            "change": edit.seen.change.value,
            "changed_by": edit.seen.edited.by,
            "changed_at": edit.seen.edited.at,
            "first_seen": edit.first_seen.isoformat(),
            "last_seen": edit.last_seen.isoformat(),
            "overwritten_by": edit.overwritten_by,
            "branch": edit.placed.branch,
            "base": edit.placed.into,
            "commit": edit.placed.commit,
            "published": edit.placed.published,
            "refused_by": edit.by,
            "refused_where": edit.where if edit.state is EditState.REFUSED else "",
        }
        for edit in edits
    ]
    return json.dumps({"version": JSON_VERSION, "edits": told}, ensure_ascii=False, indent=2)


def _about(edit: RuntimeEdit) -> Iterator[str]:
    if edit.state is EditState.REFUSED:
        by = f" by {printable(edit.by)}" if edit.by else ""
        yield f"refused{by}: {printable(edit.where)}"
    yield f"seen since {edit.first_seen:%Y-%m-%d %H:%M %Z}"
    if edit.overwritten_by is not None:
        yield f"overwritten by deployment {edit.overwritten_by}"
    if edit.placed.branch:
        at = "published" if edit.placed.published else "here"
        yield f"{edit.placed.branch} {edit.placed.commit[:12]} ({at})"
    elif edit.is_open:
        yield "on no branch"
