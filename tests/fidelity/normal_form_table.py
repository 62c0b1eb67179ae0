"""The table of every field and what comparisons do with it, made from the code's own values: `docs/normal-form.md`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from superset_gitops import schemas
from superset_gitops.core.normal_form import chart, dashboard, database, dataset
from superset_gitops.core.normal_form.uncompared import NEVER, WHERE_DECLARED, find
from superset_gitops.model.asset import Document, Kind

# Fields of the first level (columns, metrics) → the default that null, empty text and an absent field stand for.
_DEFAULTS: Mapping[Kind, Mapping[str, Any]] = {
    Kind.DATABASE: database.DEFAULTS,
    Kind.DATASET: {
        **dataset.DEFAULTS,
        **{f"columns.*.{name}": value for name, value in dataset.COLUMN_DEFAULTS.items()},
        **{f"metrics.*.{name}": value for name, value in dataset.METRIC_DEFAULTS.items()},
    },
    Kind.CHART: chart.DEFAULTS,
    Kind.DASHBOARD: {**dashboard.DEFAULTS, **{f"metadata.{k}": v for k, v in dashboard.METADATA_DEFAULTS.items()}},
}
_JSON = "compared leaf by leaf; JSON text and a mapping are the same, so are null, `{}` and nothing"
_SCOPED = "compared by the uuids of charts"
# What the code does beyond a default, a list of its own, or leaving out.
_BY_HAND: Mapping[Kind, Mapping[str, str]] = {
    Kind.DATABASE: {
        "sqlalchemy_uri": "compared; the password is masked, arguments are sorted",
        "allow_file_upload": "another spelling of allow_csv_upload",
        "extra": f"{_JSON}; entries that say nothing are left out",
        "extra.schemas_allowed_for_file_upload": "another spelling of schemas_allowed_for_csv_upload",
    },
    Kind.DATASET: {
        "cache_timeout": "compared; where the template has none, the database's counts as none: 6.1.0 exports that",
        "params": _JSON,
        "template_params": _JSON,
        "extra": _JSON,
        "columns": "compared by column_name; their order is not kept by Superset",
        "columns.*.column_name": "what a column is known by",
        "columns.*.extra": _JSON,
        "metrics": "compared by metric_name; their order is not kept by Superset",
        "metrics.*.metric_name": "what a metric is known by",
        "metrics.*.extra": _JSON,
        "metrics.*.currency": _JSON,
    },
    Kind.CHART: {
        "params": "compared leaf by leaf; a parameter that the template does not name and that holds Explore's own "
        "default is left out; one that Explore dropped on save, having no control for it or hiding that, is as applied",
        "params.annotation_layers": "formulas are compared; the import drops all others (measured)",
        "params.deck_slices": "compared as it stands",
    },
    Kind.DASHBOARD: {
        "position": "compared leaf by leaf, by element",
        "position.*": "compared leaf by leaf",
        "position.*.meta.uuid": "compared; null says that the chart is deleted: then the element is none",
        "metadata": "compared leaf by leaf; null is nothing",
        "metadata.expanded_slices": _SCOPED,
        "metadata.timed_refresh_immune_slices": f"{_SCOPED}, in any order",
        "metadata.chart_configuration": f"{_SCOPED}; an entry whose scope is global says nothing",
        "metadata.global_chart_configuration": f"compared; excluded charts {_SCOPED.removeprefix('compared ')}",
        "metadata.native_filter_configuration": "compared by id, and their order; what the filters' dialog fills in is "
        "left out, excluded charts count by uuid",
        "metadata.chart_customization_config": "as native_filter_configuration",
    },
}


def document() -> str:
    """The whole document."""
    parts = [_HEAD]
    for kind in Kind:
        rows = "\n".join(f"| `{path}` | {what} |" for path, what in _rows(kind))
        parts.append(f"## {str(kind).capitalize()}\n\n| field | what a comparison does with it |\n|---|---|\n{rows}\n")
    return "\n".join(parts)


def _rows(kind: Kind) -> Iterator[tuple[str, str]]:
    shown = set()
    for path in _paths(schemas.schema(str(kind)), schemas.schema(str(kind))):
        shown.add(path)
        yield path, _what(kind, path)
    beside = [path for entry in (*NEVER, *WHERE_DECLARED) if entry.kind is kind for path in entry.paths]
    beside += [*_DEFAULTS[kind], *_BY_HAND[kind]]
    for path in sorted(set(beside) - shown):
        yield path, _what(kind, path)


def _what(kind: Kind, path: str) -> str:
    parts = tuple(path.split("."))
    exact = _BY_HAND[kind].get(path)
    if entry := find(NEVER, kind, parts):
        return f"**never**: {entry.reason}"
    if (entry := find(WHERE_DECLARED, kind, parts)) and not exact:
        return f"**where the template has it**: {entry.reason}"
    if exact:
        return exact
    if path in _DEFAULTS[kind]:
        return f"compared; null, empty and absent are {_shown(_DEFAULTS[kind][path])}"
    return "compared"


def _shown(value: Any) -> str:
    names = {None: "nothing", "": "nothing", True: "`true`", False: "`false`"}
    return names[value] if isinstance(value, (bool, str, type(None))) and value in names else f"`{value}`"


def _paths(part: Document, root: Document, above: str = "") -> Iterator[str]:
    if "$ref" in part:
        part = root["$defs"][part["$ref"].rpartition("/")[2]]
    for name, each in part.get("properties", {}).items():
        yield f"{above}{name}"
        yield from _paths(each, root, f"{above}{name}.")
    for each in (part.get("items"), part.get("additionalProperties"), part.get("else")):
        if isinstance(each, dict):
            yield from _paths(each, root, above if each is part.get("else") else f"{above}*.")


_HEAD = """# What a comparison looks at

