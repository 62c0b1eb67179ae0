"""A project of 1,000 templates and 3 environments, as people write them: shared macros, variables, references."""

from __future__ import annotations

import uuid
from pathlib import Path

DATASETS, CHARTS, DASHBOARDS = 50, 899, 50  # and one database: 1,000 templates
ENVIRONMENTS = ("dev", "staging", "prod")
_COLUMNS = 20
_SPACE = uuid.UUID("6ba7b811-9dad-11d1-80b4-00c04fd430c8")

POLICY = """\
db: {mode: migrations_and_seed, migrations_dir: db/migrations, seed_dir: db/seed}
apply:
  dev: {mode: overwrite_git_wins, drift_gate: warn}
  staging: {mode: strict_fail_on_drift, drift_gate: fail}
  prod: {mode: strict_fail_on_drift, drift_gate: fail}
export: {format: superset_cli_yaml}
deploy: {mode: script_with_retry, steps: [db_sync, apply_assets, drift_check]}
"""
_MACROS = """\
{% macro metric(label, column) %}
- expressionType: SIMPLE
  aggregate: SUM
  column: {column_name: {{ column }}}
  label: {{ label | tojson }}
  optionName: metric_{{ column }}
{% endmacro %}
"""
_LOOK = """\
  color_scheme: {{ color_scheme }}
  show_legend: true
  legendType: scroll
  legendOrientation: top
  rich_tooltip: true
  tooltipTimeFormat: smart_date
  y_axis_format: SMART_NUMBER
  x_axis_time_format: smart_date
  truncateYAxis: false
  y_axis_bounds: [null, null]
  zoomable: false
  markerSize: 6
  opacity: 0.2
  extra_form_data: {}
"""


def write_large_project(
    folder: Path, *, datasets: int = DATASETS, charts: int = CHARTS, dashboards: int = DASHBOARDS
) -> None:
    """Write the project's files; a Git repository is the caller's affair."""
    templates = folder / "superset_assets" / "templates"
    _write(folder / "policy.yaml", POLICY)
    for name in ENVIRONMENTS:
        variables = f'suffix: "{"" if name == "prod" else f" [{name}]"}"\nschema: {name}_data\nrow_limit: 1000\n'
        _write(folder / f"superset_assets/environments/{name}.yaml", f"{variables}color_scheme: supersetColors\n")
    _write(templates / "_shared/metric.j2", _MACROS)
    _write(templates / "_shared/look.yaml.j2", _LOOK)
    _write(templates / "databases/main.yaml.j2", _database())
    for number in range(datasets):
        _write(templates / f"datasets/main/table_{number:03}.yaml.j2", _dataset(number))
    for number in range(charts):
        _write(templates / f"charts/chart_{number:03}.yaml.j2", _chart(number, datasets))
    for number in range(dashboards):
        _write(templates / f"dashboards/dashboard_{number:02}.yaml.j2", _dashboard(number, datasets, charts))
    _write(folder / "db/migrations/001_schema.sql", "CREATE SCHEMA births;\n")


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _uuid(name: str) -> str:
    return str(uuid.uuid5(_SPACE, name))


def _database() -> str:
    return (
        f"database_name: Main{{{{ suffix }}}}\nuuid: {_uuid('database')}\n"
        "sqlalchemy_uri: postgresql://reader:${DATA_PASSWORD}@db.example.com/births\n"
    )


def _dataset(number: int) -> str:
    columns = "".join(
        f"  - {{column_name: column_{each:02}, verbose_name: Column {each}, type: INTEGER}}\n"
        for each in range(_COLUMNS)
    )
    return (
        f"table_name: table_{number:03}\nuuid: {_uuid(f'dataset {number}')}\nschema: {{{{ schema }}}}\n"
        'database_uuid: {{ ref("databases/main") }}\nmain_dttm_col: year\ncolumns:\n'
        f"  - {{column_name: year, type: DATE, is_dttm: true}}\n{columns}"
        "metrics:\n  - {metric_name: total, expression: SUM(column_00)}\n"
    )


def _chart(number: int, datasets: int) -> str:
    dataset = number % datasets
    return (
        '{% from "_shared/metric.j2" import metric %}\n'
        f"slice_name: Chart {number}{{{{ suffix }}}}\nuuid: {_uuid(f'chart {number}')}\n"
        f'dataset_uuid: {{{{ ref("datasets/main/table_{dataset:03}") }}}}\n'
        f"description: What chart {number} shows, and who asked for it\n"
        "viz_type: echarts_timeseries_line\nparams:\n  x_axis: year\n  time_grain_sqla: P1Y\n  metrics:\n    - total\n"
        f'    {{{{ metric("Number {number}", "column_{number % _COLUMNS:02}") | trim | indent(4) }}}}\n'
        f"  groupby: [column_{(number + 3) % _COLUMNS:02}]\n  row_limit: {{{{ row_limit }}}}\n"
        "  adhoc_filters:\n    - clause: WHERE\n      expressionType: SIMPLE\n"
        f"      subject: column_{(number + 5) % _COLUMNS:02}\n      operator: '>'\n      comparator: {number}\n"
        '{% include "_shared/look.yaml.j2" %}\n'
    )


def _dashboard(number: int, datasets: int, all_charts: int) -> str:
    charts = [(number * 18 + each) % all_charts for each in range(18)]
    rows = "".join(
        f"  ROW-{row}: {{children: [{', '.join(f'CHART-{c}' for c in charts[row * 3 : row * 3 + 3])}]}}\n"
        for row in range(6)
    )
    places = "".join(
        f'  CHART-{c}:\n    meta: {{uuid: {{{{ ref("charts/chart_{c:03}") }}}}, width: 4, height: 50}}\n'
        for c in charts
    )
    return (
        f"dashboard_title: Dashboard {number}{{{{ suffix }}}}\nuuid: {_uuid(f'dashboard {number}')}\n"
        f"slug: dashboard-{number}\npublished: true\nposition:\n{rows}{places}"
        "metadata:\n  native_filter_configuration:\n    - id: NATIVE_FILTER-one\n      name: One\n"
        "      filterType: filter_select\n      targets:\n"
        f'        - datasetUuid: {{{{ ref("datasets/main/table_{number % datasets:03}") }}}}\n'
        "          column: {name: column_01}\n"
    )
