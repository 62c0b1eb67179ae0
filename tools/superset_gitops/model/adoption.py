"""Owns the values of an adoption: a running Superset's assets in, the templates that say them out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from superset_gitops.model.asset import AssetId
from superset_gitops.model.sources import Sources
from superset_gitops.model.translation import FieldEdit, Scope


class Found(StrEnum):
    """How an asset found its template."""

    NEW = "new template"
    SAME_UUID = "same uuid"
    SAME_NAME = "same name"  # another uuid, which this environment's variables now say
    DECIDED = "as you said"


@dataclass(frozen=True, slots=True)
class Adopted:
    """One asset that a template says now.

    Attributes:
        id: its identity in the environment.
        name: its title there.
        template: the template's path, relative to the project's root.
        found: how the two came together.
        fields: what differed from the template, and where it went.
        elsewhere: the other environments that get a new asset too.
        notes: whole sentences about what stays Superset's own.
    """

    id: AssetId
    name: str
    template: str
    found: Found
    fields: tuple[FieldEdit, ...] = ()
    elsewhere: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """One asset that stays as it is in Superset, without a template; `reason` says why and what to do."""

    id: AssetId
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Undecided:
    """Assets that could be any of some templates' (or several that could be one's): somebody has to say which.

    Attributes:
        what: what they share, such as `chart 'Births' on datasets/main/births`.
        live: the environment's assets, uuid → name.
        templates: what `ref()` calls the templates.
    """

    what: str
    live: Mapping[AssetId, str]
    templates: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Adoption:
    """All edits of the sources that make an environment's assets managed ones.

    Attributes:
        environment: whose runtime.
        scope: in which environments new templates are assets.
        before: the sources as they were.
        after: the sources with everything that was adopted; the same where there was nothing to do.
        adopted: in the order of their kinds and names; what was in the sources and needed no edit is not among them.
        refused: what could not be adopted.
        undecided: what waits for a decision.
        managed: how many of the environment's assets templates said before.
        drifted: of those, the ones that were applied from Git and changed since: `hybrid translate` brings them back.
        unmanaged: how many were not asked for.
        lacking: template → name of what templates say and the environment does not have: a deployment makes it.
    """

    environment: str
    scope: Scope
    before: Sources = field(repr=False)
    after: Sources = field(repr=False)
    adopted: tuple[Adopted, ...] = ()
    refused: tuple[Refused, ...] = ()
    undecided: tuple[Undecided, ...] = ()
    managed: int = 0
    drifted: tuple[AssetId, ...] = ()
    unmanaged: int = 0
    lacking: Mapping[str, str] = field(default_factory=dict)

    @property
    def files(self) -> dict[str, str | None]:
        """Path → text of every file that is new or differs; nothing is ever removed."""
        paths = sorted(self.after.texts)
        return {p: self.after.texts[p] for p in paths if self.before.texts.get(p) != self.after.texts[p]}

    @property
    def complete(self) -> bool:
        """Whether everything that was asked for is managed now."""
        return not self.refused and not self.undecided
