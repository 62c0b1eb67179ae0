"""Owns new templates for assets that were made in Superset: small, with references by name, proven to say the same."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from superset_gitops.core.compile.asset_templates import reference_name
from superset_gitops.core.compile.bundle_files import slug
from superset_gitops.core.compile.complete_asset import complete_asset
from superset_gitops.core.compile.put_back import put_back
from superset_gitops.core.documents.read_yaml import read_yaml
from superset_gitops.core.drift.compare import leaves
from superset_gitops.core.normal_form import layout_charts, normalize
from superset_gitops.core.same import same
from superset_gitops.core.translate.guard import guarded_whole
from superset_gitops.core.translate.judge import changed_leaves
from superset_gitops.core.translate.picture import Picture
from superset_gitops.core.translate.template_text import as_template
from superset_gitops.core.translate.view import View
from superset_gitops.core.translate.write_node import after_key
from superset_gitops.model.asset import AssetId, Document, Kind
from superset_gitops.model.plan import ABSENT, FieldPath
from superset_gitops.model.sources import TEMPLATE_SUFFIX
from superset_gitops.model.translation import Effect, Scope

_FIRST = ("uuid", "database_name", "table_name", "slice_name", "dashboard_title", "slug", "schema", "description",
          "database_uuid", "dataset_uuid", "viz_type", "published", "main_dttm_col", "cache_timeout")  # fmt: skip
_LAST = ("sql", "css", "params", "extra", "columns", "metrics", "metadata", "position")
# What the siblings of a new asset may write as a variable.
_SHARED = ("schema", "catalog", "cache_timeout")
_DERIVED = {Kind.DATABASE: ("configuration_method", "encrypted_extra", "ssh_tunnel"), Kind.CHART: ("query_context",)}
_MASKED = re.compile(r":X{10}@")


@dataclass(frozen=True, slots=True)
class NewTemplate:
    """A template for an asset; `fault` says why there is none."""

    id: AssetId
    name: str
    texts: Mapping[str, str | None] = field(default_factory=dict, repr=False)
    effects: tuple[Effect, ...] = ()
    fault: str = ""


def create_templates(
    picture: Picture, environment: str, live: Mapping[AssetId, Document], wanted: tuple[AssetId, ...], scope: Scope
) -> Iterator[NewTemplate]:
    """Templates for these assets and whatever they need that has none, parents first."""
    done: set[AssetId] = set()
    for asset in _with_parents(wanted, live, picture, environment):
        if asset in done:
            continue
        done.add(asset)
        made = _create(picture, environment, asset, live[asset], scope)
        if not made.fault:
            picture = picture.after(made.texts)
        yield made


def _with_parents(
    wanted: tuple[AssetId, ...], live: Mapping[AssetId, Document], picture: Picture, environment: str
) -> list[AssetId]:
    managed = {view.id for view in picture.frames[environment].views.values() if view.id is not None}
    found: list[AssetId] = []
    waiting = list(wanted)
    while waiting:
        asset = waiting.pop(0)
        if asset in live and asset not in managed and asset not in found:
            found.append(asset)
            waiting += _parents(asset.kind, live[asset])
    return sorted(found, key=lambda asset: asset.kind.order)


def _parents(kind: Kind, document: Document) -> list[AssetId]:
    match kind:
        case Kind.DATASET:
            return [AssetId(Kind.DATABASE, str(document.get("database_uuid")))]
        case Kind.CHART:
            return [AssetId(Kind.DATASET, str(document.get("dataset_uuid")))]
        case Kind.DASHBOARD:
            charts = [AssetId(Kind.CHART, uuid) for uuid in sorted(layout_charts(document.get("position") or {}))]
            filters = (document.get("metadata") or {}).get("native_filter_configuration") or []
            targets = [target for each in filters for target in each.get("targets") or []]
            return [*charts, *(AssetId(Kind.DATASET, str(t["datasetUuid"])) for t in targets if t.get("datasetUuid"))]
        case _:
            return []


def _create(picture: Picture, environment: str, asset: AssetId, document: Document, scope: Scope) -> NewTemplate:
    title = str(document.get(asset.kind.title_field) or "")
    name = _file_name(picture, environment, asset, document, title)
    path = picture.sources.template_path(name)
    fault = ""
    for small in (True, False):
        source = _source_document(asset, document, small=small)
        text = _text(source, picture, environment, asset.kind)
        for whole in _scoped(text, environment, scope):
            made = NewTemplate(asset, title, {path: whole})
            fault, effects = _proven(picture, environment, asset, document, name, made, scope)
            if not fault:
                return NewTemplate(asset, title, made.texts, effects)
    return NewTemplate(asset, title, fault=f"no template was proven to say it: {fault}")


def _scoped(text: str, environment: str, scope: Scope) -> Iterator[str]:
    if scope is Scope.PROMOTE:
        yield text
    yield guarded_whole(text, f'env == "{environment}"')


def _file_name(picture: Picture, environment: str, asset: AssetId, document: Document, title: str) -> str:
    folder = asset.kind.folder
    if asset.kind is Kind.DATASET:
        uuids = {uuid: name for name, uuid in picture.frames[environment].uuids.items()}
        database = uuids.get(str(document.get("database_uuid")), "databases/other")
        folder = f"{folder}/{database.rsplit('/', 1)[-1]}"
    stem = slug(title, asset.uuid).lower()
    taken = {name.lower() for name in picture.sources.templates}
    plain = f"{folder}/{stem}{TEMPLATE_SUFFIX}"
    return plain if plain.lower() not in taken else f"{folder}/{stem}_{asset.uuid[:8]}{TEMPLATE_SUFFIX}"


def _source_document(asset: AssetId, document: Document, *, small: bool) -> Document:
    """The smallest document that means the same; `small` leaves the grid around a dashboard's rows out."""
    normal = normalize(asset.kind, _cleaned(asset.kind, document))
    for name in _DERIVED.get(asset.kind, ()):
        normal.pop(name, None)
    required = {asset.kind.title_field: normal[asset.kind.title_field], "uuid": asset.uuid}
    for name in ("database_uuid", "dataset_uuid", "viz_type", "sqlalchemy_uri"):
        if name in normal:
            required[name] = normal[name]
    empty = dict(leaves(normalize(asset.kind, complete_asset(asset.kind, required, {}))))
    changes: list[tuple[FieldPath, Any]] = []
    for path, value in leaves(normal):
        if same(empty.get(path, ABSENT), value):
            continue
        keyed = path[0] in ("columns", "metrics") and asset.kind is Kind.DATASET
        prefix = path[:2] if keyed or path[0] == "position" else path[:4] if "by_id" in path else path
        if not changes or changes[-1][0] != prefix:
            changes.append((prefix, _at(normal, prefix)))
    changes.sort(key=lambda change: change[0][-1] == "order")
    source = put_back(asset.kind, required, changes)
    if asset.kind is Kind.DASHBOARD and small:
        _leave_grid_out(source)
    rank = {name: index for index, name in enumerate(_FIRST)} | {name: 100 + i for i, name in enumerate(_LAST)}
    return dict(sorted(source.items(), key=lambda entry: rank.get(entry[0], 50)))


