"""A chart's type is one that Superset keeps, and is said once.

The importer turns the types of old releases into new ones and rewrites the chart's params: what Git says would never be
what Superset shows. `params.viz_type` is filled in from `viz_type`; a template that says it twice says the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from superset_gitops.core.compile.finding import Finding
from superset_gitops.core.validate.project_view import View
from superset_gitops.model.asset import Kind

ID = "viz-type"
# superset/migrations/shared/migrate_viz/processors.py of 6.1.0
SUCCESSORS: Mapping[str, str] = {
    "area": "echarts_area",
    "bar": "echarts_timeseries_bar",
    "bubble": "bubble_v2",
    "dist_bar": "echarts_timeseries_bar",
    "dual_line": "mixed_timeseries",
    "heatmap": "heatmap_v2",
    "histogram": "histogram_v2",
    "line": "echarts_timeseries_line",
    "pivot_table": "pivot_table_v2",
    "sankey": "sankey_v2",
    "sunburst": "sunburst_v2",
    "treemap": "treemap_v2",
}


def check(view: View) -> Iterator[Finding]:
    """Types that the importer would replace, or that contradict each other."""
    for chart in view.of_kind(Kind.CHART):
        declared = chart.document["viz_type"]
        if declared in SUCCESSORS:
            message = f"Superset turns {declared!r} into {SUCCESSORS[declared]!r} on import: write that, and its params"
            yield view.finding(chart, ("viz_type",), message, ID)
        said_again = (view.source(chart).get("params") or {}).get("viz_type", declared)
        if said_again != declared:
            message = f"params.viz_type is {said_again!r} and viz_type is {declared!r}: leave this one out"
            yield view.finding(chart, ("params", "viz_type"), message, ID)
