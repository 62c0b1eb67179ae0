"""Two assets must not share what Superset takes for their name.

A database's name, a dataset's table in its database and schema, and a dashboard's slug are unique in Superset: a second
asset with the same one silently takes the first one's row over and gives it the second one's uuid. A dataset without a
schema takes over, or is skipped beside, one of the same table that has a schema. The names of a dataset's
columns and metrics are unique within it: of two with one name, the last wins.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator

from superset_gitops.core.compile.finding import Finding
from superset_gitops.core.validate.project_view import View
from superset_gitops.model.asset import Asset, Kind

ID = "unique-name"


def check(view: View) -> Iterator[Finding]:
    """Names that are taken twice."""
    yield from _taken(view, Kind.DATABASE, "database_name")
    yield from _taken(view, Kind.DASHBOARD, "slug")
    yield from _tables(view)
    for dataset in view.of_kind(Kind.DATASET):
        for part, name in (("columns", "column_name"), ("metrics", "metric_name")):
            seen: set[str] = set()
            for index, entry in enumerate(dataset.document[part]):
                if entry[name] in seen:
                    message = f"{entry[name]!r} stands twice in {part}: the last one would win"
                    yield view.finding(dataset, (part, index, name), message, ID)
                seen.add(entry[name])


def _taken(view: View, kind: Kind, field: str) -> Iterator[Finding]:
    owners: dict[Hashable, Asset] = {}
    for asset in view.of_kind(kind):
        value = asset.document[field]
        if value is None:
            continue
        owner = owners.setdefault(value, asset)
        if owner is not asset:
            message = f"this {field} is that of {view.template(owner)} too: Superset would make them one {kind}"
            yield view.finding(asset, (field,), message, ID)


def _tables(view: View) -> Iterator[Finding]:
    owners: dict[Hashable, list[Asset]] = {}
    for dataset in view.of_kind(Kind.DATASET):
        document = dataset.document
        schema, table = document["schema"], document["table_name"]
        others = owners.setdefault((document["database_uuid"], table), [])
        for other in others:
            if other.document["schema"] == schema:
                message = f"{view.template(other)} is the same table of the same schema: Superset would make them one"
                yield view.finding(dataset, ("table_name",), message, ID)
            elif None in (schema, other.document["schema"]):
                message = f"{view.template(other)} is a table of the same name: both need a schema, or one is skipped"
                yield view.finding(dataset, ("table_name",), message, ID)
        others.append(dataset)