Both sides of every comparison are brought into one normal form first. This is what it does with every field of the
schemas, and with what Superset writes beside those by itself; `*` is any name, or any position in a list. Whatever is
not listed below `params`, `metadata`, `extra` or an element of a layout is compared as it stands.

The table is made from the code's own values; `tests/fidelity/test_normal_form_table.py` fails where it is out of date
(`HYBRID_NORMAL_FORM=write tools/test tests/fidelity/test_normal_form_table.py` makes it anew). Its evidence:

* `tests/fidelity/test_corpus.py` imports Superset's own 134 example assets into a real Superset, exports them, imports
  that export under other numeric ids and in another order, and once more: nothing drifts, but for one chart of an old
  type that the import turns into a new one, which `tools/hybrid validate` says beforehand. Then it changes some sixty
  fields through the REST API and finds exactly those.
* `tests/fidelity/test_mutations.py` changes every field that the schemas or one of the examples have, each in every way
  that means something: about 10,000 changes. Each is seen as drift, or is listed here as **never**.
* `tests/fidelity/test_explore.py` and `test_pages.py` save charts, a dashboard and a dataset in a real browser: what
  nobody touched does not drift, and what somebody changed does, alone.

Saved by hand, unchanged: all 9 example dashboards show no drift. Of the 103 example charts, most of them made in older
releases, 90 show none. One is the chart of an old type. In 12, Explore really changes what the chart says: it replaces
a value that is none of a control's choices (`normalize_across`, `seriesType`, `rolling_type`), fills an empty
`columns` of a box plot, moves `subheader` to `subtitle`, or drops `server_page_length` and `time_range_fixed`.
Deploying puts Git's back; saving once and taking over what Explore writes ends it.

The dataset editor of 6.1.0 ticks "Automatically sync columns" on the first save of a table's dataset. Left so, it adds
a metric `count` and makes numbers dimensions: that is drift, and it is meant to be seen.
"""
