"""Owns what an adoption is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from superset_gitops.core.placeholders import Lookup
from superset_gitops.core.versions import NEWEST, Release
from superset_gitops.model.asset import AssetId, Document
from superset_gitops.model.translation import Scope


def _unset(_name: str) -> str | None:
    return None


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be adopted.

    Attributes:
        environment: whose runtime it is; its variables file is in the sources.
        live: all that the runtime holds, as exported: also what is not asked for, so that references can be followed.
        chosen: what was asked for, and comes with all that it needs; None for everything.
        applied: what was applied from Git: where it differs, somebody changed it since, and it is left alone.
        scope: PROMOTE: a new template is an asset of every environment; ONLY_HERE: of this one.
        variables: variable → dotted paths of fields that it may stand in, as policy lists them.
        decisions: live asset → what `ref()` calls its template; empty text for one that gets a new template.
        charts_on: dashboard's uuid → uuids of the charts that are linked to it; without it those of the layouts.
        lookup: what `${NAME}` stands for; a connection whose variables it does not know is taken to be as it is.
        release: the Superset's.
    """

    environment: str
    live: Mapping[AssetId, Document] = field(repr=False)
    chosen: frozenset[AssetId] | None = None
    applied: frozenset[AssetId] = frozenset()
    scope: Scope = Scope.PROMOTE
    variables: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    decisions: Mapping[AssetId, str] = field(default_factory=dict)
    charts_on: Mapping[str, frozenset[str]] | None = None
    lookup: Lookup = _unset
    release: Release = NEWEST
