"""Owns the ledger's memory of what people changed in Superset: what an edit is, where it went, what became of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from superset_gitops.model.asset import AssetId, Document
from superset_gitops.model.plan import Edited
from superset_gitops.model.runtime_branch import Change


class EditState(StrEnum):
    """What became of an edit. The branch carries those that are open, and no others."""

    OPEN = "open"
    REFUSED = "refused"
    MERGED = "merged"  # main says it
    UNDONE = "undone"  # a person put it back in Superset


@dataclass(frozen=True, slots=True)
class Sighting:
    """What an asset was changed to, and from what, as it was seen in Superset.

    Attributes:
        change: of the asset as a whole.
        base: the normal form that was applied last; None where Git never named it.
        live: the normal form that Superset shows; None where it was deleted.
        document: as Superset exports it, secrets masked; None where it was deleted.
        digest: 12 hex digits: what `--overwrite-drift` takes.
        edited: who saved it last, and when, as Superset says it.
        commit, branch: what the base was deployed from; empty where nobody knows.
    """

    asset: AssetId
    change: Change
    name: str
    base: Document | None = field(repr=False)
    live: Document | None = field(repr=False)
    document: Document | None = field(repr=False)
    digest: str
    edited: Edited = field(default_factory=Edited)
    commit: str = ""
    branch: str = ""


@dataclass(frozen=True, slots=True)
class Placed:
    """Where an edit was put last; empty before it was.

    Attributes:
        branch: its short name.
        into: the branch that this one is to be merged into.
        commit: full hash.
        patch: identifies the commit's changes, also after a rebase.
        published: whether the remote has been given it.
    """

    branch: str = ""
    into: str = ""
    commit: str = ""
    patch: str = ""
    published: bool = False


@dataclass(frozen=True, slots=True)
class RuntimeEdit:
    """One edit of one asset: all that people changed between two times that Git wrote it.

    Attributes:
        number: the ledger's; later ones are higher.
        seen: what it is.
        earlier_by: who saved it before the person that `seen` names.
        overwritten_by: the deployment that let Git win over it; None while Superset shows it.
        by, where: who closed or refused it, and where.
    """

    number: int
    seen: Sighting
    first_seen: datetime
    last_seen: datetime
    earlier_by: tuple[str, ...] = ()
    overwritten_by: int | None = None
    state: EditState = EditState.OPEN
    by: str = ""
    where: str = ""
    placed: Placed = Placed()

    @property
    def asset(self) -> AssetId:
        """Whose it is."""
        return self.seen.asset

    @property
    def is_open(self) -> bool:
        """Whether it is still to be decided on."""
        return self.state is EditState.OPEN


def by_asset(edits: Iterable[RuntimeEdit]) -> dict[AssetId, list[RuntimeEdit]]:
    """The edits of each asset, oldest first."""
    found: dict[AssetId, list[RuntimeEdit]] = {}
    for edit in sorted(edits, key=lambda edit: edit.number):
        found.setdefault(edit.asset, []).append(edit)
    return found
