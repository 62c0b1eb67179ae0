"""Owns the text of a new template: small, commented, and whole enough to compile, validate and apply."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from superset_gitops.core.documents.write_yaml import write_yaml
from superset_gitops.model.asset import Kind


@dataclass(frozen=True, slots=True)
class Start:
    """What a new template begins with.

    Attributes:
        kind: what it is.
        title: the name people will see.
        uuid: a fresh one.
        parent: what `ref()` calls the database of a dataset, or the dataset of a chart.
        charts: what `ref()` calls the charts of a dashboard.
        metric: a metric that the chart's dataset has; empty for none.
        schema: a dataset's schema, as a template writes it.
        address: the placeholder that a database's address is.
    """

    kind: Kind
    title: str
    uuid: str
    parent: str = ""
    charts: Sequence[str] = ()
    metric: str = ""
    schema: str = "public"
    address: str = "${SUPERSET_DATA_URL}"


def new_template(start: Start) -> str:
    """The text of the template."""
    head = f"uuid: {start.uuid}\n{write_yaml({start.kind.title_field: start.title})}"
    match start.kind:
        case Kind.DATABASE:
            told = "# Resolved when it is applied, from the environment variable of this name."
            return f"{head}{told}\nsqlalchemy_uri: {start.address}\n"
        case Kind.DATASET:
            return head + _dataset(start)
        case Kind.CHART:
            return head + _chart(start)
        case Kind.DASHBOARD:
            return head + _dashboard(start)


def _dataset(start: Start) -> str:
    return f"""\
schema: {start.schema}
database_uuid: {{{{ ref("{start.parent}") }}}}
# Superset does not look into the table by itself: name its columns, such as
#   - {{column_name: year, type: INTEGER}}
#   - {{column_name: created_at, type: TIMESTAMP, is_dttm: true}}
columns: []
metrics:
  - {{metric_name: count, verbose_name: Rows, expression: COUNT(*)}}
"""


def _chart(start: Start) -> str:
    custom = "{expressionType: SQL, sqlExpression: COUNT(*), label: Rows}"
    metric = write_yaml({"metric": start.metric}).strip() if start.metric else f"metric: {custom}"
    return f"""\
dataset_uuid: {{{{ ref("{start.parent}") }}}}
viz_type: big_number_total
params:
  {metric}
  subheader: ""
  y_axis_format: SMART_NUMBER
"""


def _dashboard(start: Start) -> str:
    placed = "".join(
        f'  CHART-{number}:\n    meta: {{uuid: {{{{ ref("{chart}") }}}}, width: 4, height: 50}}\n'
        for number, chart in enumerate(start.charts, 1)
    )
    rows = [start.charts[first : first + _PER_ROW] for first in range(0, len(start.charts), _PER_ROW)]
    layout = "".join(
        f"  ROW-{row}: {{children: [{', '.join(f'CHART-{row * _PER_ROW + n}' for n in range(1, len(charts) + 1))}]}}\n"
        for row, charts in enumerate(rows)
    )
    return f"""\
published: true
# Rows of 12 columns; ids, parents and the grid around them are filled in.
position:{chr(10) + layout + placed if placed else " {}" + chr(10)}metadata:
  native_filter_configuration: []
"""


_PER_ROW = 3
