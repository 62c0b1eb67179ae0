"""Owns which edits people refused: by closing a pull request, or by taking a commit off the published branch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from superset_gitops.core.runtime_branch.marks import committed_at
from superset_gitops.model.runtime_branch import KnownCommit, Mark, Refusal
from superset_gitops.model.runtime_edit import EditState, RuntimeEdit, by_asset

_PAGES = ("https://", "http://")
Refused = tuple[Refusal, tuple[int, ...]]  # with the numbers of the edits that it is about


def refused_by(edits: Iterable[RuntimeEdit], refusals: Iterable[Refusal]) -> Iterator[Refused]:
    """The open edits that a refusal names: that of its digest, and those that were in the same commit.

    Who reopens an edit has answered the refusal: the same one does not count again.
    """
    known, done = by_asset(edits), set[int]()
    for refusal in refusals:
        of_asset = known.get(refusal.kind_uuid, [])
        named = [edit for edit in of_asset if edit.seen.digest == refusal.digest and edit.where != refusal.where]
        commits = {edit.placed.commit for edit in named if edit.placed.commit}
        numbers = tuple(
            edit.number
            for edit in of_asset
            if edit.is_open and edit.number not in done and (edit in named or edit.placed.commit in commits)
        )
        if numbers and any(edit.is_open for edit in named):
            done.update(numbers)
            yield refusal, numbers


def taken_back(edits: Iterable[RuntimeEdit], refusals: Iterable[Refusal]) -> tuple[int, ...]:
    """The numbers of the edits that a closed pull request refused which is not closed any more.

    Args:
        edits: the ledger's.
        refusals: all that the forge knows of their branch.
    """
    closed = {refusal.where for refusal in refusals}
    return tuple(
        edit.number
        for edit in edits
        if edit.state is EditState.REFUSED and edit.where.startswith(_PAGES) and edit.where not in closed
    )


def taken_off(
    edits: Iterable[RuntimeEdit], branch: str, there: Mapping[KnownCommit, Mark], where: str
) -> Iterator[Refused]:
    """The open edits that were published on a branch whose remote has no commit for their asset any more.

    Only we push without saying so first (see `workflows.export_branch`): it was a human.

    Args:
        edits: the ledger's.
        branch: the short name.
        there: the commits that the remote has, all of which are ours, also those that were rebased.
        where: what to call it.
    """
    left = {mark.asset for mark in there.values()}
    by = next((c.committer.name for c in there if c.committed != committed_at(c.authored, c.parent_committed)), "")
    for asset, of_asset in by_asset(edits).items():
        gone = [e for e in of_asset if e.is_open and e.placed.published and e.placed.branch == branch]
        if asset not in left and gone:
            yield Refusal(asset, gone[-1].seen.digest, by, where), tuple(edit.number for edit in gone)
