"""Each rule: what it refuses, told at the template's place; the sample project itself has no problem."""

from __future__ import annotations

import pytest

from fixtures.small_project import (
    CHART,
    DASHBOARD,
    DATABASE,
    DATASET,
    OTHER_CHART,
    TEMPLATES,
    edited,
    problems,
    small_project,
    told,
    with_template,
)
from superset_gitops.core.validate.validate_bundles import RULES
from superset_gitops.model.problem import Level, Problem
from superset_gitops.model.sources import Sources


def message(told_problem: str) -> str:
    return told_problem.split("] ", 1)[1]


def text_at(sources: Sources, problem: Problem) -> str:
    """What stands in the source where a problem points."""
    return sources.texts[problem.path].splitlines()[problem.line - 1][problem.col - 1 :]


_LOST = "99999999-9999-4999-8999-999999999999"
_TUNNEL = "ssh_tunnel: {server_address: a, server_port: 22, username: u}\n"
_SIMPLE = "metrics: [{expressionType: SIMPLE, aggregate: SUM, column: {column_name: nums}}]"
_FILTER = "metrics: []\n  adhoc_filters:\n    - {expressionType: SIMPLE, clause: WHERE, subject: born}"


@pytest.mark.parametrize(
    ("template", "old", "new", "rule", "there"),
    [
        (DATASET, '{{ ref("databases/main") }}', _LOST, "reference", _LOST),
        (DASHBOARD, '{{ ref("charts/total") }}, width', f"{_LOST}, width", "reference", f"{_LOST}, width"),
        (DASHBOARD, '{{ ref("datasets/main/births") }}', _LOST, "reference", _LOST),
        (DASHBOARD, 'excluded: [{{ ref("charts/total") }}]', "excluded: [12]", "reference", "12]"),
        (DASHBOARD, '[{{ ref("charts/by_name") }}]', f"[{_LOST}]", "reference", f"{_LOST}]"),
        (DASHBOARD, '{{ ref("charts/total") }}: true', f"{_LOST}: true", "reference", f"{_LOST}: true"),
        (DASHBOARD, "CHART-name]", "CHART-name, CHART-x]", "layout", "CHART-x]"),
        (DASHBOARD, "CHART-name]", "CHART-name, CHART-total]", "layout", "CHART-total]"),
        (DASHBOARD, "width: 8", "width: 9", "layout", "ROW-1:"),
        (DASHBOARD, "  ROW-1:", "  ROOT_ID: {children: [TABS-1]}\n  ROW-1:", "layout", "TABS-1]"),
        (DASHBOARD, "  ROW-1:", "  TAB-9: {}\n  ROOT_ID: {children: [ROW-1]}\n  ROW-1:", "layout", "TAB-9:"),
        (DASHBOARD, "  CHART-name:\n", "  CHART-name:\n    id: CHART-b\n", "layout", "CHART-b"),
        (DASHBOARD, "  ROW-1: {", "  ROW-1: {type: HEADER, meta: {}, ", "layout", "CHART-total"),
        (DASHBOARD, "  ROW-1: {", "  MINE: {}\n  ROW-1: {", "layout", "MINE: {}"),
        (DASHBOARD, "rootPath: [ROOT_ID]", "rootPath: [TAB-1]", "native-filter", "TAB-1]"),
        (DASHBOARD, "      scope:", "      cascadeParentIds: [NOT]\n      scope:", "native-filter", "NOT]"),
        (OTHER_CHART, "viz_type: table", "viz_type: dist_bar", "viz-type", "dist_bar"),
        (OTHER_CHART, "params:\n", "params:\n  viz_type: pie\n", "viz-type", "pie"),
        (OTHER_CHART, "groupby: [name]", "groupby: [nam]", "unknown-column", "nam]"),
        (OTHER_CHART, "metrics: [births]", "metrics: [num]", "unknown-column", "num]"),
        (OTHER_CHART, "metrics: [births]", _SIMPLE, "unknown-column", "nums}"),
        (OTHER_CHART, "metrics: [births]", _FILTER, "unknown-column", "born}"),
        (OTHER_CHART, "metrics: [births]", "order_by_cols: ['[\"born\", true]']", "unknown-column", "'[\"born"),
        (DASHBOARD, "{name: name}", "{name: nome}", "unknown-column", "nome}"),
        (DATASET, "main_dttm_col: year", "main_dttm_col: born", "unknown-column", "born"),
        (DATASET, "columns:", "columns:\n  - {column_name: num}", "unique-name", "num, type"),
        (DATABASE, "postgresql://", "postgresql+psycopg://", "connection", "postgresql+"),
        (DATABASE, "postgresql://reader:${DATA_PASSWORD}@", "", "connection", "db.example.com"),
        (DATABASE, "${DATA_PASSWORD}@", "${DATA-PASSWORD}@", "connection", "postgresql://"),
        (DATABASE, "sqlalchemy_uri", f"{_TUNNEL}sqlalchemy_uri", "connection", "ssh_tunnel"),
        (DATABASE, "${DATA_PASSWORD}", "{{ 'hun' ~ 'ter2' }}", "clear-text-secret", "postgresql://"),
        (DATABASE, "sqlalchemy_uri", "password: hunter2\nsqlalchemy_uri", "clear-text-secret", "hunter2"),
        (DATABASE, "sqlalchemy_uri", 'encrypted_extra: \'{"token": "x"}\'\nsqlalchemy_uri', "clear-text-secret", "'{"),
        (
            DATABASE,
            "sqlalchemy_uri",
            "extra: {engine_params: {password: x1}}\nsqlalchemy_uri",
            "clear-text-secret",
            "x1}",
        ),
    ],
)
def test_a_rule_refuses(template: str, old: str, new: str, rule: str, there: str) -> None:
    sources = edited(template, old, new)
    found = problems(sources)
    assert {(problem.path, problem.environment) for problem in found} == {(sources.template_path(template), "")}
    there_now = [text_at(sources, problem) for problem in found if problem.rule == rule]
    assert any(text.startswith(there) for text in there_now), found


