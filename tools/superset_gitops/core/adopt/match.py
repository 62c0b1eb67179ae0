"""Owns matching an environment's assets with templates that came from another one: by natural key, never by guess.

A database is known by its name; a dataset by database, catalog, schema and table; a chart by its name on its dataset; a
dashboard by its slug, else by its title. Where several share a key, somebody has to say which is which.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from superset_gitops.model.adoption import Found, Undecided
from superset_gitops.model.asset import AssetId, Document, Kind

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pool:
    """What is to be matched.

    Attributes:
        templates: what `ref()` calls a template → what it says in this environment: its kind and normal form.
        live: the environment's assets, in normal form.
        same: live asset → template, for those that have one uuid.
        decisions: live asset → template; empty text for one that has none.
    """

    templates: Mapping[str, tuple[Kind, Document]] = field(repr=False)
    live: Mapping[AssetId, Document] = field(repr=False)
    same: Mapping[AssetId, str] = field(default_factory=dict)
    decisions: Mapping[AssetId, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Matched:
    """Which live asset is which template's.

    Attributes:
        pairs: live asset → template and how they came together; without those of one uuid.
        undecided: what somebody has to decide.
        waiting: live asset → what it waits for: it, or what it needs, is undecided.
    """

    pairs: Mapping[AssetId, tuple[str, Found]]
    undecided: tuple[Undecided, ...] = ()
    waiting: Mapping[AssetId, str] = field(default_factory=dict)


def match(pool: Pool, uuids: Mapping[str, str]) -> Matched:
    """Match kind by kind, so that a chart is looked for on its own dataset.

    Args:
        pool: both sides.
        uuids: what `ref()` calls a template → its uuid in this environment.
    """
    return _Matcher(pool, {uuid: name for name, uuid in uuids.items()}).run()


class _Matcher:
    def __init__(self, pool: Pool, names: Mapping[str, str]) -> None:
        self.pool = pool
        self.names = names  # uuid → template, on the templates' side
        self.twin = {asset.uuid: name for asset, name in pool.same.items()}  # live uuid → template
        self.pairs: dict[AssetId, tuple[str, Found]] = {}
        self.undecided: list[Undecided] = []
        self.waiting: dict[AssetId, str] = {}

    def run(self) -> Matched:
        decided = {name for name in self.pool.decisions.values() if name}
        for asset, name in self.pool.decisions.items():
            if name:
                self._pair(asset, name, Found.DECIDED)
        known = self.pool.same.keys() | self.pool.decisions.keys()
        for kind in Kind:
            live = [a for a in self.pool.live if a.kind is kind and a not in known]
            taken = {*self.pool.same.values(), *decided}
            templates = [n for n, (k, _) in self.pool.templates.items() if k is kind and n not in taken]
            self._kind(kind, live, templates)
        return Matched(self.pairs, tuple(self.undecided), self.waiting)

    def _kind(self, kind: Kind, live: list[AssetId], templates: list[str]) -> None:
        for asset in list(live):
            if waits := self._waits(asset):
                self.waiting[asset] = waits
                live.remove(asset)
        for rank in (0, 1) if kind is Kind.DASHBOARD else (0,):
            ours, theirs = self._by_key(live, rank), self._templates_by_key(kind, templates, rank)
            for key in ours.keys() & theirs.keys():
                self._group(kind, key, ours[key], theirs[key])
            paired = {name for name, _ in self.pairs.values()}
            live = [asset for asset in live if asset not in self.pairs and asset not in self.waiting]
            templates = [name for name in templates if name not in paired]

    def _group(self, kind: Kind, key: Key, live: list[AssetId], templates: list[str]) -> None:
        alike = [asset for asset in live if any(self._can_be(asset, name) for name in templates)]
        names = [name for name in templates if any(self._can_be(asset, name) for asset in alike)]
        if len(alike) == 1 and len(names) == 1:
            self._pair(alike[0], names[0], Found.SAME_NAME)
        elif alike:
            what = _told(kind, key)
            titles = {asset: str(self.pool.live[asset].get(kind.title_field)) for asset in sorted(alike, key=str)}
            self.undecided.append(Undecided(what, titles, tuple(sorted(names))))
            self.waiting |= dict.fromkeys(alike, f"several have this name: {what}")

    def _pair(self, asset: AssetId, name: str, found: Found) -> None:
        self.pairs[asset] = (name, found)
        self.twin[asset.uuid] = name

    def _by_key(self, live: Iterable[AssetId], rank: int) -> dict[Key, list[AssetId]]:
        found: dict[Key, list[AssetId]] = {}
        for asset in live:
            key = _key(asset.kind, self.pool.live[asset], self.twin, rank)
            if key is not None:
                found.setdefault(key, []).append(asset)
        return found

    def _templates_by_key(self, kind: Kind, templates: Iterable[str], rank: int) -> dict[Key, list[str]]:
        found: dict[Key, list[str]] = {}
        for name in templates:
            key = _key(kind, self.pool.templates[name][1], self.names, rank)
            if key is not None:
                found.setdefault(key, []).append(name)
        return found

    def _waits(self, asset: AssetId) -> str:
        """What an asset cannot be looked up without, if that is undecided itself."""
        parent = _parent(asset.kind, self.pool.live[asset])
        return f"it needs {parent}, which waits for a decision" if parent in self.waiting else ""

    def _can_be(self, asset: AssetId, name: str) -> bool:
        """Whether two of one key can be one asset: where both have a catalog or a slug, it is the same one.

        Superset writes the default catalog that a template need not name.
        """
        one, other = self.pool.live[asset], self.pool.templates[name][1]
        return all(not one.get(f) or not other.get(f) or one[f] == other[f] for f in ("catalog", "slug"))


def _parent(kind: Kind, normal: Document) -> AssetId | None:
    if kind is Kind.DATASET:
        return AssetId(Kind.DATABASE, str(normal.get("database_uuid")))
    return AssetId(Kind.DATASET, str(normal.get("dataset_uuid"))) if kind is Kind.CHART else None


def _key(kind: Kind, normal: Document, names: Mapping[str, str], rank: int) -> Key | None:
    """The natural key, with parents by their templates; None where it has none, or its parent has no template.

    A dashboard's is its slug at rank 0, and its title at rank 1: two that both have slugs, other ones, are two.
    """
    title = str(normal.get(kind.title_field))
    match kind:
        case Kind.DATABASE:
            return (title,)
        case Kind.DATASET:
            database = names.get(str(normal.get("database_uuid")))
            return None if database is None else (database, str(normal.get("schema") or ""), title)
        case Kind.CHART:
            dataset = names.get(str(normal.get("dataset_uuid")))
            return None if dataset is None else (dataset, title)
        case Kind.DASHBOARD:
            slug = normal.get("slug")
            return (title,) if rank else ((str(slug),) if slug else None)


def _told(kind: Kind, key: Key) -> str:
    *parents, title = key
    where = " ".join(filter(None, parents))
    return f"{kind} {title!r}{f' on {where}' if where else ''}"
