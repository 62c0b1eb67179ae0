"""Owns the values of a pull request: as the forge has it, as it is wanted, and what it is about."""

from __future__ import annotations

from dataclasses import dataclass, field

from superset_gitops.model.asset import AssetId
from superset_gitops.model.runtime_branch import Change
from superset_gitops.model.translation import Way


@dataclass(frozen=True, slots=True)
class PullRequest:
    """A pull request as the forge has it.

    Attributes:
        number: its number in the repository.
        url: its page.
        title: its title.
        body: its text, with the line ends that it was saved with.
        base: the branch that it goes into.
        base_oid: that branch's commit, as the forge last compared them.
        head_oid: the commit that it proposes.
        is_open: neither merged nor closed.
        merged: whether it was accepted.
        labels: their names.
    """

    number: int
    url: str
    title: str
    body: str = field(repr=False)
    base: str
    base_oid: str
    head_oid: str
    is_open: bool
    merged: bool
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a pull request should be; all that is not named here is other people's.

    Attributes:
        branch: the short name of what it proposes.
        base: the short name of the branch that it goes into.
    """

    branch: str
    base: str
    title: str
    body: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class OpenEdit:
    """One commit of a runtime branch, as a reviewer is told of it.

    Attributes:
        commit: full hash.
        asset: None for a commit that a person put there.
        name: what people call the asset; of a person's commit, its subject.
        change: None for a person's commit.
        digest: of the drift, 12 hex digits; empty for a person's commit.
        by: who changed it in Superset.
        at: when, seconds since 1970; None where Superset does not say.
        page: the asset's page in Superset; empty where unknown.
        lines: what was changed, how, and what it does elsewhere; details are indented below the field that they are of.
        kept: whether Git has overwritten it in Superset.
        rejected: of each field, the ways that were tried before, and why each was refused.
    """

    commit: str
    asset: AssetId | None
    name: str
    change: Change | None
    digest: str
    by: str
    at: int | None
    page: str
    lines: tuple[str, ...] = field(repr=False)
    kept: bool = False
    rejected: tuple[tuple[str, Way, str], ...] = ()
