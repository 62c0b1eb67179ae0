"""Owns partial scope: which assets a run is about, when it is about some of them only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from superset_gitops.core.choose_asset import AssetChoice
from superset_gitops.core.documents.suggest import did_you_mean
from superset_gitops.core.drift.make_plan import Named
from superset_gitops.core.drift.needs import needs
from superset_gitops.errors import ConfigurationError
from superset_gitops.model.asset import AssetId, Kind
from superset_gitops.model.plan import Plan, PlanItem

_NAMED = 5


@dataclass(frozen=True, slots=True)
class Scope:
    """What a run was asked to be about; empty for everything.

    Attributes:
        assets: exactly these.
        dashboards: titles, slugs or uuids: each dashboard with all that it needs (charts, datasets, databases).
    """

    assets: tuple[AssetChoice, ...] = ()
    dashboards: tuple[str, ...] = ()

    @property
    def everything(self) -> bool:
        """Whether nothing in particular was asked for."""
        return not self.assets and not self.dashboards

    def __str__(self) -> str:
        named = [*map(str, self.assets), *(f"dashboard {name!r} with all that it needs" for name in self.dashboards)]
        return ", ".join(named)


EVERYTHING = Scope()


def choose_scope(scope: Scope, desired: Mapping[AssetId, Named], base: Mapping[AssetId, Named]) -> frozenset[AssetId]:
    """The assets that a scope means, among those that Git or the ledger names.

    Raises:
        ConfigurationError: something that was asked for is not there, or could be several assets.
    """
    known = {**base, **desired}
    chosen = {
        _the_one(str(choice), _matching(choice, desired, base), _of_kind(choice.kind, known)) for choice in scope.assets
    }
    for name in scope.dashboards:
        found = _dashboards(name, desired) or _dashboards(name, base)
        dashboard = _the_one(f"dashboard {name!r}", found, _of_kind(Kind.DASHBOARD, known))
        chosen |= _closure(dashboard, desired)
    return frozenset(chosen)


def unmet_needs(plan: Plan) -> Iterator[tuple[PlanItem, PlanItem]]:
    """Each asset to be written with each one that it needs, that is out of scope and not in Superset."""
    absent = {item.id: item for item in plan.outside if item.live is None and item.desired is not None}
    for item in plan.written:
        for key in dict.fromkeys(needs(item.id, item.desired or {})):
            if key in absent:
                yield item, absent[key]


def _matching(choice: AssetChoice, desired: Mapping[AssetId, Named], base: Mapping[AssetId, Named]) -> list[AssetId]:
    """By the name that Git has now, or else by the one that was last applied."""
    sides = ([key for key, named in side.items() if choice.matches(key, named.name)] for side in (desired, base))
    return next((found for found in sides if found), [])


def _of_kind(kind: Kind | None, known: Mapping[AssetId, Named]) -> dict[AssetId, Named]:
    return {key: named for key, named in known.items() if kind in (None, key.kind)}


def _dashboards(name: str, known: Mapping[AssetId, Named]) -> list[AssetId]:
    """By uuid or slug, which are unique, before a title, which need not be."""
    mine = {key: named for key, named in known.items() if key.kind is Kind.DASHBOARD}
    exact = [key for key, named in mine.items() if name.lower() == key.uuid or name == named.normal.get("slug")]
    return exact or [key for key, named in mine.items() if named.name == name]


def _the_one(asked: str, found: list[AssetId], known: Mapping[AssetId, Named]) -> AssetId:
    if len(found) == 1:
        return found[0]
    if found:
        raise ConfigurationError(
            f"{asked} could be any of {_listed(found, known)}", remedy="name it by its uuid: --asset UUID"
        )
    word = asked.partition(" ")[2].strip("'\"")
    raise ConfigurationError(
        f"neither Git nor the ledger names {asked}{did_you_mean(word, {named.name for named in known.values()})}",
        remedy="tools/hybrid drift-plan lists what there is",
    )


def _closure(start: AssetId, desired: Mapping[AssetId, Named]) -> set[AssetId]:
    """An asset with all that it needs, as far as Git names it."""
    found: set[AssetId] = set()
    todo = [start]
    while todo:
        key = todo.pop()
        if key not in found:
            found.add(key)
            todo += [each for each in needs(key, desired[key].normal) if each in desired] if key in desired else []
    return found


def _listed(found: Iterable[AssetId], known: Mapping[AssetId, Named]) -> str:
    names = sorted(f"{key.kind} {known[key].name!r} ({key.uuid})" for key in found)
    return ", ".join(names[:_NAMED]) + (" …" if len(names) > _NAMED else "")
