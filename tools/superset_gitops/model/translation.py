"""Owns the values of a translation: what was changed in Superset, and the edits of the sources that say the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from superset_gitops.model.asset import AssetId
from superset_gitops.model.plan import Edited, FieldPath, State
from superset_gitops.model.sources import Sources


class Scope(StrEnum):
    """Whom an edit may reach."""

    PROMOTE = "promote"  # a text that all environments share changes for all of them
    ONLY_HERE = "only-here"  # every other environment renders as before, byte for byte


class Way(StrEnum):
    """How an edit says a change, simplest first."""

    LITERAL = "in place"  # text of the template
    VARIABLE = "variable"  # a value in the environment's file
    CONSTANT = "expression"  # a constant inside an expression of the template
    PARAMETER = "parameter"  # an include or macro took a parameter with its old text as the default
    OVERRIDE = "own variable"  # a new variable of the environment, with the old expression as the default
    DROPPED = "expression dropped"  # the value stands where an expression stood
    GUARD = "guard"  # lines that only this environment sees
    OVERLAY = "overlay"  # a file of its own, laid over what the template renders to
    TOGETHER = "with another field"  # an edit of another field had made it already
    CREATED = "new template"
    DELETED = "template deleted"


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A line of a file, 1-based, as it stands after the edit."""

    path: str
    line: int


@dataclass(frozen=True, slots=True)
class Effect:
    """What an edit changes in another environment.

    Attributes:
        at_home: what it is in the edited environment, where it may have another uuid.
    """

    environment: str
    asset: AssetId
    path: FieldPath
    before: Any
    after: Any
    at_home: AssetId | None = None


@dataclass(frozen=True, slots=True)
class FieldEdit:
    """One change of the runtime, and where it went.

    Attributes:
        paths: the leaves of the normal form that it brought to what Superset shows.
        shown: the path that people know it by.
        before: what the sources said; `ABSENT` where they did not have it. Of several paths, those that were there,
            each with its value.
        after: what Superset shows, likewise.
        way: the candidate that was proven.
        places: where the sources were edited.
        effects: what that changes in other environments.
        rejected: the candidates before it, and why each was refused.
    """

    paths: tuple[FieldPath, ...]
    shown: FieldPath
    before: Any
    after: Any
    way: Way
    places: tuple[Place, ...] = ()
    effects: tuple[Effect, ...] = ()
    rejected: tuple[tuple[Way, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Unsettled:
    """What is left to the reviewer: the runtime's value stays where it is, the sources stay as they are.

    Attributes:
        shown: the path that people know it by.
        base, desired, live: its three values; of several `paths`, of each that is there, by its path.
        reason: why it is left.
        paths: its leaves, where they are not `shown` alone.
    """

    shown: FieldPath
    base: Any
    desired: Any
    live: Any
    reason: str
    paths: tuple[FieldPath, ...] = ()


@dataclass(frozen=True, slots=True)
class AssetTranslation:
    """One asset's changes.

    Attributes:
        id, name, state, edited: as in the plan.
        template: the asset's template, relative to the project's root.
        fields: what was edited, in order.
        unsettled: what was not.
        texts: path → text after this asset's edits, None for a file that goes; made one after the other, in the
            order of the assets, these lead from the sources to the translation's.
    """

    id: AssetId
    name: str
    state: State
    template: str
    edited: Edited = field(default_factory=Edited)
    fields: tuple[FieldEdit, ...] = ()
    unsettled: tuple[Unsettled, ...] = ()
    texts: Mapping[str, str | None] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Translation:
    """All edits that bring an environment's runtime changes into the sources.

    Attributes:
        environment: whose runtime.
        scope: whom the edits may reach.
        before: the sources as they were.
        after: the sources with all edits.
        assets: one each, in the order of their edits; also those with nothing but unsettled fields.
    """

    environment: str
    scope: Scope
    before: Sources = field(repr=False)
    after: Sources = field(repr=False)
    assets: tuple[AssetTranslation, ...]

    @property
    def files(self) -> dict[str, str | None]:
        """Path → new text of every file that differs; None for one that goes."""
        paths = sorted(self.before.texts.keys() | self.after.texts.keys())
        return {p: self.after.texts.get(p) for p in paths if self.before.texts.get(p) != self.after.texts.get(p)}
