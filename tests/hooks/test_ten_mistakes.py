"""Ten ways to break a project: the commit is refused, the message leads to the line; mended, it is committed."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from repository import MIGRATION, Repository, template

from fixtures.small_project import CHART, DASHBOARD, DATABASE, DATASET, OTHER_CHART


@dataclass(frozen=True)
class Mistake:
    """An edit, the hook that refuses it, and what the message says."""

    path: str
    old: str
    new: str
    hook: str
    said: str


MISTAKES = {
    "YAML": Mistake(
        template(OTHER_CHART), "  groupby: [name]", "  groupby: [name", "template-compile",
        "charts/by_name.yaml.j2:6:12: [error]"
    ),
    "Jinja": Mistake(
        template(OTHER_CHART), "{{ limit }}", "{{ limit | shout }}", "template-compile",
        "charts/by_name.yaml.j2:8:25: [error]"
    ),
    "undefined in one environment": Mistake(
        "superset_assets/environments/staging.yaml", "limit:", "limits:", "template-compile",
        "charts/by_name.yaml.j2:8:17: [error] [staging] 'limit' is not defined (did you mean 'limits'?)",
    ),
    "missing reference": Mistake(
        template(DASHBOARD), 'ref("charts/total") }}, width', 'ref("charts/totl") }}, width', "template-compile",
        "dashboards/births.yaml.j2:8:26: [error] there is no template 'charts/totl' to refer to",
    ),
    "duplicate uuid": Mistake(
        template(OTHER_CHART), "44444444-4444-4444-8444-444444444444", "33333333-3333-4333-8333-333333333333",
        "bundle-validate", "charts/total.yaml.j2:2:7: [error] the uuid 33333333-3333-4333-8333-333333333333 is that of",
    ),
    "secret": Mistake(
        template(DATABASE), "${DATA_PASSWORD}", "Tr0ubadour", "clear-text-secrets",
        "databases/main.yaml.j2:3:17: [error] a password in",
    ),
    "wrong type": Mistake(
        template(DASHBOARD), "published: true", "published: often", "template-compile",
        'dashboards/births.yaml.j2:4:12: [error] expected true or false, got "often"',
    ),
    "unknown key": Mistake(
        template(CHART), "viz_type:", "vis_type:", "template-compile",
        "charts/total.yaml.j2:4:1: [error] unknown key 'vis_type' (did you mean 'viz_type'?)",
    ),
    "bad SQL": Mistake(
        MIGRATION.replace("001_schema", "002_more"), "", "SELECT 1;\nCOMMIT;\n", "migration-check",
        "db/migrations/002_more.sql:2:1: [error] COMMIT is refused",
    ),
    "policy": Mistake(
        "policy.yaml", "drift_gate: warn", "drift_gat: warn", "policy-schema",
        "policy.yaml:3:35: [error] unknown key 'drift_gat' (did you mean 'drift_gate'?)",
    ),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_refused_at_its_line_and_mended(repository: Repository, mistake: Mistake) -> None:
    before = repository.read(mistake.path) if mistake.old else ""
    if mistake.old:
        repository.edit(mistake.path, mistake.old, mistake.new)
    else:
        repository.write(mistake.path, mistake.new)
    repository.git("add", "-A")
    said = repository.refused()
    assert mistake.said in said, said
    assert said.count("Failed") == said.count(f"- hook id: {mistake.hook}") == 1, said
    repository.write(mistake.path, before or "CREATE TABLE births.more (id bigint);\n")
    repository.edit("README.md", "# Births", f"# Births, {mistake.hook}")
    repository.git("add", "-A")
    assert "Failed" not in repository.commit()


def test_a_dataset_that_an_untouched_chart_uses_is_not_deleted(repository: Repository) -> None:
    repository.git("rm", "-q", template(DATASET))
    said = repository.refused()
    assert "_macros/chart.j2:3:23: [error] there is no template 'datasets/main/births' to refer to" in said, said


def test_a_column_that_an_untouched_chart_uses_is_not_dropped(repository: Repository) -> None:
    repository.edit(template(DATASET), "  - {column_name: name, type: VARCHAR}\n", "")
    said = repository.refused("-a")
    assert "charts/by_name.yaml.j2:6:13: [error] the dataset births has no column 'name'" in said
    assert "dashboards/births.yaml.j2:21:26: [error] the dataset births has no column 'name'" in said
