"""Owns what an asset is: its kind, its identity `(kind, uuid)`, and a bundle of them for one environment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, NamedTuple

# A parsed YAML or JSON document: str keys; values are None, bool, int, float, str, list and dict.
Document = dict[str, Any]


class Kind(Enum):
    """The managed kinds, in the order in which they are applied (prune goes backwards)."""

    DATABASE = "database"
    DATASET = "dataset"
    CHART = "chart"
    DASHBOARD = "dashboard"

    @property
    def folder(self) -> str:
        """The folder of this kind, in the templates and in Superset's export layout."""
        return f"{self.value}s"

    @property
    def order(self) -> int:
        """0 for databases up to 3 for dashboards: each kind refers only to those before it."""
        return list(Kind).index(self)

    @property
    def title_field(self) -> str:
        """The field that holds the name people know the asset by."""
        return _TITLE_FIELDS[self]

    @classmethod
    def of_folder(cls, folder: str) -> Kind | None:
        """The kind whose folder this is; None for any other folder."""
        return _KINDS.get(folder)

    def __str__(self) -> str:
        return self.value


_KINDS = {kind.folder: kind for kind in Kind}
_TITLE_FIELDS = {
    Kind.DATABASE: "database_name",
    Kind.DATASET: "table_name",
    Kind.CHART: "slice_name",
    Kind.DASHBOARD: "dashboard_title",
}


class AssetId(NamedTuple):
    """An asset's identity: the same uuid in every environment, never a numeric id."""

    kind: Kind
    uuid: str

    def __str__(self) -> str:
        return f"{self.kind} {self.uuid}"


@dataclass(frozen=True, slots=True)
class Asset:
    """One asset as a document in Superset's export form.

    Attributes:
        id: kind and canonical lower-case uuid.
        name: the title people know it by.
        document: the parsed YAML; treated as immutable.
        path: its file inside the bundle or the export, e.g. `charts/Births_per_year.yaml`.
        template: the template that it came from, relative to the project's root; empty for a runtime's asset.
    """

    id: AssetId
    name: str
    document: Document = field(repr=False)
    path: str
    template: str = ""


@dataclass(frozen=True, slots=True)
class Bundle:
    """What the templates compile to, for one environment; placeholders are not resolved."""

    environment: str
    assets: Mapping[AssetId, Asset]

    def of_kind(self, kind: Kind) -> Iterator[Asset]:
        """The bundle's assets of one kind, in the order of their paths."""
        return iter(sorted((a for a in self.assets.values() if a.id.kind is kind), key=lambda a: a.path))
