"""A dashboard's native filters have ids of their own, and name tabs, filters and charts that exist.

The scope's `rootPath` holds ids of the layout (ROOT_ID, or tabs), `cascadeParentIds` the ids of other filters.
"""

from __future__ import annotations

from collections.abc import Iterator

from superset_gitops.core.compile.finding import Finding
from superset_gitops.core.documents.suggest import did_you_mean
from superset_gitops.core.validate.project_view import View
from superset_gitops.model.asset import Asset, Kind

ID = "native-filter"


def check(view: View) -> Iterator[Finding]:
    """Filters that point at nothing, or share an id."""
    for dashboard in view.of_kind(Kind.DASHBOARD):
        yield from _check_dashboard(view, dashboard)


def _check_dashboard(view: View, dashboard: Asset) -> Iterator[Finding]:
    filters = dashboard.document["metadata"]["native_filter_configuration"]
    ids = [native_filter["id"] for native_filter in filters]
    layout = dashboard.document["position"]
    for index, native_filter in enumerate(filters):
        at = ("metadata", "native_filter_configuration", index)
        if ids[index] in ids[:index]:
            yield view.finding(dashboard, (*at, "id"), f"the id {ids[index]!r} is another filter's too", ID)
        for number, parent in enumerate(native_filter["cascadeParentIds"]):
            if parent not in ids:
                message = f"there is no filter {parent!r}{did_you_mean(parent, ids)}"
                yield view.finding(dashboard, (*at, "cascadeParentIds", number), message, ID)
        for number, element in enumerate(native_filter["scope"].get("rootPath", [])):
            if element not in layout:
                message = f"there is no {element!r} in the layout{did_you_mean(element, layout)}"
                yield view.finding(dashboard, (*at, "scope", "rootPath", number), message, ID)
