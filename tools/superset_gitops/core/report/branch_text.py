"""Owns the branch of an environment's changes as text: its commits, what was left out of it, and what became of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence

from superset_gitops.core.report.printable import printable
from superset_gitops.model.runtime_branch import KnownCommit, Refusal
from superset_gitops.model.runtime_edit import RuntimeEdit

_SHORT = 12  # hex digits


def branch_lines(branch: str, main: str, commits: Sequence[KnownCommit], overwritten: Collection[str]) -> Iterator[str]:
    """The branch's commits, oldest first, with their authors.

    Args:
        branch: its name.
        main: what it starts from.
        commits: those that main does not have.
        overwritten: the hashes of those whose edit Git has overwritten in Superset since.
    """
    if not commits:
        yield f"{branch}: there is nothing to put on it"
        return
    yield f"{branch}: {len(commits)} commit{'' if len(commits) == 1 else 's'} that {main} does not have"
    for commit in commits:
        kept = ", kept: Git overwrote it in Superset" if commit.oid in overwritten else ""
        yield f"  {commit.oid[:_SHORT]} {printable(commit.subject)} ({printable(commit.author.name)}{kept})"


def refused_lines(edits: Iterable[RuntimeEdit]) -> Iterator[str]:
    """The edits that somebody refused and that Superset shows still, with the way to let Git win over them."""
    for edit in edits:
        by = f" by {printable(edit.by)}" if edit.by else ""
        where = f", {printable(edit.where)}" if edit.where else ""
        yield (
            f"refused: {edit.asset.kind} {edit.seen.name!r}{by}{where} "
            f"(say --overwrite-drift {edit.seen.digest} to let Git win over it)"
        )


def noted_refusals(refusals: Iterable[Refusal]) -> Iterator[str]:
    """What people refused since the last run, by the place where they did."""
    counts = Counter((refusal.where, refusal.by) for refusal in refusals)
    for (where, by), count in counts.items():
        person = f" by {printable(by)}" if by else ""
        said = "was closed" if where.startswith("http") else "had commits taken off"
        yield f"{printable(where)} {said}{person}: that refuses {count} edit{'' if count == 1 else 's'}"


def outcome(before: str, tip: str, pushed: str) -> str:
    """What the run did to the branch, given its tips before and after; empty for none."""
    if not tip:
        gone = f"removed here and at {pushed}" if pushed else "removed here"
        return f"it had no open edit left, and was {gone}" if before else "no branch is needed"
    where = f", and pushed to {pushed}" if pushed else ""
    if before == tip:
        return f"nothing new{where}"
    return f"{'rebuilt' if before else 'made'}{where}"
