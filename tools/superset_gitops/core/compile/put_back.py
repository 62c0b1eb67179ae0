"""Owns the way back from a normal form to a source document: a change of a leaf there, made in the document here.

The law: completing and normalizing what comes out gives the normal form with exactly these changes.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterable, Mapping
from typing import Any

from superset_gitops.core.compile.chart_ids import ChartIds, element_type
from superset_gitops.core.compile.complete_layout import top_elements
from superset_gitops.core.compile.complete_metadata import FILTER_DEFAULTS
from superset_gitops.core.normal_form.dataset import COLUMN_DEFAULTS, METRIC_DEFAULTS
from superset_gitops.model.asset import Document, Kind
from superset_gitops.model.plan import ABSENT, FieldPath

# One change: a path of the normal form, and what stands there afterwards: a leaf, a whole mapping, or ABSENT.
Change = tuple[FieldPath, Any]

_KEYED_LISTS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "columns": ("column_name", {**COLUMN_DEFAULTS, "extra": {}}),
    "metrics": ("metric_name", {**METRIC_DEFAULTS, "extra": {}, "currency": {}}),
}
_FILTER_LISTS = {"native_filters": "native_filter_configuration", "customizations": "chart_customization_config"}
_BY_CHART = ("expanded_slices", "chart_configuration")
_BACKGROUND = ("background", "BACKGROUND_TRANSPARENT")
_META_ORDER = {"uuid": 0, "width": 2, "height": 3}
_SETS = ("timed_refresh_immune_slices", "excluded")


def put_back(kind: Kind, document: Document, changes: Iterable[Change]) -> Document:
    """The document with these changes of its normal form; the argument is left as it is.

    A dashboard's `charts` follow from its layout and are passed over.
    """
    changed = copy.deepcopy(document)
    for path, value in _parents_first(list(changes)) if kind is Kind.DASHBOARD else changes:
        match kind:
            case Kind.DATASET if path[0] in _KEYED_LISTS and len(path) > 1:
                key, defaults = _KEYED_LISTS[path[0]]
                _put_item(changed, path[0], key, path[1:], value, defaults)
            case Kind.DATASET if path[0] in _KEYED_LISTS:
                _put_list(changed, path[0], value)
            case Kind.DASHBOARD if path[0] == "position" and len(path) > 1:
                _put_element(_mapping(changed, "position"), path[1:], value)
            case Kind.DASHBOARD if path[0] == "metadata" and len(path) > 1:
                _put_metadata(changed, path[1:], value)
            case Kind.DASHBOARD if path == ("charts",):
                continue
            case _:
                _put(changed, path, value, null_is_absent=len(path) == 1)
    if kind is Kind.DASHBOARD:
        _forget_grid(document.get("position") or {}, changed.get("position") or {})
    return changed


def _parents_first(changes: list[Change]) -> list[Change]:
    """New elements of a layout after those that hold them, so that each finds its place."""
    new = {path[1]: value for path, value in changes if path[:1] == ("position",) and len(path) == 2}
    parents = {c: key for key, e in new.items() if isinstance(e, dict) for c in e.get("children") or [] if c in new}

    def depth(change: Change) -> int:
        key, seen = change[0][1] if change[0] and len(change[0]) == 2 else "", 0
        while key in parents and seen < len(parents):
            key, seen = parents[key], seen + 1
        return seen

    return sorted(changes, key=depth)


def _forget_grid(before: Document, after: Document) -> None:
    """A template that leaves the grid to be filled in goes on doing so, where that gives the same one."""
    grid = after.get("GRID_ID")
    if "GRID_ID" in before or "ROOT_ID" in after or not isinstance(grid, dict) or set(grid) != {"children"}:
        return
    if top_elements({key: value for key, value in after.items() if key != "GRID_ID"}) == grid["children"]:
        del after["GRID_ID"]


def _put(container: Document, path: FieldPath, value: Any, *, null_is_absent: bool = False) -> None:
    """Set or remove what stands at a path; parents that are missing are made, JSON texts are looked into."""
    name, rest = path[0], path[1:]
    if rest:
        inner = container.get(name)
        as_text = isinstance(inner, str) and inner.lstrip().startswith("{")
        parsed = json.loads(inner) if as_text and inner is not None else inner
        if not isinstance(parsed, dict):
            if value is ABSENT:
                return
            parsed = {}
        _put(parsed, rest, value)
        container[name] = json.dumps(parsed, ensure_ascii=False) if as_text else parsed
    elif value is ABSENT or (null_is_absent and value is None):
        container.pop(name, None)
    elif name in _SETS and isinstance(value, list):
        container[name] = _like_before(container.get(name), value)
    else:
        container[name] = value


def _like_before(before: Any, value: list[Any]) -> list[Any]:
    """A list whose order says nothing, in the order that it had."""
    kept = [item for item in before if item in value] if isinstance(before, list) else []
    return [*kept, *(item for item in value if item not in kept)]


def _mapping(container: Document, name: str) -> Document:
    inner = container.get(name)
    if not isinstance(inner, dict):
        inner = container[name] = {}
    return inner


def _put_item(
    document: Document, name: str, key: str, path: FieldPath, value: Any, defaults: Mapping[str, Any]
) -> None:
    """Change an item of a list that the normal form keeps by name."""
    items = document.get(name)
    if not isinstance(items, list):
        items = document[name] = []
    item = next((each for each in items if isinstance(each, dict) and str(each.get(key)) == path[0]), None)
    if path[1:]:
        if item is None:
            item = {key: path[0]}
            items.append(item)
        _put(item, path[1:], value, null_is_absent=True)
    elif item is not None:
        items.remove(item)
    if not path[1:] and value is not ABSENT:
        told = {k: v for k, v in value.items() if k not in defaults or v != defaults[k]}
        items.append({key: path[0], **told})


def _put_list(document: Document, name: str, value: Any) -> None:
    """Empty such a list, or make all of its items new; that it is empty no more says nothing by itself."""
    key, defaults = _KEYED_LISTS[name]
    if value is not ABSENT:
        document[name] = []
    for each, item in value.items() if isinstance(value, dict) else ():
        _put_item(document, name, key, (each,), item, defaults)


def _put_element(position: Document, path: FieldPath, value: Any) -> None:
    """Change an element of a layout; a new one stands after its elder sibling, or after its parent."""
    key = path[0]
    if path[1:]:
        _put(_mapping(position, key), path[1:], value)
    elif value is ABSENT or key in position:
        position.pop(key, None)
    if path[1:] or value is ABSENT:
        return
    entries = list(position.items())
    names = [name for name, _ in entries]
    before = _before(position, key)
    at = names.index(before) + 1 if before in names else len(names)
    entries.insert(at, (key, _small_element(key, value)))
    position.clear()
    position.update(entries)


def _before(position: Document, key: str) -> str | None:
    for parent, element in position.items():
        children = element.get("children") if isinstance(element, dict) else None
        if isinstance(children, list) and key in children:
            elder = children[: children.index(key)]
            return next((child for child in reversed(elder) if child in position), parent)
    return None


def _small_element(key: str, value: Any) -> Any:
    """An element without what compiling adds."""
    if not isinstance(value, dict):
        return value
    kind = element_type(key, value)
    small = {name: entry for name, entry in value.items() if not (name == "children" and not entry)}
    if element_type(key, {}) == kind:
        small.pop("type", None)
    if isinstance(value.get("meta"), dict):
        told = {k: v for k, v in value["meta"].items() if (k, v) != _BACKGROUND or kind not in ("ROW", "COLUMN")}
        small["meta"] = dict(sorted(told.items(), key=lambda entry: _META_ORDER.get(entry[0], 1)))
        if not small["meta"]:
            del small["meta"]
    return small


def _put_metadata(document: Document, path: FieldPath, value: Any) -> None:
    metadata = _mapping(document, "metadata")
    name = path[0]
    if name in _FILTER_LISTS:
        _put_filter(metadata, _FILTER_LISTS[name], path[1:], value)
    elif name in _BY_CHART and path[1:]:
        ids = ChartIds.of(document.get("position") or {})
        mapping = _mapping(metadata, name)
        number = ids.by_uuid.get(path[1])
        key = next((k for k in mapping if number is not None and ids.resolve(k) == number), path[1])
        _put(mapping, (key, *path[2:]), value)
    else:
        _put(metadata, path, value)


def _put_filter(metadata: Document, name: str, path: FieldPath, value: Any) -> None:
    """Change a native filter, which the normal form keeps by id, or their order."""
    if len(path) < 2 and path != ("order",):
        inside = value if isinstance(value, dict) else {}
        for key, entry in inside.get("by_id", inside).items():
            _put_filter(metadata, name, ("by_id", key), entry)
        return
    filters = metadata.get(name)
    if not isinstance(filters, list):
        filters = metadata[name] = []
    if path[:1] == ("order",):
        rank = {str(identity): index for index, identity in enumerate(value)}
        filters.sort(key=lambda each: rank.get(str(each.get("id")), len(rank)))
        return
    found = next((each for each in filters if isinstance(each, dict) and str(each.get("id")) == path[1]), None)
    if path[2:]:
        if found is None:
            found = {"id": path[1]}
            filters.append(found)
        _put(found, path[2:], value)
        return
    if found is not None:
        filters.remove(found)
    if value is not ABSENT:
        told = {k: v for k, v in value.items() if k not in FILTER_DEFAULTS or v != FILTER_DEFAULTS[k]}
        filters.append({"id": path[1], **told})
