"""Owns what an adoption is about, by what people call things: dashboards, assets, patterns, owners, pairs."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from superset_gitops.core.choose_asset import choose_asset
from superset_gitops.core.documents.suggest import did_you_mean
from superset_gitops.core.ignore.patterns import WILDCARDS, matches
from superset_gitops.errors import ConfigurationError
from superset_gitops.model.asset import AssetId, Document, Kind

_NAMED = 5
_NEW = "new"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for; empty for everything.

    Attributes:
        dashboards: titles, slugs or uuids.
        assets: `KIND:NAME` with `*` and `?` for any text, `KIND:UUID` or `UUID`.
        owned: assets of the owners that were asked for; None where none was.
    """

    dashboards: tuple[str, ...] = ()
    assets: tuple[str, ...] = ()
    owned: frozenset[AssetId] | None = None


def choose(live: Mapping[AssetId, Document], wanted: Wanted) -> frozenset[AssetId] | None:
    """The live assets that were asked for; None for everything.

    Raises:
        ConfigurationError: there is no such asset, or a name could be several.
    """
    if not wanted.dashboards and not wanted.assets and wanted.owned is None:
        return None
    chosen = set(wanted.owned or ())
    for name in wanted.dashboards:
        chosen.add(_one(f"dashboard {name!r}", _dashboards(live, name), live))
    for text in wanted.assets:
        chosen |= set(_assets(live, text))
    return frozenset(chosen)


def decide(
    live: Mapping[AssetId, Document], templates: Mapping[str, AssetId], pairs: Collection[str]
) -> dict[AssetId, str]:
    """What `--match` says: live asset → template, empty for `new`.

    Args:
        live: everything that is live.
        templates: what `ref()` calls a template → its asset in this environment.
        pairs: `TEMPLATE=ASSET` or `new=ASSET`. A template is its name for `ref()` or its uuid; an asset is a uuid, or
            `KIND:NAME`.

    Raises:
        ConfigurationError: one of them cannot be read, or names what is not there, or of another kind.
    """
    decisions: dict[AssetId, str] = {}
    for pair in pairs:
        asset, template = _pair(live, templates, pair)
        if asset in decisions or (template and template in decisions.values()):
            raise ConfigurationError(f"--match {pair!r}: one of the two was paired before", remedy="pair each once")
        decisions[asset] = template
    return decisions


def _pair(live: Mapping[AssetId, Document], templates: Mapping[str, AssetId], pair: str) -> tuple[AssetId, str]:
    left, equals, right = pair.partition("=")
    if not equals:
        raise ConfigurationError(
            f"--match {pair!r} says nothing", remedy="write TEMPLATE=UUID, such as charts/births=3f6c…, or new=UUID"
        )
    left, right = left.strip(), right.strip()
    asset = _one(right, [a for a in live if right.lower() == a.uuid] or list(_assets(live, right)), live)
    if left == _NEW:
        return asset, ""
    names = [name for name, known in templates.items() if left in (name, known.uuid)]
    if len(names) != 1:
        raise ConfigurationError(
            f"--match {pair!r}: there is no template {left!r} in this environment{did_you_mean(left, templates)}",
            remedy="name it as ref() does, such as charts/births, or by its uuid",
        )
    if templates[names[0]].kind is not asset.kind:
        raise ConfigurationError(
            f"--match {pair!r}: a {asset.kind} cannot be what {names[0]} says", remedy="pair two of one kind"
        )
    return asset, names[0]


def _assets(live: Mapping[AssetId, Document], text: str) -> Iterator[AssetId]:
    choice = choose_asset(text)
    found = [
        key for key in live if choice.kind in (None, key.kind) and _is_meant(key, live[key], choice.uuid, choice.name)
    ]
    if not found:
        names = {_name(key, document) for key, document in live.items() if choice.kind in (None, key.kind)}
        raise ConfigurationError(
            f"Superset has no {choice}{did_you_mean(choice.name, names)}",
            remedy="write KIND:NAME as Superset shows it, with * for any text, or a uuid",
        )
    yield from found


def _is_meant(key: AssetId, document: Document, uuid: str, name: str) -> bool:
    if uuid:
        return key.uuid == uuid
    title = _name(key, document)
    return title == name or (not WILDCARDS.isdisjoint(name) and matches(name, title))


def _dashboards(live: Mapping[AssetId, Document], name: str) -> list[AssetId]:
    """By uuid or slug, which are unique, before a title, which need not be."""
    mine = {key: document for key, document in live.items() if key.kind is Kind.DASHBOARD}
    exact = [key for key, document in mine.items() if name.lower() == key.uuid or name == document.get("slug")]
    return exact or [key for key, document in mine.items() if _name(key, document) == name]


def _one(asked: str, found: list[AssetId], live: Mapping[AssetId, Document]) -> AssetId:
    if len(found) == 1:
        return found[0]
    if found:
        named = [f"{_name(key, live[key])!r} ({key.uuid})" for key in sorted(found, key=str)]
        raise ConfigurationError(
            f"{asked} could be any of {', '.join(named[:_NAMED])}{' …' if len(named) > _NAMED else ''}",
            remedy="name it by its uuid",
        )
    titles = {_name(key, document) for key, document in live.items() if key.kind is Kind.DASHBOARD}
    raise ConfigurationError(
        f"Superset has no {asked}{did_you_mean(asked.partition(' ')[2].strip(chr(39)), titles)}",
        remedy="write its title as Superset shows it, its slug or its uuid",
    )


def _name(key: AssetId, document: Document) -> str:
    return str(document.get(key.kind.title_field) or "")
