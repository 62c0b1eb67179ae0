"""The normal form of an asset: one function for both sides of every comparison.

Server noise, numeric ids, defaults and ordering vanish; meaning stays. The law is `N(export(import(x))) == N(x)`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping

from superset_gitops.core.normal_form.chart import normalize_chart
from superset_gitops.core.normal_form.chart_ids import layout_charts
from superset_gitops.core.normal_form.dashboard import normalize_dashboard
from superset_gitops.core.normal_form.database import normalize_database
from superset_gitops.core.normal_form.dataset import normalize_dataset
from superset_gitops.core.normal_form.derived import project
from superset_gitops.core.normal_form.explore_rewrites import is_saved_by_explore, without_explore_rewrites
from superset_gitops.core.normal_form.inherited import without_inherited
from superset_gitops.core.normal_form.ui_defaults import with_ui_defaults
from superset_gitops.model.asset import Document, Kind

__all__ = [
    "digest", "is_saved_by_explore", "layout_charts", "normalize", "project", "with_ui_defaults",
    "without_explore_rewrites", "without_inherited",
]  # fmt: skip

_NORMALIZE: Mapping[Kind, Callable[[Document], Document]] = {
    Kind.DATABASE: normalize_database,
    Kind.DATASET: normalize_dataset,
    Kind.CHART: normalize_chart,
    Kind.DASHBOARD: normalize_dashboard,
}


def normalize(kind: Kind, document: Document) -> Document:
    """The normal form of one exported or compiled document; the argument is left as it is.

    Lists whose order the server does not keep become mappings: `columns` and `metrics` by name, native filters by id.
    """
    return _NORMALIZE[kind](document)


def digest(normal: Document) -> str:
    """SHA-256 (hex) of a normal form's canonical JSON."""
    text = json.dumps(normal, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
