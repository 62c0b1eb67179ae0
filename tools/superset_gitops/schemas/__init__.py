"""Owns the JSON Schemas that the package ships (policy, plan, each kind of asset) and Superset's own defaults.

The schemas of assets are those of the newest release. A field that came with a later release than the oldest says so
(`x-since`); the schema of a release before that refuses it.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

SUPERSET_VERSION = "6.1.0"


@functools.cache
def schema(name: str, version: str = SUPERSET_VERSION) -> dict[str, Any]:
    """A shipped schema: `policy`, `plan`, or a kind's name for its source form, which an export's form is too.

    Args:
        name: which.
        version: the release of Superset that a kind's is meant for.
    """
    folder = files(__name__) if name in {"policy", "plan"} else files(__name__) / SUPERSET_VERSION
    loaded: dict[str, Any] = json.loads((folder / f"{name}.schema.json").read_text(encoding="utf-8"))
    known: dict[str, Any] = _as_of(loaded, version)
    return known


@functools.cache
def unknown_fields(kind: str, version: str) -> Mapping[str, frozenset[str]]:
    """The fields that this release's import of a kind refuses, by the list or mapping that holds them.

    The kind's own stand under `""`, those of a dataset's columns under `columns`.
    """
    properties = schema(kind)["properties"]
    found = {"": _later(properties, version)}
    for name, each in properties.items():
        found[name] = _later(each.get("items", each).get("properties", {}), version)
    return found


def _as_of(node: Any, version: str) -> Any:
    if isinstance(node, list):
        return [_as_of(each, version) for each in node]
    if not isinstance(node, dict):
        return node
    known = {name: _as_of(each, version) for name, each in node.items()}
    if isinstance(properties := node.get("properties"), dict):
        refused = {name: _refused(name, properties[name]["x-since"], version) for name in _later(properties, version)}
        known["properties"] |= refused
    return known


def _later(properties: Mapping[str, Any], version: str) -> frozenset[str]:
    return frozenset(
        name for name, each in properties.items() if _numbers(each.get("x-since", "0")) > _numbers(version)
    )


def _refused(name: str, since: str, version: str) -> dict[str, Any]:
    message = f"unknown field: Superset {version} would refuse {name!r}, which came with {since}; leave it out"
    return {"not": {}, "x-message": message}


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


@functools.cache
def control_defaults(version: str = SUPERSET_VERSION) -> dict[str, Any]:
    """What Explore's controls hold where nobody set them: `{"every": {name: value}, "by_viz_type": {type: {…}}}`.

    `${main_dttm_col}` stands for the dataset's time column. Controls without a value, or with one that depends on the
    dataset, are in `"others": {type: [name, …]}`: together they are all that Explore has for a type.
    Measured by `tests/versions`, which reads the controls of every chart type in a browser.
    """
    file = files(__name__) / version / "control_defaults.json"
    loaded: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return loaded
