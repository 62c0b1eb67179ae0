"""Owns reading what was saved before Git overwrote it: the list, one copy, how it differs from another version."""

from __future__ import annotations

from dataclasses import dataclass, field

from superset_gitops.core.choose_asset import AssetChoice
from superset_gitops.core.drift import compare_fields
from superset_gitops.core.normal_form import layout_charts, normalize, project
from superset_gitops.edges.postgres.ledger import Ledger
from superset_gitops.edges.superset.bundle_document import parse_yaml
from superset_gitops.edges.superset.live import LiveState
from superset_gitops.errors import ConfigurationError, Unavailable
from superset_gitops.model.asset import AssetId, Document, Kind
from superset_gitops.model.ledger import SavedCopy
from superset_gitops.model.plan import FieldChange
from superset_gitops.workflows.runtime import Runtime
from superset_gitops.workflows.survey import live_normal


@dataclass(frozen=True, slots=True)
class Difference:
    """How a later version of an asset differs from an earlier one, which is each field's base.

    Attributes:
        before, after: what the versions are called.
    """

    before: str
    after: str
    changes: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True)
class Restorable:
    """A saved copy as a document that Superset would take, with its normal form."""

    copy: SavedCopy
    document: Document = field(repr=False)
    normal: Document = field(repr=False)


def list_saved(runtime: Runtime, choice: AssetChoice | None) -> tuple[SavedCopy, ...]:
    """The saved copies of an environment, newest first.

    Raises:
        PostgresUnavailable: the ledger cannot be read.
    """
    with runtime.ledger() as ledger:
        copies = ledger.saved_copies()
    return tuple(copy for copy in copies if choice is None or choice.matches(copy.asset, copy.name))


def find_saved(runtime: Runtime, number: int) -> SavedCopy:
    """One saved copy.

    Raises:
        ConfigurationError: this environment has none with this number.
        PostgresUnavailable: the ledger cannot be read.
    """
    with runtime.ledger() as ledger:
        return pick_saved(ledger, number)


def pick_saved(ledger: Ledger, number: int) -> SavedCopy:
    """As above, out of an open ledger."""
    found = ledger.saved_copy(number)
    if found is None:
        name = ledger.environment
        raise ConfigurationError(
            f"{name} has no saved copy {number}", remedy=f"tools/hybrid saved list --env {name} lists them"
        )
    return found


def differences(runtime: Runtime, number: int, other: int | None) -> Difference:
    """How what is live, or another saved copy, differs from a saved copy, in normal form.

    Raises:
        ConfigurationError: there is no such copy, the two are of different assets, or BASE_URL is another Superset's.
        Unavailable: the asset is not in Superset any more, or a side cannot be read.
    """
    with runtime.ledger() as ledger:
        one = pick_saved(ledger, number)
        two = pick_saved(ledger, other) if other is not None else None
        if two is None:
            ledger.check_stamp(runtime.target.base_url, beside_data=runtime.target.ledger_beside_data)
    label = f"copy {number} of {one.asset.kind} {one.name!r}"
    saved = restorable(one).normal
    if two is None:
        return Difference(label, "live", changed_fields(one.asset.kind, saved, _live(runtime, one)))
    if two.asset != one.asset:
        raise ConfigurationError(
            f"copy {other} is of another asset, {two.asset.kind} {two.name!r}",
            remedy="compare copies of one asset: tools/hybrid saved list --asset "
            f"{one.asset.uuid} --env {runtime.environment}",
        )
    return Difference(label, f"copy {other}", changed_fields(one.asset.kind, saved, restorable(two).normal))


def restorable(copy: SavedCopy) -> Restorable:
    """The copy's document and normal form; a dashboard's has the charts that its layout names."""
    document: Document = parse_yaml(copy.raw_yaml)
    normal = normalize(copy.asset.kind, document)
    if copy.asset.kind is Kind.DASHBOARD:
        normal["charts"] = sorted(layout_charts(document.get("position") or {}))
    return Restorable(copy, document, normal)


def changed_fields(kind: Kind, before: Document, after: Document) -> tuple[FieldChange, ...]:
    """The fields in which two normal forms differ, each with `before` as its base and `after` as live.

    A chart's query context is derived from its params and says nothing more.
    """
    if kind is Kind.CHART:
        before, after = project(kind, before, {}), project(kind, after, {})
    return compare_fields(before, before, after)


def _live(runtime: Runtime, copy: SavedCopy) -> Document:
    with runtime.client() as client:
        live = client.export_assets()
    if copy.asset not in live.assets:
        raise Unavailable(
            f"{copy.asset.kind} {copy.name!r} is not in Superset any more: there is nothing to compare it with",
            remedy=f"tools/hybrid saved show {copy.id} --env {runtime.environment} prints it, restore puts it back",
        )
    return shown(live, copy.asset)


def shown(live: LiveState, key: AssetId) -> Document:
    """A live asset's normal form as a copy of it would have it: a dataset's cache timeout as it is exported."""
    normal = live_normal(live, key)
    if key.kind is Kind.DATASET:
        normal["cache_timeout"] = live.assets[key].document.get("cache_timeout")
    return normal
