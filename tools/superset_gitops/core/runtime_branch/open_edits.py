"""Owns which edits on the branch stay there whatever Superset shows now: those that Git has overwritten since."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime

from superset_gitops.model.asset import AssetId
from superset_gitops.model.ledger import Applied
from superset_gitops.model.runtime_branch import Change, KnownCommit, Mark


def epoch(moment: str) -> int | None:
    """Seconds since 1970 of a moment as Superset writes it; of a database without an offset, which counts as UTC."""
    try:
        read = datetime.fromisoformat(moment)
    except ValueError:
        return None
    return int((read if read.tzinfo else read.replace(tzinfo=UTC)).timestamp())


def carried(
    commits: Iterable[tuple[KnownCommit, Mark]], applied: Mapping[AssetId, Applied], live: Collection[AssetId]
) -> tuple[KnownCommit, ...]:
    """The commits whose edit Superset need not show any more, though nobody undid it.

    What was applied to an asset after an edit overwrote it: the branch is then the only place that has it. Otherwise
    Superset itself says what its edits are now. Both moments are of Superset's clock. Where a moment is not known the
    commit stays.

    Args:
        commits: our branch's.
        applied: what the ledger has.
        live: what Superset has.
    """
    return tuple(commit for commit, mark in commits if _stays(commit, mark, applied.get(mark.asset), live))


def _stays(commit: KnownCommit, mark: Mark, entry: Applied | None, live: Collection[AssetId]) -> bool:
    if mark.change is Change.ADDED or entry is None:
        return True  # the ledger does not know it: the branch alone remembers that it was wanted
    if mark.change is Change.DELETED:
        return mark.asset in live  # Superset does not record when it went; what is there again was put back
    written = epoch(entry.changed_on or "")
    return written is None or written >= commit.authored
