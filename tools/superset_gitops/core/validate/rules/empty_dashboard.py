"""A dashboard shows at least one chart (a warning).

Superset's importer adds an empty row to its list of charts on every import of a dashboard that has none.
"""

from __future__ import annotations

from collections.abc import Iterator

from superset_gitops.core.compile.finding import Finding
from superset_gitops.core.validate.project_view import View
from superset_gitops.model.asset import Kind
from superset_gitops.model.problem import Level

ID = "empty-dashboard"


def check(view: View) -> Iterator[Finding]:
    """Dashboards without a chart."""
    for dashboard in view.of_kind(Kind.DASHBOARD):
        types = {
            element.get("type") for element in dashboard.document["position"].values() if isinstance(element, dict)
        }
        if "CHART" not in types:
            message = "no chart in this layout: Superset's importer leaves an empty row behind each time"
            yield view.finding(dashboard, ("position",), message, ID, on_key=True, level=Level.WARNING)