def test_every_rule_has_an_id_and_a_manual() -> None:
    ids = [rule.ID for rule in RULES]
    assert len(set(ids)) == len(ids)
    assert all(rule.__doc__ and callable(rule.check) for rule in RULES)


def test_the_same_uuid_twice_is_told_at_the_second() -> None:
    copy = TEMPLATES[OTHER_CHART].replace("Births by name", "Another")
    assert told(with_template("charts/copy.yaml.j2", copy)) == (
        "charts/copy.yaml.j2:2:7: [error] the uuid 44444444-4444-4444-8444-444444444444 is that of "
        "charts/by_name.yaml.j2 too: give the newer of the two one of its own (unique-uuid)"
    )


@pytest.mark.parametrize(
    ("template", "old", "new", "line"),
    [
        (DATABASE, "1111-4111", "1111-4112", 1),
        (DATASET, "2222-4222", "2222-4223", 1),
        (DASHBOARD, "5555-4555", "5555-4556", 3),
    ],
)
def test_names_that_superset_takes_for_identity_are_unique(template: str, old: str, new: str, line: int) -> None:
    name = template.replace(".yaml", "_2.yaml")
    found = problems(with_template(name, TEMPLATES[template].replace(old, new)))
    where = {(p.path.rsplit("templates/", 1)[1], p.line, p.rule) for p in found}
    assert len(found) == 1
    assert where <= {(template, line, "unique-name"), (name, line, "unique-name")}


def test_a_dataset_without_schema_beside_one_with() -> None:
    text = TEMPLATES[DATASET].replace("2222-4222", "2222-4223").replace("schema: {{ schema }}\n", "")
    assert message(told(with_template("datasets/main/other.yaml.j2", text))).startswith(
        "datasets/main/births.yaml.j2 is"
    )


def test_another_uuid_in_one_environment_must_be_declared() -> None:
    computed = "uuid: {{ '6' if env == 'prod' else '4' }}4444444"
    sources = edited(OTHER_CHART, "uuid: 44444444", computed)
    assert " [prod] its uuid is 64444444-" in told(sources)
    assert problems(edited(OTHER_CHART, "viz_type", "{# uuid: per environment #}\nviz_type", sources)) == ()


