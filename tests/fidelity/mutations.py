"""Every field of a document, changed in every way that means something, one at a time."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from superset_gitops.core.normal_form.uncompared import NEVER, Path, find
from superset_gitops.model.asset import Document, Kind

# JSON that documents hold as text; the normal form takes it opened, too.
_TEXTS = ("query_context", "encrypted_extra", "masked_encrypted_extra")
_OBJECTS = {*_TEXTS, "params", "template_params", "extra", "currency"}
# Lists whose order says nothing: Superset does not keep it, or they are sets.
_SETS = {"columns", "metrics", "timed_refresh_immune_slices", "excluded"}
# Which name a list's elements are known by: an element that is added needs one.
_NAMES = {"columns": "column_name", "metrics": "metric_name", "native_filter_configuration": "id",
          "chart_customization_config": "id"}  # fmt: skip
_GLOBAL = {"rootPath": ["ROOT_ID"], "excluded": []}
# What an absent field means, where that is not simply nothing.
_DEFAULTS: dict[str, tuple[Any, ...]] = {
    **dict.fromkeys(("is_active", "groupby", "filterable", "expose_in_sqllab", "filter_select_enabled"), (True,)),
    **dict.fromkeys(("cross_filters_enabled", "multiSelect", "creatable"), (True,)),
    "scope": ("global", _GLOBAL),
    "global_chart_configuration": ({"scope": _GLOBAL},),
}


@dataclass(frozen=True, slots=True)
class Mutation:
    """One change.

    Attributes:
        path: of what was changed, in the document.
        how: changed, filled in, removed, added or reordered.
        document: the changed document.
    """

    path: Path
    how: str
    document: Document = field(repr=False)

    def field(self) -> str:
        """The path without the names of single elements: which field of which kind of thing this is."""
        names = ["*" if isinstance(name, int) else str(name) for name in self.path]
        if names[0] == "position" and len(names) > 1 and names[1] != "HEADER_ID":
            names[1] = "*"
        if names[0] == "metadata" and len(names) > 2 and names[1] in ("chart_configuration", "expanded_slices"):
            names[2] = "*"
        return ".".join(names)


def opened(document: Document) -> Document:
    """The document with its JSON texts parsed."""
    texts = {name: json.loads(document[name]) for name in _TEXTS if isinstance(document.get(name), str)}
    return document | texts


def mutations(kind: Kind, document: Document) -> Iterator[Mutation]:
    """All of an opened document; the document itself is left as it is."""
    for path, value in _values(document):
        for how, changed in _changes(path, value, document):
            yield Mutation(path, how, _replaced(document, path, lambda _, new=changed: new))
        if isinstance(path[-1], str) and not _says_nothing(kind, path, value):
            yield Mutation(path, "removed", _without(document, path))


def _without(document: Document, path: Path) -> Document:
    """The document without what stands there."""
    *above, name = path
    return dict(_replaced(document, tuple(above), lambda parent: {k: v for k, v in parent.items() if k != name}))


def _says_nothing(kind: Kind, path: Path, value: Any) -> bool:
    """Whether it is what an absent field means, or all in it is; numbers and copies in a dashboard say nothing."""
    if value in _DEFAULTS.get(str(path[-1]), ()) or (kind is Kind.DASHBOARD and find(NEVER, kind, path)):
        return True
    if isinstance(value, dict):
        return all(_says_nothing(kind, (*path, name), entry) for name, entry in value.items())
    return value in (None, "", []) or value is False or value == 0


def _values(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    if path:
        yield path, value
    if isinstance(value, dict):
        for name, entry in value.items():
            yield from _values(entry, (*path, name))
    elif isinstance(value, list):
        for index, entry in enumerate(value):
            yield from _values(entry, (*path, index))


def _changes(path: Path, value: Any, document: Document) -> Iterator[tuple[str, Any]]:
    name = str(path[-1])
    match value:
        case dict():
            if not value or _is_free(path):
                yield "added", value | _entry(name, document)
        case list():
            if value:
                yield "removed", value[:-1]
            if value != value[::-1] and name not in _SETS:
                yield "reordered", value[::-1]
            yield "added", [*value, _element(name, document)]
        case bool():
            yield "changed", not value
        case int() | float():
            yield "changed", value + 1
        case str():
            yield "changed", f"{value}, changed"
        case None:
            yield "filled in", {"added": "added"} if name in _OBJECTS else "filled in"


def _is_free(path: Path) -> bool:
    """Whether any name may stand in the mapping there."""
    fixed = {"ssh_tunnel", "expanded_slices", "chart_configuration"}
    return (
        len(path) >= 1 and isinstance(path[-1], str) and path[-1] not in fixed and path[0] not in ("columns", "metrics")
    )


def _entry(name: str, document: Document) -> Document:
    chart = _a_chart(document)
    if name == "expanded_slices":
        return {str(chart): True}
    if name == "chart_configuration":
        scope = {"rootPath": ["ROOT_ID"], "excluded": [chart]}
        return {str(chart): {"id": chart, "crossFilters": {"scope": scope}}}
    return {"added": "added"}


def _element(name: str, document: Document) -> Any:
    if name in _NAMES:
        return {_NAMES[name]: "added"}
    if name == "annotation_layers":
        return {"annotationType": "FORMULA", "name": "added"}
    if name in ("excluded", "timed_refresh_immune_slices"):
        return _a_chart(document)
    return "added"


def _a_chart(document: Document) -> int:
    """The number of a chart on this dashboard: others mean nothing there. 0 where there is none."""
    nodes = (document.get("position") or {}).values()
    return next(
        (node["meta"]["chartId"] for node in nodes if isinstance(node, dict) and node.get("type") == "CHART"), 0
    )


def _replaced(value: Any, path: Path, change: Callable[[Any], Any]) -> Any:
    if not path:
        return change(value)
    name = path[0]
    if isinstance(value, list) and isinstance(name, int):
        return [*value[:name], _replaced(value[name], path[1:], change), *value[name + 1 :]]
    return value | {name: _replaced(value[name], path[1:], change)}
