"""Owns small assets that the tests write to a real Superset, with fresh uuids so that tests do not meet."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import yaml


def as_yaml(document: dict[str, Any]) -> bytes:
    return yaml.safe_dump(document, sort_keys=False, allow_unicode=True).encode()


def database(name: str, uri: str, uuid: str, **more: Any) -> dict[str, Any]:
    return {
        "database_name": name,
        "sqlalchemy_uri": uri,
        "allow_csv_upload": False,
        "extra": {},
        "uuid": uuid,
        "version": "1.0.0",
    } | more


def dataset(table: str, database_uuid: str, uuid: str, **more: Any) -> dict[str, Any]:
    return {
        "table_name": table,
        "schema": "public",
        "columns": [{"column_name": "year", "type": "INTEGER"}, {"column_name": "name", "type": "TEXT"}],
        "metrics": [{"metric_name": "count", "expression": "COUNT(*)"}],
        "uuid": uuid,
        "version": "1.0.0",
        "database_uuid": database_uuid,
    } | more


def chart(name: str, dataset_uuid: str, uuid: str, **more: Any) -> dict[str, Any]:
    return {
        "slice_name": name,
        "viz_type": "table",
        "params": {"viz_type": "table", "metrics": ["count"], "groupby": ["year"]},
        "uuid": uuid,
        "version": "1.0.0",
        "dataset_uuid": dataset_uuid,
    } | more


def position(chart_uuids: list[str]) -> dict[str, Any]:
    charts = {
        f"CHART-{number}": {
            "type": "CHART",
            "id": f"CHART-{number}",
            "children": [],
            "parents": ["ROOT_ID", "GRID_ID", "ROW-1"],
            "meta": {"chartId": number, "uuid": uuid, "width": 4, "height": 50},
        }
        for number, uuid in enumerate(chart_uuids, 1)
    }
    row = {"type": "ROW", "id": "ROW-1", "children": list(charts), "parents": ["ROOT_ID", "GRID_ID"], "meta": {}}
    return {
        "DASHBOARD_VERSION_KEY": "v2",
        "ROOT_ID": {"type": "ROOT", "id": "ROOT_ID", "children": ["GRID_ID"]},
        "GRID_ID": {"type": "GRID", "id": "GRID_ID", "children": ["ROW-1"] if charts else [], "parents": ["ROOT_ID"]},
        **({"ROW-1": row} if charts else {}),
        **charts,
    }


def dashboard(title: str, chart_uuids: list[str], uuid: str, **more: Any) -> dict[str, Any]:
    return {
        "dashboard_title": title,
        "slug": None,
        "published": True,
        "position": position(chart_uuids),
        "metadata": {},
        "uuid": uuid,
        "version": "1.0.0",
    } | more


@dataclass
class Sample:
    """One database, dataset, chart and dashboard that belong together, named after `tag`."""

    uri: str
    tag: str = field(default_factory=lambda: uuid4().hex[:8])
    database_uuid: str = field(default_factory=lambda: str(uuid4()))
    dataset_uuid: str = field(default_factory=lambda: str(uuid4()))
    chart_uuid: str = field(default_factory=lambda: str(uuid4()))
    dashboard_uuid: str = field(default_factory=lambda: str(uuid4()))

    @property
    def documents(self) -> dict[str, dict[str, Any]]:
        return {
            f"databases/{self.tag}.yaml": database(f"Données {self.tag}", self.uri, self.database_uuid),
            f"datasets/{self.tag}/t.yaml": dataset(f"t_{self.tag}", self.database_uuid, self.dataset_uuid),
            f"charts/{self.tag}.yaml": chart(f"Рождения {self.tag}", self.dataset_uuid, self.chart_uuid),
            f"dashboards/{self.tag}.yaml": dashboard(f"出生 {self.tag}", [self.chart_uuid], self.dashboard_uuid),
        }

    @property
    def files(self) -> dict[str, bytes]:
        return {path: as_yaml(document) for path, document in self.documents.items()}


def form_of(values: dict[str, str]) -> str:
    return json.dumps(values)