def test_a_broken_asset_is_told_once_and_not_by_those_who_refer_to_it() -> None:
    found = problems(edited(DATASET, "table_name: births", "table_name: 5"))
    assert [p.rule for p in found] == ["dataset-schema"]
    found = problems(edited(OTHER_CHART, "viz_type: table", "viz_type: [table"))
    assert [p.rule for p in found] == ["yaml-syntax"]


def test_a_finding_of_some_environments_names_them() -> None:
    sources = edited(OTHER_CHART, "groupby: [name]", "groupby: [{{ 'name' if env == 'prod' else 'nobody' }}]")
    assert " [dev, staging] the dataset births has no column 'nobody'" in told(sources)


def test_a_dashboard_without_charts_is_a_warning() -> None:
    text = "dashboard_title: T\nuuid: 66666666-6666-4666-8666-666666666666\nposition: {}\n"
    found = problems(with_template("dashboards/t.yaml.j2", text))
    assert [(p.rule, p.level, p.line) for p in found] == [("empty-dashboard", Level.WARNING, 3)]


def test_secrets_in_variables_and_in_what_nobody_renders() -> None:
    sources = small_project()
    variables = sources.texts["superset_assets/environments/dev.yaml"] + "api_token: abc123\nurl: mysql://u:p@h/d\n"
    sources = sources.with_texts({"superset_assets/environments/dev.yaml": variables})
    sources = edited(CHART, "viz_type", "{# postgresql://me:hunter2@db/x #}\nviz_type", sources)
    found = problems(sources)
    assert sorted({(p.path.rsplit("/", 1)[1], p.line, p.rule) for p in found}) == [
        ("dev.yaml", 4, "clear-text-secret"),
        ("dev.yaml", 5, "clear-text-secret"),
        ("total.yaml.j2", 4, "clear-text-secret"),
    ]
    assert not any(secret in str(p) for p in found for secret in ("abc123", "hunter2", "u:p@"))


@pytest.mark.parametrize(
    "uri",
    [
        "${SUPERSET_DATA_URL}",
        "postgresql://db.example.com/x",
        "postgresql://reader@db.example.com/x",
        "postgresql://reader:XXXXXXXXXX@db.example.com/x",
        "postgresql://${USER}:${PASS}@db.example.com/x?sslmode=require",
        "postgresql://reader:@db/x",
    ],
)
def test_addresses_without_a_secret(uri: str) -> None:
    assert problems(edited(DATABASE, "postgresql://reader:${DATA_PASSWORD}@db.example.com/births", uri)) == ()


@pytest.mark.parametrize(
    "uri", ["postgresql://a:b!c@db/x", "postgresql://a:p/q@db/x", "mysql://h/d?user=a&password=secret1"]
)
def test_addresses_with_a_secret(uri: str) -> None:
    found = problems(edited(DATABASE, "postgresql://reader:${DATA_PASSWORD}@db.example.com/births", uri))
    assert {p.rule for p in found} == {"clear-text-secret"}


def test_placeholders_outside_connections_are_plain_text() -> None:
    assert problems(edited(CHART, "  metric:", '  js: "${x} ${not a placeholder"\n  metric:')) == ()


def test_the_project_s_own_yamllint_wins() -> None:
    config = "rules: {line-length: {max: 20}}\n"
    found = problems(small_project().with_texts({".yamllint": config}))
    assert {p.rule for p in found} == {"yamllint-line-length"}
    assert (f"superset_assets/templates/{DASHBOARD}", 8) in {(p.path, p.line) for p in found}


def test_the_default_lint_looks_at_what_is_rendered() -> None:
    found = problems(edited(DATABASE, "database_name:", "database_name :"))
    assert [(p.rule, p.line, p.col, p.level, p.environment) for p in found] == [
        ("yamllint-colons", 1, 14, Level.WARNING, "")
    ]


def test_a_broken_lint_configuration_is_a_problem() -> None:
    assert told(small_project().with_texts({".yamllint": "rules: {no-such-rule: enable}\n"})).startswith(
        ".yamllint:1:1"
    )


def test_files_that_nothing_compiles_are_told() -> None:
    found = problems(with_template("chart/x.yaml.j2", "a: 1\n"))
    assert [(p.rule, p.level) for p in found] == [("stray-file", Level.WARNING)]
