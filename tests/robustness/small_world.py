"""A project that is small enough to be deployed a hundred times, in a world of its own."""

from __future__ import annotations

import shutil
from pathlib import Path

from fixtures.world import ROOT, World
from superset_gitops.core.normal_form import digest
from superset_gitops.edges.postgres.ledger import Ledger
from superset_gitops.edges.superset import SupersetClient
from superset_gitops.edges.superset.credentials import PasswordLogin
from superset_gitops.model.plan import State
from superset_gitops.workflows.prepare import prepare
from superset_gitops.workflows.survey import Survey, live_normal, survey

DRIFTED = "2f1ccf0e-9a0f-4d8e-8a53-0d2f4a2f0001"
PENDING = "2f1ccf0e-9a0f-4d8e-8a53-0d2f4a2f0002"
DELETED = "2f1ccf0e-9a0f-4d8e-8a53-0d2f4a2f0003"
TITLE_FILE = "superset_assets/templates/charts/pending.yaml.j2"
DATASET_FILE = "superset_assets/templates/datasets/main/years.yaml.j2"
ONCE = "db/migrations/002_once.sql"

_CHART = """\
uuid: {uuid}
slice_name: {name}
dataset_uuid: {{{{ ref("datasets/main/years") }}}}
viz_type: table
params:
  all_columns: [year]
  row_limit: 100
"""
_FILES = {
    "superset_assets/templates/databases/main.yaml.j2": """\
database_name: Main
uuid: 2f1ccf0e-9a0f-4d8e-8a53-0d2f4a2f0004
sqlalchemy_uri: ${SUPERSET_DATA_URL}
""",
    DATASET_FILE: """\
table_name: years
uuid: 2f1ccf0e-9a0f-4d8e-8a53-0d2f4a2f0005
schema: public
database_uuid: {{ ref("databases/main") }}
description: As it was
columns:
  - {column_name: year, type: INTEGER}
""",
    "superset_assets/templates/charts/drifted.yaml.j2": _CHART.format(uuid=DRIFTED, name="Drifted"),
    TITLE_FILE: _CHART.format(uuid=PENDING, name="As it was"),
    "superset_assets/templates/charts/deleted.yaml.j2": _CHART.format(uuid=DELETED, name="Deleted"),
    "superset_assets/templates/dashboards/all.yaml.j2": """\
dashboard_title: All
uuid: 2f1ccf0e-9a0f-4d8e-8a53-0d2f4a2f0006
slug: all
position:
  ROW-1: {children: [CHART-1, CHART-2, CHART-3]}
  CHART-1:
    meta: {uuid: {{ ref("charts/drifted") }}, width: 4, height: 50}
  CHART-2:
    meta: {uuid: {{ ref("charts/pending") }}, width: 4, height: 50}
  CHART-3:
    meta: {uuid: {{ ref("charts/deleted") }}, width: 4, height: 50}
""",
    "superset_assets/environments/dev.yaml": "what: dev\n",
    "superset_assets/environments/staging.yaml": "what: staging\n",
    "superset_assets/environments/prod.yaml": "what: prod\n",
    "db/migrations/001_schema.sql": "CREATE SCHEMA work;\n",
    "db/seed/001_years.sql": "CREATE TABLE IF NOT EXISTS public.years (year integer PRIMARY KEY);\n",
}


def write_sources(root: Path) -> None:
    for name, text in _FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    shutil.copy2(ROOT / "policy.yaml", root / "policy.yaml")


def retitle(root: Path, title: str) -> None:
    (root / TITLE_FILE).write_text(_FILES[TITLE_FILE].replace("As it was", title))


def describe(root: Path, description: str) -> None:
    (root / DATASET_FILE).write_text(_FILES[DATASET_FILE].replace("As it was", description))


def three_sides(world: World) -> Survey:
    """Git, ledger and Superset as they are now."""
    ready = prepare(world.root, "dev", world.environ, lambda _: None, start_sandbox=False)
    with (
        Ledger.open(ready.target.ledger_url, "dev", create=False) as ledger,
        SupersetClient(world.base_url, PasswordLogin(world.user, world.password)) as client,
    ):
        return survey("dev", ready.wanted, ledger, client, ignore=())


def disagreements(world: World) -> list[str]:
    """What Git, ledger and Superset do not agree on."""
    found = three_sides(world)
    unequal = [f"{item.name}: {item.state}" for item in found.plan.items if item.state is not State.IN_SYNC]
    if len(found.live.assets) != len(found.wanted):
        unequal.append(f"{len(found.live.assets)} assets are live, {len(found.wanted)} in Git")
    unequal += [
        f"{key}: the ledger's base is not what is live"
        for key in found.wanted
        if key in found.live.assets and found.ledger_digests.get(key) != digest(live_normal(found.live, key))
    ]
    return unequal
