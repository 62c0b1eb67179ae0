"""Owns the plan: what each asset's three sides say, by asset and by field."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from superset_gitops.model.asset import AssetId, Document
from superset_gitops.model.pruning import Pruning

# Where in a normal form a leaf stands: `("columns", "year", "verbose_name")`.
FieldPath = tuple[str, ...]


class Side(Enum):
    """Who moved on since the last apply."""

    GIT = "pending"
    RUNTIME = "drift"
    BOTH = "conflict"
    AGREED = "agreed"  # both moved, to the same value


class State(Enum):
    """What an asset's three sides are, taken together."""

    IN_SYNC = "in sync"
    CREATE = "create"
    PENDING = "pending"
    DRIFT = "drift"
    CONFLICT = "conflict"
    UNADOPTED = "never applied by us"
    DELETED = "deleted in Superset"
    DELETED_CONFLICT = "deleted in Superset, changed in Git"
    PRUNE = "no longer in Git"
    PRUNE_DRIFT = "no longer in Git, changed in Superset"
    FORGET = "gone on both sides"
    UNMANAGED = "unmanaged"

    @property
    def is_drift(self) -> bool:
        """Whether the runtime moved on with an asset that Git names: what the gates stop at."""
        return self in _DRIFT

    @property
    def is_pending(self) -> bool:
        """Whether Git alone moved on."""
        return self in {State.CREATE, State.PENDING}

    @property
    def is_written(self) -> bool:
        """Whether an apply in which Git wins writes this asset."""
        return self.is_drift or self.is_pending


_DRIFT = frozenset({State.DRIFT, State.CONFLICT, State.UNADOPTED, State.DELETED, State.DELETED_CONFLICT})


@dataclass(frozen=True, slots=True)
class Missing:
    """The value of a field that one side does not have; `None` is a value."""

    def __repr__(self) -> str:
        return "(absent)"


ABSENT = Missing()


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One leaf in which the sides differ; a side without it has `ABSENT`."""

    path: FieldPath
    side: Side
    base: Any
    desired: Any
    live: Any

    @property
    def dotted(self) -> str:
        """The path as people write it: `columns.year.verbose_name`."""
        return ".".join(self.path)


@dataclass(frozen=True, slots=True)
class Edited:
    """Who last saved an asset in Superset, and when (ISO 8601, UTC where the server says so); empty when unknown."""

    by: str = ""
    at: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class IgnoredField:
    """A leaf in which the sides differ, and which policy leaves to Superset.

    Attributes:
        change: as it would be without the rule.
        rule: where the rule stands: `policy.yaml:12:9`.
    """

    change: FieldChange
    rule: str


@dataclass(frozen=True, slots=True)
class PlanItem:
    """One asset of the plan.

    Attributes:
        desired, live, base: normal forms without ignored fields; None on a side that does not have the asset.
        ignored: what differs and is left to Superset by policy.
        ignored_by: where the rule stands that leaves the whole asset to Superset; empty where none does.
        fields: what differs, in the order of the paths; empty where a whole side is missing.
        digest: identifies this very drift (kind, uuid and the live side); empty where there is none.
    """

    id: AssetId
    name: str
    state: State
    fields: tuple[FieldChange, ...] = ()
    template: str = ""
    digest: str = ""
    edited: Edited = Edited()
    base: Document | None = field(default=None, repr=False)
    desired: Document | None = field(default=None, repr=False)
    live: Document | None = field(default=None, repr=False)
    ignored: tuple[IgnoredField, ...] = ()
    ignored_by: str = ""


@dataclass(frozen=True, slots=True)
class Collision:
    """A desired asset whose natural key is live under another uuid: the importer would silently adopt that row."""

    id: AssetId
    name: str
    template: str
    key: str
    live_uuid: str


@dataclass(frozen=True, slots=True)
class Plan:
    """All managed assets of one environment, in the order of apply, and the names of the unmanaged ones.

    Attributes:
        based: how many assets the ledger has a base for; 0 beside live assets means that it is new or lost.
        pruning: what would be deleted, and what kept; None where prune is off.
        scope: what this plan is about, in words; empty for everything.
        outside: the items out of scope: neither gated nor written, but they count where shares are asked for.
    """

    environment: str
    items: tuple[PlanItem, ...]
    collisions: tuple[Collision, ...] = ()
    unmanaged: tuple[tuple[str, str], ...] = ()  # (kind, name)
    based: int = 0
    pruning: Pruning | None = None
    scope: str = ""
    outside: tuple[PlanItem, ...] = ()

    def select(self, *states: State) -> Iterator[PlanItem]:
        """The items in any of these states."""
        return (item for item in self.items if item.state in states)

    @property
    def everything(self) -> tuple[PlanItem, ...]:
        """What is in scope and what is not."""
        return (*self.items, *self.outside)

    @property
    def drifted(self) -> tuple[PlanItem, ...]:
        """What the gates stop at."""
        return tuple(item for item in self.items if item.state.is_drift)

    @property
    def baseless(self) -> bool:
        """Whether managed assets are live beside a ledger that knows none: one thing to say, not hundreds of drifts."""
        return not self.based and any(item.state is State.UNADOPTED for item in self.items)

    @property
    def pending(self) -> tuple[PlanItem, ...]:
        """What Git alone changed."""
        return tuple(item for item in self.items if item.state.is_pending)

    @property
    def written(self) -> tuple[PlanItem, ...]:
        """What an apply in which Git wins would write."""
        return tuple(item for item in self.items if item.state.is_written)
