"""Owns reading what a bundle's file refers to: kind, title, parents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

import yaml

from superset_gitops.model.asset import AssetId, Document, Kind

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def parse_yaml(text: str | bytes) -> Any:
    """The document in a YAML text.

    Raises:
        yaml.YAMLError: it is none.
    """
    return yaml.load(text, _Loader)  # noqa: S506 - a safe loader, in C where there is one


def kind_of(path: str) -> Kind | None:
    """The managed kind that a file's folder says."""
    return Kind.of_folder(PurePosixPath(path).parts[0])


def documents_of(files: Mapping[str, bytes]) -> dict[str, Document]:
    """The documents of all files of managed kinds, by path."""
    return {path: parse_yaml(data) for path, data in files.items() if kind_of(path) is not None}


def title_of(path: str, document: Document) -> str:
    """The name people know it by; empty where it has none."""
    kind = kind_of(path)
    return str(document.get(kind.title_field) or "") if kind else ""


def parents_of(path: str, document: Document) -> Iterator[tuple[str, AssetId]]:
    """What a document refers to, as (field, asset)."""
    match kind_of(path):
        case Kind.DATASET:
            yield "database_uuid", AssetId(Kind.DATABASE, str(document.get("database_uuid")))
        case Kind.CHART:
            yield "dataset_uuid", AssetId(Kind.DATASET, str(document.get("dataset_uuid")))
        case Kind.DASHBOARD:
            yield from ((f"position.{node}", AssetId(Kind.CHART, uuid)) for node, uuid in charts_of(document))
            yield from (
                ("metadata.native_filter_configuration", AssetId(Kind.DATASET, uuid))
                for uuid in filter_datasets_of(document)
            )
        case _:
            return


def charts_of(dashboard: Document) -> list[tuple[str, str]]:
    """The charts that a dashboard's layout names, as (node's key, uuid)."""
    nodes = (dashboard.get("position") or {}).items()
    charts = (
        (key, node.get("meta", {})) for key, node in nodes if isinstance(node, dict) and node.get("type") == "CHART"
    )
    return [(key, str(meta["uuid"])) for key, meta in charts if meta.get("uuid")]


def filter_datasets_of(dashboard: Document) -> set[str]:
    """The datasets that a dashboard's native filters name, as uuids."""
    filters = (dashboard.get("metadata") or {}).get("native_filter_configuration") or []
    targets = (target for one in filters for target in one.get("targets") or [])
    return {str(target["datasetUuid"]) for target in targets if target.get("datasetUuid")}
