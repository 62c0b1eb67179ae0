"""Owns the ledger's rows of what people changed in Superset: noted, placed on a branch, closed, refused, reopened."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, LiteralString

from superset_gitops.model.asset import AssetId, Document, Kind
from superset_gitops.model.plan import Edited
from superset_gitops.model.runtime_branch import Change
from superset_gitops.model.runtime_edit import EditState, Placed, RuntimeEdit, Sighting

EDITS_SINCE = 2  # the version of the ledger

Row = Sequence[Any]
_Read = Callable[[LiteralString, Row], list[Row]]
_Write = Callable[[LiteralString, Row], int | None]
_SELECT: LiteralString = (
    "SELECT kind, uuid, change, name, base, live, document, digest, changed_by, changed_at, url, source_commit,"
    " source_branch, id, first_seen, last_seen, earlier_by, overwritten_by, state, closed_by, closed_where, branch,"
    " into_branch, commit_sha, patch, published FROM hybrid.runtime_edit WHERE environment = %s"
)
# Arrays of text rather than one JSON document: json_to_recordset() would refuse \u0000 inside of a normal form.
_SIGHTINGS: LiteralString = (
    "unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[],"
    " %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::bigint[])"
    " AS n(number, kind, uuid, change, name, base, live, document, digest, by, at, url, commit, branch, overwriting)"
)

_NEW: LiteralString = (
    "INSERT INTO hybrid.runtime_edit (environment, kind, uuid, change, name, base, live, document, digest,"
    " changed_by, changed_at, url, source_commit, source_branch, overwritten_by)"
    " SELECT %s, n.kind, n.uuid, n.change, n.name, n.base::json, n.live::json, n.document::json, n.digest,"
    " n.by, n.at, n.url, n.commit, n.branch, n.overwriting FROM held, "
)
_AGAIN: LiteralString = (
    "UPDATE hybrid.runtime_edit AS e SET change = n.change, name = n.name, base = n.base::json,"
    " live = n.live::json, document = n.document::json, digest = n.digest, changed_by = n.by,"
    " changed_at = n.at, url = n.url, source_commit = n.commit, source_branch = n.branch,"
    " overwritten_by = n.overwriting, last_seen = clock_timestamp(), earlier_by ="
    " CASE WHEN e.changed_by IN ('', n.by) OR e.changed_by = ANY(e.earlier_by) THEN e.earlier_by"
    " ELSE e.earlier_by || e.changed_by END FROM held, "
)


class EditRows:
    """One environment's edits; each write is committed, and conditional on the lease, as the ledger's own are."""

    def __init__(self, environment: str, read: _Read, write: _Write, *, exists: bool) -> None:
        self._environment = environment
        self._read = read
        self._write = write
        self._exists = exists

    def kept(self) -> tuple[RuntimeEdit, ...]:
        """Those that are open or refused, oldest first."""
        return self._edits(_SELECT + " AND state IN ('open', 'refused') ORDER BY id")

    def any_to_export(self) -> bool:
        """Whether one is open, or on a branch from which it is to be taken."""
        query: LiteralString = (
            "SELECT 1 FROM hybrid.runtime_edit WHERE environment = %s AND (state = 'open' OR branch <> '') LIMIT 1"
        )
        return self._exists and bool(self._read(query, (self._environment,)))

    def placed(self) -> tuple[Placed, ...]:
        """Where edits are, or were when their branch was looked at last, also those that are closed by now."""
        if not self._exists:
            return ()
        query: LiteralString = (
            "SELECT DISTINCT branch, into_branch, commit_sha, patch, published FROM hybrid.runtime_edit"
            " WHERE environment = %s AND branch <> '' ORDER BY branch, commit_sha"
        )
        return tuple(Placed(*row) for row in self._read(query, (self._environment,)))

    def additions(self) -> dict[AssetId, Document]:
        """What each asset that people added, and that main has by now, was when it was seen last before that."""
        edits = self._edits(_SELECT + " AND state = 'merged' AND change = 'added' ORDER BY id")
        return {edit.asset: edit.seen.live for edit in edits if edit.seen.live is not None}

    def note(self, sightings: Sequence[Sighting], overwriting: Mapping[AssetId, int]) -> None:
        """Keep edits that are new; `overwriting` says which deployment is about to write an asset."""
        if sightings:
            values = _columns(((0, each) for each in sightings), overwriting)
            self._write(_NEW + _SIGHTINGS + " RETURNING id", (self._environment, *values))

    def note_again(self, sightings: Sequence[tuple[int, Sighting]], overwriting: Mapping[AssetId, int]) -> None:
        """Say anew what edits are that Superset shows (or shows again), by their numbers."""
        if sightings:
            values = _columns(sightings, overwriting)
            statement = _AGAIN + _SIGHTINGS + " WHERE e.environment = %s AND e.id = n.number RETURNING e.id"
            self._write(statement, (*values, self._environment))

    def close(self, numbers: Collection[int], state: EditState, by: str = "", where: str = "") -> None:
        """Say what became of edits, by whom and where."""
        if numbers:
            self._write(
                "UPDATE hybrid.runtime_edit SET state = %s, closed_by = %s, closed_where = %s,"
                " closed_at = clock_timestamp() WHERE environment = %s AND id = ANY(%s::bigint[])"
                " AND EXISTS (SELECT 1 FROM held) RETURNING id",
                (state.value, by, where, self._environment, list(numbers)),
            )

    def reopen(self, numbers: Collection[int], *, answered: bool = True) -> None:
        """Take a refusal back. It counts as never published: that it is not on the branch is no news.

        Args:
            numbers: the edits'.
            answered: the refusal stands where it was, and is not to count again.
        """
        if numbers:
            self._write(
                "UPDATE hybrid.runtime_edit SET state = 'open', closed_by = '', closed_at = NULL, published = false,"
                " closed_where = CASE WHEN %s THEN closed_where ELSE '' END"
                " WHERE environment = %s AND id = ANY(%s::bigint[]) AND EXISTS (SELECT 1 FROM held) RETURNING id",
                (answered, self._environment, list(numbers)),
            )

    def withdraw(self, branch: str, kept: Collection[int], *, pushing: bool) -> None:
        """Edits that a branch does not have any more are on none; before a push, also not at the remote."""
        self._write(
            "UPDATE hybrid.runtime_edit SET branch = '', into_branch = '', commit_sha = '', patch = '',"
            " published = false WHERE environment = %s AND branch = %s AND (%s OR NOT published)"
            " AND NOT id = ANY(%s::bigint[]) AND EXISTS (SELECT 1 FROM held) RETURNING id",
            (self._environment, branch, pushing, list(kept)),
        )

    def place(self, placed: Mapping[int, Placed]) -> None:
        """Say where edits are now, by their numbers."""
        if placed:
            rows = [(number, p.branch, p.into, p.commit, p.patch, p.published) for number, p in placed.items()]
            self._write(
                "UPDATE hybrid.runtime_edit AS e SET branch = n.branch, into_branch = n.into_branch,"
                " commit_sha = n.commit, patch = n.patch, published = n.published FROM held, unnest(%s::bigint[],"
                " %s::text[], %s::text[], %s::text[], %s::text[], %s::boolean[])"
                " AS n(number, branch, into_branch, commit, patch, published)"
                " WHERE e.environment = %s AND e.id = n.number RETURNING e.id",
                (*map(list, zip(*rows, strict=True)), self._environment),
            )

    def _edits(self, query: LiteralString) -> tuple[RuntimeEdit, ...]:
        return tuple(map(_edit, self._read(query, (self._environment,)))) if self._exists else ()


def _columns(sightings: Iterable[tuple[int, Sighting]], overwriting: Mapping[AssetId, int]) -> list[list[Any]]:
    """The values of `_SIGHTINGS`, a list a column."""
    rows = [
        (
            number, each.asset.kind.value, each.asset.uuid, each.change.value, each.name, _json(each.base),
            _json(each.live), _json(each.document), each.digest, each.edited.by, each.edited.at, each.edited.url,
            each.commit, each.branch, overwriting.get(each.asset),
        )
        for number, each in sightings
    ]  # fmt: skip
    return [list(column) for column in zip(*rows, strict=True)]


def _json(document: Document | None) -> str | None:
    return None if document is None else json.dumps(document)


def _edit(row: Row) -> RuntimeEdit:
    kind, uuid, change, name, base, live, document, digest, by, at, url, commit, branch = row[:13]
    seen = Sighting(
        AssetId(Kind(kind), uuid),
        Change(change),
        name,
        base,
        live,
        document,
        digest,
        Edited(by, at, url),
        commit,
        branch,
    )
    number, first, last, earlier, overwritten, state, closed_by, closed_where = row[13:21]
    return RuntimeEdit(
        number,
        seen,
        first,
        last,
        tuple(earlier),
        overwritten,
        EditState(state),
        closed_by,
        closed_where,
        Placed(*row[21:]),
    )
