"""Owns the values of the branch that carries an environment's changes in Superset: its commits, and their marks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from superset_gitops.model.asset import AssetId


def branch_of(environment: str, base: str = "") -> str:
    """The short name of an environment's branch: of the one that is to be merged into main, or into another one.

    A slash of that other one becomes a plus sign: `runtime-export/dev` and `runtime-export/dev/…` exclude each other.
    """
    safe = base.replace("+", "++").replace("/", "+")
    return f"runtime-export/{environment}{f'+{safe}' if safe else ''}"


class Change(StrEnum):
    """What happened to an asset in Superset."""

    CHANGED = "changed"
    ADDED = "added"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Mark:
    """What a commit's trailers say.

    Attributes:
        digest: 12 hex digits that identify this very state of the asset in Superset.
    """

    environment: str
    asset: AssetId
    change: Change
    digest: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """A human's no to exactly one edit.

    Attributes:
        digest: of the edit, 12 hex digits.
        by: who; empty where nobody knows.
        where: the address of the pull request, or the branch that its commit was taken off.
    """

    kind_uuid: AssetId
    digest: str
    by: str
    where: str


@dataclass(frozen=True, slots=True)
class Person:
    """Who is named as a commit's author."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A commit to be.

    Attributes:
        at: when the asset was saved, seconds since 1970; None where Superset does not say.
        files: path relative to the project's root → its text; None for a file that goes.
    """

    message: str
    author: Person
    at: int | None
    files: Mapping[str, str | None] = field(repr=False)


@dataclass(frozen=True, slots=True)
class KnownCommit:
    """A commit that the branch has.

    Attributes:
        authored, committed, parent_committed: seconds since 1970; the last one is 0 without a parent.
    """

    oid: str
    parents: tuple[str, ...]
    tree: str
    message: str = field(repr=False)
    author: Person
    authored: int
    committed: int
    parent_committed: int
    committer: Person = Person("", "")

    @property
    def subject(self) -> str:
        """The message's first line."""
        return self.message.partition("\n")[0]
