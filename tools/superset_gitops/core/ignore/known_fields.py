"""Owns which fields an ignore rule may name: those that comparisons look at, each where it can be kept by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from superset_gitops.core.documents.suggest import did_you_mean
from superset_gitops.core.ignore.patterns import WILDCARDS, Pattern, matches, path_pattern
from superset_gitops.core.normal_form import chart, dashboard, database, dataset
from superset_gitops.model.asset import Kind

_FREE: Final = "whatever is below it"
_WHOLE: Final = "kept with all that is below it, or not at all"

# A field → what may be named below it: fields, under `*` any name, or one of the two above. Plain values are whole.
Fields = Mapping[str, Any]


def _fields(defaults: Mapping[str, Any], **others: Any) -> Fields:
    return {**dict.fromkeys(defaults, _WHOLE), **others}


_FILTERS = {"order": _WHOLE, "by_id": {"*": _FREE}}
KNOWN: Mapping[Kind, Fields] = {
    Kind.DATABASE: _fields(
        database.DEFAULTS, extra=_FREE, configuration_method=_WHOLE, encrypted_extra=_WHOLE, ssh_tunnel=_WHOLE
    ),
    Kind.DATASET: _fields(
        dataset.DEFAULTS,
        params=_FREE,
        template_params=_FREE,
        extra=_FREE,
        catalog=_WHOLE,
        folders=_WHOLE,
        columns={"*": _fields(dataset.COLUMN_DEFAULTS, extra=_FREE, type=_WHOLE, datetime_format=_WHOLE)},
        metrics={"*": _fields(dataset.METRIC_DEFAULTS, extra=_FREE, currency=_FREE)},
    ),
    Kind.CHART: _fields(chart.DEFAULTS, params=_FREE, query_context=_WHOLE),
    Kind.DASHBOARD: _fields(
        dashboard.DEFAULTS,
        position={"*": {"meta": {"*": _FREE}}},
        metadata={"*": _FREE, "native_filters": _FILTERS, "customizations": _FILTERS},
    ),
}
# What a template or an export calls otherwise than a comparison does, or what none looks at: the way on.
_ASIDE: Mapping[Pattern, str] = {
    ("metadata", "native_filter_configuration"): "a comparison calls it metadata.native_filters",
    ("metadata", "chart_customization_config"): "a comparison calls it metadata.customizations",
    ("params", "viz_type"): "a comparison calls it viz_type",
    ("charts",): "the charts on a dashboard follow its layout: write position",
    ("allow_file_upload",): "a comparison calls it allow_csv_upload",
    ("masked_encrypted_extra",): "a comparison calls it encrypted_extra",
    ("password",): "secrets are never compared",
    ("uuid",): "it is what the asset is known by",
    **{("params", name): "it is never compared" for name in chart.PARAMS_NOISE if name != "viz_type"},
    **{("metadata", name): "it is never compared" for name in dashboard.METADATA_NOISE},
}


def path_fault(kinds: Sequence[Kind], dotted: str, done: str = "ignored") -> str | None:
    """Why a path names no field that these kinds could keep; None where one of them has such a field.

    `done` is the word for what is to be done with the field.
    """
    pattern = path_pattern(dotted)
    if "" in pattern:
        return f"{dotted!r} has an empty name in it: names are separated by one dot, a dot in a name is written ?"
    if WILDCARDS & set(pattern[0]):
        return f"the first name of {dotted!r} is written out; for the whole asset leave fields out"
    if pattern[:2] in _ASIDE or pattern[:1] in _ASIDE:
        return f"{dotted!r} cannot be {done}: {_ASIDE.get(pattern[:2]) or _ASIDE[pattern[:1]]}"
    faults = [_fault(kind, pattern) for kind in kinds]
    if None in faults:
        return None
    having = [fault for kind, fault in zip(kinds, faults, strict=True) if pattern[0] in KNOWN[kind]]
    if having:
        return having[0]
    owner = f"a {kinds[0]}" if len(kinds) == 1 else "no kind of asset"
    guess = did_you_mean(pattern[0], {name for kind in kinds for name in KNOWN[kind]})
    return f"{owner} has {'no' if len(kinds) == 1 else 'a'} field {pattern[0]!r}{guess}"


def _fault(kind: Kind, pattern: Pattern) -> str | None:
    if kind is Kind.DASHBOARD and pattern[0] == "position" and len(pattern) > 1:
        return _layout_fault(pattern)
    return _descend(KNOWN[kind], pattern, ())


def _layout_fault(pattern: Pattern) -> str | None:
    """Half a layout is broken: an element comes and goes with the whole, only what it says can be kept by itself."""
    if len(pattern) > 3 and pattern[2] == "meta" and not matches(pattern[3], "uuid"):
        return None
    return (
        f"{'.'.join(pattern)!r} cannot be kept by itself: write position for the whole layout, or what an element "
        "says, such as position.*.meta.height"
    )


def _descend(known: Any, pattern: Pattern, above: Pattern) -> str | None:
    if known == _FREE or not pattern:
        return None
    path = ".".join(above)
    if known == _WHOLE:
        return f"{path} is kept as a whole: write {path}, without {'.'.join(pattern)!r}"
    step = pattern[0]
    exact = [known[step]] if step in known else []
    inside = exact or [part for name, part in known.items() if name == "*" or matches(step, name)]
    if not inside:
        guess = did_you_mean(step, known)
        return f"{path or 'the asset'} has no field {step!r}{guess}"
    faults = [_descend(part, pattern[1:], (*above, step)) for part in inside]
    return None if None in faults else faults[0]
