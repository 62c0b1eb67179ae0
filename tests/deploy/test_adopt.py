"""A running Superset becomes a repository: adopt, commit, deploy, and nothing is written, neither here nor there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import pytest
import yaml

from fixtures.postgres import Postgres
from fixtures.world import Api, Done, World
from superset_gitops.core.documents.write_yaml import write_yaml
from superset_gitops.edges.superset import SupersetClient
from superset_gitops.edges.superset.credentials import credentials_from
from superset_gitops.edges.superset.secrets import ConnectionSecrets

POLICY = """\
db: {mode: none, migrations_dir: db/migrations, seed_dir: db/seed}
apply:
  dev: {mode: overwrite_git_wins, drift_gate: warn}
  staging: {mode: strict_fail_on_drift, drift_gate: fail}
export: {format: superset_cli_yaml}
deploy: {mode: script_with_retry, steps: [apply_assets, drift_check]}
adopt:
  variables:
    schema: [schema, sql]
    title_suffix: [database_name, dashboard_title]
"""
TEMPLATES = "superset_assets/templates"


def snapshot(root: Path) -> dict[str, bytes]:
    return {p.relative_to(root).as_posix(): p.read_bytes() for p in (root / "superset_assets").rglob("*.y*ml*")}


def in_sync(world: World, environment: str, assets: int) -> None:
    plan = world.run("hybrid", "drift-plan", "--env", environment, "--exit-code")
    assert plan.code == 0, plan.out + plan.err
    assert f"Plan for {environment}: {assets} in sync" in plan.out


def succeeded(done: Done) -> Done:
    assert done.code == 0, done.out + done.err
    return done


@pytest.fixture
def team(world: World, colleague: Api, tmp_path: Path, postgres: Postgres) -> World:
    """A new team's empty project beside a Superset in which people have worked for long."""
    succeeded(world.deploy())
    dataset = colleague.by_name("dataset", "birth_names")["id"]
    chart = {"slice_name": "Girls, as ann sees them", "viz_type": "table", "datasource_id": dataset}
    params = {"viz_type": "table", "all_columns": ["name"], "query_mode": "raw", "row_limit": 1000, "color_pn": True}
    sent = chart | {"datasource_type": "table", "params": json.dumps(params)}
    colleague.request("POST", "chart/", json=sent)
    root = tmp_path / "team"
    (root / "superset_assets/environments").mkdir(parents=True)
    (root / "policy.yaml").write_text(POLICY)
    for environment in ("dev", "staging"):
        (root / f"superset_assets/environments/{environment}.yaml").write_text(
            f'schema: examples\ntitle_suffix: " [{environment}]"\n'
        )
    new = World(root, world.base_url, world.user, world.password, postgres.new_database())
    new.publish()
    return new


def test_a_running_superset_becomes_a_repository(team: World, admin: Api) -> None:
    written = admin.changed_on()
    dry = succeeded(team.run("hybrid", "adopt", "--env", "dev", "--dry-run", POSTGRES_URL=""))
    assert "no ledger is named" in dry.err
    assert "17 new templates (1 database, 2 datasets, 13 charts, 1 dashboard), 0 managed before" in dry.out
    assert not (team.root / TEMPLATES).exists()
    done = succeeded(team.run("hybrid", "adopt", "--env", "dev"))
    assert f"[{TEMPLATES}/charts/girls_as_ann_sees_them.yaml.j2]" in done.out
    assert "tools/deploy dev --adopt" in done.err or "hybrid deploy dev --adopt" in done.err
    mine = (team.root / TEMPLATES / "charts/girls_as_ann_sees_them.yaml.j2").read_text()
    assert 'dataset_uuid: {{ ref("datasets/' in mine
    database = (team.root / TEMPLATES / "databases/examples.yaml.j2").read_text()
    assert "database_name: Examples{{ title_suffix }}\n" in database
    assert ":${EXAMPLES_PASSWORD}@" in database
    query = (team.root / TEMPLATES / "datasets/examples/popular_names.yaml.j2").read_text()
    assert "schema: {{ schema }}\n" in query
    assert "FROM {{ schema }}.birth_names\n" in query
    before = snapshot(team.root)
    again = succeeded(team.run("hybrid", "adopt", "--env", "dev"))
    assert "17 managed before" in again.out
    assert snapshot(team.root) == before
    succeeded(team.run("hybrid", "validate"))
    team.push()
    succeeded(team.deploy("dev", "--adopt"))
    in_sync(team, "dev", 17)
    succeeded(team.deploy("dev"))
    assert admin.changed_on() == written
    assert succeeded(team.run("hybrid", "adopt", "--env", "dev")).out.startswith(
        "Adoption of dev (promote): 17 managed"
    )
    assert snapshot(team.root) == before


