"""Owns a commit's trailers: writing them, reading them, and telling our commits from other people's."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime

from superset_gitops.model.asset import AssetId, Kind
from superset_gitops.model.runtime_branch import Change, KnownCommit, Mark, Person

_TRAILER = re.compile(r"^(Superset-[A-Za-z-]+): (.*)$", re.MULTILINE)
_NAMES = ("Superset-Environment", "Superset-Asset", "Superset-Change", "Superset-Drift-Digest")


def trailers(mark: Mark, others: Iterable[Person] = ()) -> str:
    """The last paragraph of a commit's message; `others` had a part in it beside the author."""
    values = (mark.environment, f"{mark.asset.kind} {mark.asset.uuid}", mark.change, mark.digest)
    together = "".join(f"Co-authored-by: {person.name} <{person.email}>\n" for person in others)
    return "".join(f"{name}: {value}\n" for name, value in zip(_NAMES, values, strict=True)) + together


def mark_of(message: str) -> Mark | None:
    """What a message's last paragraph says; None where that is no mark."""
    found = dict(_TRAILER.findall(message.rstrip().rpartition("\n\n")[2]))
    if not all(name in found for name in _NAMES):
        return None
    environment, asset, change, digest = (found[name] for name in _NAMES)
    kind, _, uuid = asset.partition(" ")
    if kind not in {each.value for each in Kind} or change not in {each.value for each in Change}:
        return None
    return Mark(environment, AssetId(Kind(kind), uuid), Change(change), digest)


def epoch(moment: str) -> int | None:
    """Seconds since 1970 of a moment as Superset writes it; of a database without an offset, which counts as UTC."""
    try:
        read = datetime.fromisoformat(moment)
    except ValueError:
        return None
    return int((read if read.tzinfo else read.replace(tzinfo=UTC)).timestamp())


def committed_at(authored: int, parent_committed: int) -> int:
    """The committer's date of our commits: no clock is asked, so that the same edit is the same commit again."""
    return max(authored, parent_committed)


def mark_of_ours(commit: KnownCommit, environment: str) -> Mark | None:
    """A commit's mark where it is as we made it for this environment.

    Who amends, rebases or applies it again keeps the trailers, but their git writes the time into it.
    """
    mark = mark_for(commit, environment)
    return mark if mark and commit.committed == committed_at(commit.authored, commit.parent_committed) else None


def mark_for(commit: KnownCommit, environment: str) -> Mark | None:
    """A commit's mark where it is for this environment, whoever made the commit what it is."""
    mark = mark_of(commit.message)
    return mark if mark and mark.environment == environment and len(commit.parents) == 1 else None
