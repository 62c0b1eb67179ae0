"""superset-cli itself, in an environment of its own like the other tools', and a project with what it finds hard."""

from __future__ import annotations

import pytest
from run_superset_cli import SupersetCli

from fixtures.deployment import credentials, deployed_once
from fixtures.postgres import Postgres, say
from fixtures.superset import RunningSuperset
from fixtures.world import World
from superset_gitops.edges.sandbox.interpreter import find_interpreter
from superset_gitops.edges.sandbox.private_environment import ensure_environment

TRAPS = """\
uuid: 5f0c1d9a-1c5e-4c55-9d3e-6f4b8a2f7c11
slice_name: Traps
dataset_uuid: {{ ref("datasets/examples/birth_names") }}
viz_type: table
params:
  query_mode: raw
  all_columns: [name]
  row_limit: 5
  {% raw %}
  adhoc_filters:
    - {clause: WHERE, expressionType: SIMPLE, subject: num, operator: ">", comparator: "0", filterOptionName: one}
    - {clause: WHERE, expressionType: SQL, sqlExpression: "{% set n = 1 %}num > {{ n }} {# of {{ }} #}"}
  order_by_cols: ['["name",true]']
  nothing: "[]"
  number: "1e3"
  page: |
    {{#each data}}{{ this.name }}{{/each}}
  {% endraw %}
"""


@pytest.fixture(scope="module")
def superset_cli(superset: RunningSuperset, tmp_path_factory: pytest.TempPathFactory) -> SupersetCli:
    pythons = ("3.11", "3.12", "3.13")
    environment = ensure_environment("preset-cli", lambda: find_interpreter(pythons, "superset-cli"), say)
    folder = tmp_path_factory.mktemp("superset-cli")
    return SupersetCli(environment / "bin" / "superset-cli", superset.base_url, credentials(superset), folder)


@pytest.fixture(scope="module")
def trapped(tmp_path_factory: pytest.TempPathFactory, superset: RunningSuperset, postgres: Postgres) -> World:
    """The project that this repository ships and one more chart, deployed once for a module."""
    world = deployed_once(tmp_path_factory.mktemp("trapped"), superset, postgres)
    (world.root / "superset_assets/templates/charts/traps.yaml.j2").write_text(TRAPS)
    done = world.deploy()
    assert done.code == 0, done.err
    return world