def test_only_what_was_asked_for_with_all_that_it_needs(team: World) -> None:
    mine = succeeded(team.run("hybrid", "adopt", "--owner", "ann", "--dry-run"))
    assert "3 new templates (1 database, 1 dataset, 1 chart)" in mine.out
    assert "chart 'Girls, as ann sees them'" in mine.out
    assert "14 not asked for" in mine.out
    assert succeeded(team.run("hybrid", "adopt", "--owner", "ANN@example.com", "--dry-run")).out == mine.out
    assert succeeded(team.run("hybrid", "adopt", "--owner", "Ann Lee", "--dry-run")).out == mine.out
    nobody = team.run("hybrid", "adopt", "--owner", "Nobody Atall")
    assert nobody.code == 2
    assert "Superset knows nobody called 'Nobody Atall'" in nobody.err
    assert "Ann Lee" in nobody.err
    board = succeeded(team.run("hybrid", "adopt", "--dashboard", "births"))
    assert "1 not asked for" in board.out
    some = succeeded(team.run("hybrid", "adopt", "--asset", "chart:Girls*"))
    assert "1 new template (1 chart), 16 managed before" in some.out


def as_another_environment(export: Path, world: World) -> dict[str, str]:
    """The same assets with uuids of their own, as if people had built them again; old uuid → new one."""
    documents = {p.relative_to(export).as_posix(): yaml.safe_load(p.read_text()) for p in export.rglob("*/*.yaml")}
    uuids = {d["uuid"]: str(uuid5(NAMESPACE_URL, d["uuid"])) for d in documents.values()}

    def moved(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: moved(entry) for key, entry in value.items()}
        return [moved(entry) for entry in value] if isinstance(value, list) else uuids.get(value, value)

    for document in documents.values():
        document.update(moved(document))
        for title in ("database_name", "dashboard_title"):
            if title in document:
                document[title] = document[title].replace("[dev]", "[staging]")
        if document.get("database_name"):
            document["sqlalchemy_uri"] += "?application_name=staging"
            document["cache_timeout"] = 300
        if document.get("slice_name") == "Names":
            document["params"]["row_limit"] = 7
    files = {path: write_yaml(document).encode() for path, document in documents.items()}
    passwords = {path: "unknown" for path in documents if path.startswith("databases/")}
    with SupersetClient(world.base_url, credentials_from(world.environ, "staging")) as client:
        client.import_assets(files, ConnectionSecrets(passwords=passwords))
    return uuids


def test_a_second_environment_onto_the_first_one_s_templates(team: World, admin: Api, postgres: Postgres) -> None:
    succeeded(team.run("hybrid", "adopt", "--env", "dev"))
    succeeded(team.run("hybrid", "export", "export"))
    succeeded(team.run("hybrid", "compile", "--env", "dev", "--out", "before"))
    dashboard = team.root / "export/dashboards/Births_and_names_dev.yaml"
    admin.delete_all()
    uuids = as_another_environment(team.root / "export", team)
    written = admin.changed_on()
    team.database = postgres.new_database()
    done = succeeded(team.run("hybrid", "adopt", "--env", "staging"))
    assert "Adoption of staging (only-here): 17 matched, 0 managed before" in done.out
    variables = yaml.safe_load((team.root / "superset_assets/environments/staging.yaml").read_text())
    assert variables["births_and_names_uuid"] == uuids[yaml.safe_load(dashboard.read_text())["uuid"]]
    assert variables["examples_cache_timeout"] == 300
    assert "guard: superset_assets/templates/charts/names.yaml.j2" in done.out
    assert variables["examples_sqlalchemy_uri"].endswith("?application_name=staging")
    after = snapshot(team.root)
    assert succeeded(team.run("hybrid", "adopt", "--env", "staging")).out.count("\n") == 1
    assert snapshot(team.root) == after
    succeeded(team.run("hybrid", "validate"))
    succeeded(team.run("hybrid", "compile", "--env", "dev", "--out", "after"))
    one, other = ({p.name: p.read_bytes() for p in (team.root / name).rglob("*.yaml")} for name in ("before", "after"))
    assert one == other
    succeeded(team.run("hybrid", "compile", "--env", "staging", "--out", "staging"))
    found = {yaml.safe_load(p.read_text())["uuid"] for p in (team.root / "staging").rglob("*/*.yaml")}
    assert found == set(uuids.values())
    team.push()
    succeeded(team.deploy("staging", "--adopt"))
    in_sync(team, "staging", 17)
    succeeded(team.deploy("staging"))
    assert admin.changed_on() == written