def _at(value: Any, path: FieldPath) -> Any:
    for name in path:
        value = value[name]
    return value


def _cleaned(kind: Kind, document: Document) -> Document:
    """A password that is masked becomes a placeholder: no export has it, and no template may."""
    uri = document.get("sqlalchemy_uri")
    if kind is not Kind.DATABASE or not isinstance(uri, str):
        return document
    name = re.sub(r"\W+", "_", str(document.get("database_name") or ""), flags=re.ASCII).strip("_").upper()
    placeholder = f":${{{name if name[:1].isalpha() else f'DB_{name}'}_PASSWORD}}@"
    return {**document, "sqlalchemy_uri": _MASKED.sub(lambda _: placeholder, uri)}


def _leave_grid_out(source: Document) -> None:
    position = source.get("position") or {}
    position.pop("DASHBOARD_VERSION_KEY", None)
    position.pop("HEADER_ID", None)
    if position.get("ROOT_ID") == {"children": ["GRID_ID"]}:
        del position["ROOT_ID"]
        position.pop("GRID_ID", None)


def _text(source: Document, picture: Picture, environment: str, kind: Kind) -> str:
    frame = picture.frames[environment]
    references = {uuid: name for name, uuid in frame.uuids.items()}
    lines = []
    for key, value in source.items():
        shared = _shared(key, value, picture, environment, kind)
        if shared:
            lines.append(f"{key}: {shared}\n")
        elif key == "uuid":
            lines.append(f"uuid: {value}\n")
        else:
            text = f"{key}:{after_key(value, 0, blocks=isinstance(value, dict))}\n"
            lines.append(as_template(text, references))
    return "".join(lines)


def _shared(key: str, value: Any, picture: Picture, environment: str, kind: Kind) -> str:
    """The one variable that all siblings write here, where its value is the same; empty for none."""
    if key not in _SHARED:
        return ""
    pattern = re.compile(rf"^{key}: \{{\{{ (\w+) \}}\}}[ \t]*\r?$", re.MULTILINE)
    folder = f"{kind.folder}/"
    names = {m[1] for n, t in picture.sources.templates.items() if n.startswith(folder) for m in pattern.finditer(t)}
    name = next(iter(names)) if len(names) == 1 else ""
    variables = picture.frames[environment].variables
    return f"{{{{ {name} }}}}" if name in variables and same(variables[name], value) else ""


def _proven(
    picture: Picture,
    environment: str,
    asset: AssetId,
    document: Document,
    name: str,
    made: NewTemplate,
    scope: Scope,
) -> tuple[str, tuple[Effect, ...]]:
    """Why a new template is refused, or what it means to other environments."""
    after = picture.after(made.texts)
    view = after.frames[environment].views.get(name)
    if view is None or view.id != asset:
        return (view.fault if view is not None else "") or "it does not compile", ()
    wanted = normalize(asset.kind, document)
    for derived in _DERIVED.get(asset.kind, ()):
        wanted.pop(derived, None)
    if asset.kind is Kind.DASHBOARD:
        wanted["charts"] = sorted(layout_charts(document.get("position") or {}))
    goal = View("", read_yaml(""), leaves=dict(leaves(wanted)))
    for path, _, _ in changed_leaves(goal, view):
        return f"{'.'.join(path)} would differ", ()
    effects = []
    for other, frame in after.frames.items():
        there = frame.views[name]
        if other != environment and there.fault:
            return f"it would not compile in {other}: {there.fault}", ()
        if other != environment and there.id is not None:
            if scope is Scope.ONLY_HERE:
                return f"it would exist in {other}", ()
            effects.append(Effect(other, asset, (), ABSENT, reference_name(name)))
    return "", tuple(effects)
