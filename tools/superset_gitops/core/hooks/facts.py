"""Owns what other assets depend on in an asset, and what it depends on in them: enough to see who must be judged anew.

Plain JSON types: thousands of them are read at every commit.
"""

from __future__ import annotations

from typing import Any, TypedDict

from superset_gitops.core.compile.chart_ids import element_type
from superset_gitops.core.validate.chart_names import Use, names_used
from superset_gitops.core.validate.rules.same_uuid import may_vary
from superset_gitops.model.asset import Asset, Document, Kind


class Facts(TypedDict):
    """Of one asset in one environment.

    Keys:
        uuid: its own.
        title: the name that people know a dataset by; empty for other kinds.
        fills: the need that it fills, as `kind uuid`.
        keys: what must be its own in the environment, each with what tells two of the same apart: in one that
            is empty, the first alone has to differ.
        needs: the assets that it refers to, as `kind uuid`.
        uses: dataset's uuid → the columns, the metrics, and the names that may be either, that it names there.
        columns, metrics: the names that a dataset has.
        varies: it declares that its uuid is another one in each environment.
    """

    uuid: str
    title: str
    fills: str
    keys: list[list[str]]
    needs: list[str]
    uses: dict[str, list[list[str]]]
    columns: list[str]
    metrics: list[str]
    varies: bool


def facts_of(asset: Asset, template: str) -> Facts:
    """The facts of a compiled asset; `template` is its template's text."""
    document, uuid = asset.document, asset.id.uuid
    facts: Facts = {
        "uuid": uuid,
        "title": asset.name if asset.id.kind is Kind.DATASET else "",
        "fills": _need(asset.id.kind, uuid),
        "keys": [[f"uuid {uuid}", ""]],
        "needs": [],
        "uses": {},
        "columns": [],
        "metrics": [],
        "varies": may_vary(template),
    }
    match asset.id.kind:
        case Kind.DATABASE:
            facts["keys"].append([f"database {document['database_name']}", ""])
        case Kind.DATASET:
            facts["keys"].append(
                [f"table {document['database_uuid']} {document['table_name']}", document["schema"] or ""]
            )
            facts["needs"].append(_need(Kind.DATABASE, document["database_uuid"]))
            facts["columns"] = [column["column_name"] for column in document["columns"]]
            facts["metrics"] = [metric["metric_name"] for metric in document["metrics"]]
        case Kind.CHART:
            facts["needs"].append(_need(Kind.DATASET, document["dataset_uuid"]))
            for _, name, use in names_used(document["params"], document["viz_type"]):
                _note_use(facts, document["dataset_uuid"], name, use)
        case Kind.DASHBOARD:
            _dashboard(facts, document)
    return facts


def _dashboard(facts: Facts, document: Document) -> None:
    if document["slug"] is not None:
        facts["keys"].append([f"slug {document['slug']}", ""])
    for key, element in document["position"].items():
        if isinstance(element, dict) and element_type(key, element) == "CHART":
            facts["needs"].append(_need(Kind.CHART, element["meta"].get("uuid")))
    for native_filter in document["metadata"]["native_filter_configuration"]:
        for target in native_filter["targets"]:
            if "datasetUuid" in target:
                facts["needs"].append(_need(Kind.DATASET, target["datasetUuid"]))
            if "column" in target:
                _note_use(facts, target.get("datasetUuid"), target["column"]["name"], Use.COLUMN)


def _need(kind: Kind, uuid: Any) -> str:
    return f"{kind} {uuid}"


def _note_use(facts: Facts, dataset: Any, name: str, use: Use) -> None:
    names = facts["uses"].setdefault(str(dataset), [[], [], []])[list(Use).index(use)]
    if name not in names:
        names.append(name)
