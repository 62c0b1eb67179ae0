"""A second set of assets, one of each kind, that comes into Git and leaves it again."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from fixtures.world import Api, World

SECOND = {
    "databases/second": """\
uuid: 0d3c4c46-3a1c-4a4b-9d0c-6f5b6f4a0001
database_name: Second
sqlalchemy_uri: ${SUPERSET_DATA_URL}
expose_in_sqllab: true
""",
    "datasets/second/extra": """\
uuid: 0d3c4c46-3a1c-4a4b-9d0c-6f5b6f4a0002
database_uuid: {{ ref("databases/second") }}
table_name: extra
schema: examples
sql: SELECT 1 AS one
columns:
  - column_name: one
    type: INTEGER
metrics:
  - metric_name: count
    expression: COUNT(*)
""",
    "charts/extra": """\
uuid: 0d3c4c46-3a1c-4a4b-9d0c-6f5b6f4a0003
slice_name: Extra chart
dataset_uuid: {{ ref("datasets/second/extra") }}
viz_type: big_number_total
params:
  metric: count
""",
    "dashboards/extra": """\
uuid: 0d3c4c46-3a1c-4a4b-9d0c-6f5b6f4a0004
dashboard_title: Extra dashboard
slug: extra
position:
  ROOT_ID:
    children: [GRID_ID]
  GRID_ID:
    children: [ROW-extra]
  ROW-extra:
    children: [CHART-extra]
  CHART-extra:
    meta: {uuid: {{ ref("charts/extra") }}, width: 4, height: 40}
""",
}
EXTRA = {"database": "Second", "dataset": "extra", "chart": "Extra chart", "dashboard": "Extra dashboard"}


@dataclass
class PruningWorld(World):
    """A world whose policy may say prune, and whose second set comes and goes."""

    def let(self, environment: str, setting: str) -> None:
        """Add a setting to an environment's policy."""
        policy = self.root / "policy.yaml"
        text, found = re.subn(rf"(  {environment}: .*)}}", rf"\1, {setting}}}", policy.read_text())
        assert found == 1
        policy.write_text(text)

    def add_second(self) -> None:
        for name, text in SECOND.items():
            file = self.root / f"superset_assets/templates/{name}.yaml.j2"
            file.parent.mkdir(exist_ok=True)
            file.write_text(text)

    def remove_second(self) -> None:
        for name in SECOND:
            (self.root / f"superset_assets/templates/{name}.yaml.j2").unlink()

    def left(self, environment: str = "dev") -> None:
        """Deploy with the second set in Git, then take it out of Git."""
        self.add_second()
        if environment != "dev":
            self.publish()
        first = self.deploy(environment)
        assert first.code == 0, first.err
        self.remove_second()
        if environment != "dev":
            self.push()

    def saved(self) -> list[tuple[Any, ...]]:
        """Kind, name and reason of the saved copies, the oldest first."""
        return self.sql("SELECT kind, name, reason FROM hybrid.saved_copy ORDER BY id")


def standing(admin: Api) -> set[str]:
    """Which kinds of the second set are in Superset."""
    titles = {
        "database": "database_name",
        "dataset": "table_name",
        "chart": "slice_name",
        "dashboard": "dashboard_title",
    }
    return {kind for kind, name in EXTRA.items() if name in {row[titles[kind]] for row in admin.rows(kind)}}


def own_chart(by: Api, dataset: str) -> int:
    number = by.by_name("dataset", dataset)["id"]
    chart = {"slice_name": "Ann's own", "viz_type": "table", "datasource_id": number, "datasource_type": "table"}
    return int(by.request("POST", "chart/", json=chart | {"params": "{}"})["id"])
