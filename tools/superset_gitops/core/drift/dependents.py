"""Owns who depends on whom in a runtime, and which of the assets that Git no longer names may go."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from superset_gitops.model.asset import AssetId, Document, Kind
from superset_gitops.model.pruning import Pruning

Users = Mapping[AssetId, Collection[AssetId]]


@dataclass(frozen=True, slots=True)
class Runtime:
    """What a runtime holds, as far as dependencies go.

    Attributes:
        documents: every live asset, as exported.
        charts_on: dashboard's uuid → the uuids of the charts linked to it.
        chart_ids: numeric id → uuid, of every chart: layered charts name each other so.
    """

    documents: Mapping[AssetId, Document] = field(repr=False)
    charts_on: Mapping[str, Collection[str]] = field(default_factory=dict)
    chart_ids: Mapping[int, str] = field(default_factory=dict)


def users_of(runtime: Runtime) -> dict[AssetId, set[AssetId]]:
    """Each asset that others use → those that use it."""
    users: dict[AssetId, set[AssetId]] = defaultdict(set)
    for user, document in runtime.documents.items():
        for used in _used_by(user, document, runtime):
            if used != user:
                users[used].add(user)
    return dict(users)


def choose(
    candidates: Collection[AssetId],
    users: Users,
    names: Mapping[AssetId, str],
    others: Mapping[AssetId, Collection[str]],
    *,
    ignored: Collection[AssetId] = (),
) -> Pruning:
    """Which candidates may be deleted: those on which nothing depends but other candidates that may.

    Args:
        candidates: what we applied and Git no longer names.
        users: see `users_of`.
        names: what people call each live asset.
        others: what else depends on a candidate, in words.
        ignored: users that do not count, since they are about to be rewritten without it.
    """
    deletes = set(candidates)
    kept: dict[AssetId, tuple[str, ...]] = {}

    def reasons(key: AssetId) -> tuple[str, ...]:
        using = [user for user in users.get(key, ()) if user not in deletes and user not in ignored]
        return (*sorted(f"{user.kind} {names[user]!r}" for user in using), *others.get(key, ()))

    while found := {key: why for key in deletes if (why := reasons(key))}:
        kept |= found
        deletes -= found.keys()
    return Pruning(frozenset(deletes), kept)


def _used_by(user: AssetId, document: Document, runtime: Runtime) -> Iterator[AssetId]:
    if user.kind is Kind.DATASET:
        yield AssetId(Kind.DATABASE, str(document.get("database_uuid")))
    elif user.kind is Kind.CHART:
        yield AssetId(Kind.DATASET, str(document.get("dataset_uuid")))
        yield from (AssetId(Kind.CHART, uuid) for uuid in _layered(document, runtime.chart_ids))
    elif user.kind is Kind.DASHBOARD:
        yield from (AssetId(Kind.CHART, uuid) for uuid in runtime.charts_on.get(user.uuid, ()))
        yield from (AssetId(Kind.DATASET, uuid) for uuid in _filtered(document))


def _layered(chart: Document, chart_ids: Mapping[int, str]) -> Iterator[str]:
    """The charts that a chart shows in itself: the layers of a deck.gl map, and annotations taken from a chart."""
    params = chart.get("params")
    if not isinstance(params, dict):
        return
    layers = params.get("annotation_layers") or []
    charts = [layer.get("value") for layer in layers if isinstance(layer, dict) and layer.get("sourceType") != "NATIVE"]
    yield from (chart_ids[key] for key in [*(params.get("deck_slices") or []), *charts] if key in chart_ids)


def _filtered(dashboard: Document) -> Iterator[str]:
    """The datasets that a dashboard's native filters take their values from."""
    metadata = dashboard.get("metadata")
    filters = metadata.get("native_filter_configuration") if isinstance(metadata, dict) else None
    for each in filters or []:
        for target in each.get("targets") or []:
            if target.get("datasetUuid"):
                yield str(target["datasetUuid"])
