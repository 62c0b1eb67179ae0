"""Owns filling a document's fields with their defaults: null, empty text and absent mean the same."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from superset_gitops.model.asset import Document


def filled(document: Mapping[str, Any], defaults: Mapping[str, Any]) -> Document:
    """Exactly the fields of `defaults`, with the default where the document has null, `''` or nothing."""
    return {name: _or_default(document.get(name), default) for name, default in defaults.items()}


def parsed_object(value: Any) -> Document:
    """An object that some versions keep as JSON text; null, `''` and what is no object become `{}`."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return {}
    return dict(value) if isinstance(value, Mapping) else {}


def without_empty(mapping: Mapping[str, Any]) -> Document:
    """Drop entries that say nothing: null, `''`, `{}` and `[]`."""
    return {name: value for name, value in mapping.items() if value not in (None, "", {}, [])}


def _or_default(value: Any, default: Any) -> Any:
    return default if value is None or value == "" else value
