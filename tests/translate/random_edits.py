"""Random edits of what people see: any field of a normal form but identities and what follows from others."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from typing import Any

from superset_gitops.core.drift.compare import leaves
from superset_gitops.model.asset import AssetId, Document, Kind
from superset_gitops.model.plan import FieldPath

# Identities, what the layout implies, and connections, which are never copied out of a server.
_OTHERS = frozenset(
    {"uuid", "dataset_uuid", "database_uuid", "datasetUuid", "children", "type", "charts", "order", "excluded",
     "rootPath", "sqlalchemy_uri", "configuration_method", "DASHBOARD_VERSION_KEY", "annotation_layers",
     "cascadeParentIds", "targets", "expanded_slices", "timed_refresh_immune_slices", "is_dttm", "viz_type", "tagName"}
)  # fmt: skip
_NUMBERS = frozenset({"cache_timeout", "offset"})
Edit = tuple[AssetId, FieldPath, Any]


def random_edits(forms: Mapping[AssetId, Document], chance: random.Random) -> Iterator[Edit]:
    """One edit of every visible field that has a value, and of every third one that has none."""
    for asset in sorted(forms, key=lambda each: (each.kind.order, each.uuid)):
        for path, value in leaves(forms[asset]):
            hidden = path[-1] in _OTHERS or value == {} or (value in (None, "", []) and chance.random() > 1 / 3)
            if not hidden and not (asset.kind is Kind.DASHBOARD and path[-1] == "width" and value == 12):
                yield asset, path, changed(path, value, chance)


def changed(path: FieldPath, value: Any, chance: random.Random) -> Any:
    """Another value, as somebody may have given it."""
    if isinstance(value, bool):
        return not value
    if path[-1] == "width":
        return max(1, value - 1)
    if isinstance(value, (int, float)):
        return value + chance.randint(1, 9)
    if path == ("slug",):
        return f"{value}-{chance.randint(1, 9)}"  # Superset takes blanks out of it
    if value is None or value == "":
        return 7 if path[-1] in _NUMBERS else "Something that was said"
    if isinstance(value, list):
        return _list(list(value), chance)
    return _text(value, chance) if isinstance(value, str) else value


def _list(items: list[Any], chance: random.Random) -> list[Any]:
    if items and chance.random() < 0.5:
        items.pop(chance.randrange(len(items)))
    else:
        items.insert(chance.randrange(len(items) + 1), "added")
    return items


def _text(text: str, chance: random.Random) -> str:
    """Another word somewhere, a word more, a line more or a line less."""
    lines = text.split("\n")
    at = chance.randrange(len(lines))
    if len(lines) > 2 and chance.random() < 0.5:
        if chance.random() < 0.5 and lines[at].strip() and "{%" not in lines[at]:
            del lines[at]
        else:
            lines.insert(at, "-- a new line")
        return "\n".join(lines)
    words = lines[at].split(" ")
    where = chance.randrange(len(words))
    words[where] = chance.choice(["changed", f"{words[where]} more", "another"])
    lines[at] = " ".join(words)
    return "\n".join(lines)


def is_written(document: Document, path: FieldPath) -> bool:
    """Whether a document, as its template renders it, has a line for a field; else an edit has to add one."""
    value: Any = document
    for name in path:
        if name in ("native_filters", "by_id"):
            value = value.get("native_filter_configuration", []) if isinstance(value, dict) else value
            continue
        if isinstance(value, list):
            names = ("column_name", "metric_name", "id")
            value = next((e for e in value if isinstance(e, dict) and name in [e.get(each) for each in names]), None)
        else:
            value = value.get(name) if isinstance(value, dict) else None
        if value is None:
            return False
    return True
