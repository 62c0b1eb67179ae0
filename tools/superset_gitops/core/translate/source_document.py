"""Owns the smallest document that means what a live asset is: defaults, derived fields and secrets left out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from superset_gitops.core.compile.complete_asset import complete_asset
from superset_gitops.core.compile.put_back import put_back
from superset_gitops.core.drift.compare import leaves
from superset_gitops.core.normal_form import normalize, project
from superset_gitops.core.normal_form.uri import MASK, shown_uri
from superset_gitops.core.same import same
from superset_gitops.model.asset import AssetId, Document, Kind
from superset_gitops.model.plan import ABSENT, FieldPath

_FIRST = ("uuid", "database_name", "table_name", "slice_name", "dashboard_title", "slug", "schema", "description",
          "database_uuid", "dataset_uuid", "viz_type", "published", "main_dttm_col", "cache_timeout")  # fmt: skip
_LAST = ("sql", "css", "params", "extra", "columns", "metrics", "metadata", "position")
_REQUIRED = ("database_uuid", "dataset_uuid", "viz_type", "sqlalchemy_uri")
_MASKED_PASSWORD = re.compile(f":{MASK}@")
_MASKED_ARGUMENT = re.compile(rf"([?&])([^=&]+)={MASK}(?=&|$)")


def source_document(
    asset: AssetId, normal: Document, parent: Document | None, version: str, *, small: bool
) -> Document:
    """What a template has to say.

    Args:
        asset: its kind and uuid.
        normal: the live asset's normal form.
        parent: in normal form, a chart's dataset or a dataset's database.
        version: the release of Superset, for what its Explore fills in.
        small: leave out what Explore filled in by itself, and the grid around a dashboard's rows.
    """
    meant = _meant(asset.kind, normal, parent, version, small=small)
    title = asset.kind.title_field
    required = {title: meant.get(title), "uuid": asset.uuid} | {n: meant[n] for n in _REQUIRED if n in meant}
    empty = dict(leaves(normalize(asset.kind, complete_asset(asset.kind, required, {}))))
    changes: list[tuple[FieldPath, Any]] = []
    for path, value in leaves(meant):
        if same(empty.get(path, ABSENT), value):
            continue
        keyed = path[0] in ("columns", "metrics") and asset.kind is Kind.DATASET
        prefix = path[:2] if keyed or path[0] == "position" else path[:4] if "by_id" in path else path
        if not changes or changes[-1][0] != prefix:
            changes.append((prefix, _at(meant, prefix)))
    changes.sort(key=lambda change: change[0][-1] == "order")
    source = put_back(asset.kind, required, changes)
    if asset.kind is Kind.DASHBOARD and small:
        _leave_grid_out(source)
    if asset.kind is Kind.DASHBOARD:
        source.setdefault("position", {})  # an empty dashboard has nothing in it, and yet has to have it
    rank = {name: index for index, name in enumerate(_FIRST)} | {name: 100 + i for i, name in enumerate(_LAST)}
    return dict(sorted(source.items(), key=lambda entry: rank.get(entry[0], 50)))


def with_placeholders(uri: str, prefix: str) -> str:
    """An exported address with `${PREFIX_PASSWORD}` and its like where Superset masks a secret: no export has it."""
    address, separator, query = shown_uri(uri).partition("?")
    address = _MASKED_PASSWORD.sub(lambda _: f":${{{prefix}_PASSWORD}}@", address)
    return address + _MASKED_ARGUMENT.sub(lambda m: f"{m[1]}{m[2]}=${{{prefix}_{_upper(m[2])}}}", separator + query)


def placeholder_prefix(name: str, uuid: str) -> str:
    """What the placeholders of a database of this name begin with."""
    found = _upper(name)
    return found if found[:1].isalpha() else f"DB_{found or uuid[:8].upper()}"


def placeholder_prefixes(titles: Mapping[AssetId, str], templates: Mapping[str, str]) -> dict[AssetId, str]:
    """What the placeholders of each new database begin with: no two databases share a secret unseen."""
    prefixes: dict[AssetId, str] = {}
    known = {name for text in templates.values() for name in re.findall(r"\$\{(\w+)\}", text)}
    for asset, title in titles.items():
        if asset.kind is Kind.DATABASE:
            prefix = placeholder_prefix(title, asset.uuid)
            if prefix in prefixes.values() or any(name.startswith(f"{prefix}_") for name in known):
                prefix = f"{prefix}_{asset.uuid[:8].upper()}"
            prefixes[asset] = prefix
    return prefixes


def _upper(text: str) -> str:
    return re.sub(r"\W+", "_", text, flags=re.ASCII).strip("_").upper()


def _meant(kind: Kind, normal: Document, parent: Document | None, version: str, *, small: bool) -> Document:
    """The normal form without what the server derives; the types of columns stay, a new table has no others."""
    # What compiling fills in counts everywhere: a connection that was made in a form says so.
    kept: Document = {"configuration_method": None} if kind is Kind.DATABASE else {}
    if kind is Kind.DATASET:
        typed = {name: {"type": None} for name, column in normal["columns"].items() if column.get("type")}
        kept["columns"] = typed
        if ((parent or {}).get("extra") or {}).get("allow_multi_catalog"):
            kept["catalog"] = None  # else it is the database's own, which is called differently everywhere
    if kind is Kind.CHART and not small:
        kept["params"] = normal.get("params", {})
    return project(kind, normal, kept, None if kind is Kind.DATASET else parent, version)


def _at(value: Any, path: FieldPath) -> Any:
    for name in path:
        value = value[name]
    return value


def _leave_grid_out(source: Document) -> None:
    position = source.get("position") or {}
    position.pop("DASHBOARD_VERSION_KEY", None)
    position.pop("HEADER_ID", None)
    if position.get("ROOT_ID") == {"children": ["GRID_ID"]}:
        del position["ROOT_ID"]
        position.pop("GRID_ID", None)
