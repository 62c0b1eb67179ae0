"""Owns what a running Superset holds, as values: exported files, live assets, who changed what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from superset_gitops.model.asset import AssetId, Document, Kind


@dataclass(frozen=True, slots=True)
class ServerInfo:
    """Who answers, and as whom we speak to it.

    Attributes:
        version: as Superset says it, `6.1.0`; empty where it does not say.
        user: the login name that changes will carry.
        user_id: its numeric id on this server.
        roles: the names of the user's roles; empty where the server does not tell.
        login: `bearer` or `cookie`.
        warnings: whole sentences about what will not work, to be shown once.
    """

    version: str
    user: str
    user_id: int
    roles: tuple[str, ...]
    login: str
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """One file of an export of a kind that is not managed.

    Attributes:
        path: after the export's root folder: `queries/examples/Births.yaml`.
        text: as Superset wrote it.
    """

    path: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class LiveAsset:
    """One asset as Superset exports it.

    Attributes:
        id: kind and canonical uuid.
        name: the title people know it by.
        document: the parsed YAML; treated as immutable.
        raw_yaml: as Superset wrote it, secrets masked by the server.
        path: after the export's root folder, with the numeric ids of this server in it.
    """

    id: AssetId
    name: str
    document: Document = field(repr=False)
    raw_yaml: str = field(repr=False)
    path: str

    @property
    def kind(self) -> Kind:
        """The asset's kind."""
        return self.id.kind

    @property
    def uuid(self) -> str:
        """The asset's uuid."""
        return self.id.uuid


@dataclass(frozen=True, slots=True)
class LiveState:
    """All that a Superset holds of the managed kinds, complete, and what else its export has.

    Attributes:
        assets: every asset.
        others: the files of kinds that are not managed.
        charts_on: dashboard's uuid → the uuids of the charts linked to it. An export does not show these links: when
            a chart is deleted its link goes, while the dashboard's layout keeps naming it (measured on 6.1.0).
    """

    assets: Mapping[AssetId, LiveAsset]
    others: tuple[ExportedFile, ...] = ()
    charts_on: Mapping[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Change:
    """When an asset was last changed and by whom, as the list endpoints say it.

    Attributes:
        changed_on_utc: ISO 8601 with offset; of a database the server's local time, without one (6.1.0 has no other).
        changed_by: the person's name; empty where nobody is recorded.
        saved_on_utc, saved_by: of a chart, when a person saved it last and who; empty where nobody did. Whoever saves a
            dataset gets into `changed_on` and `changed_by` of all its charts, and not into these (measured on 6.1.0);
            neither does an import.
        url: the asset's page, absolute; empty for a database.
        id: its numeric id on this server.
        name: the title people know it by.
    """

    changed_on_utc: str
    changed_by: str
    url: str
    id: int
    name: str
    saved_on_utc: str = ""
    saved_by: str = ""
