"""Owns new templates for assets that were made in Superset: small, with references by name, proven to say the same.

All of them are made at once: everything is rendered together, and only what was not proven is tried in another way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from superset_gitops.core.compile.asset_templates import reference_name
from superset_gitops.core.drift.compare import leaves
from superset_gitops.core.drift.needs import needs
from superset_gitops.core.normal_form import layout_charts, normalize, project
from superset_gitops.core.same import same
from superset_gitops.core.translate.guard import guarded_whole
from superset_gitops.core.translate.live_normals import ChartsOn, comparable, live_normals, normal_of
from superset_gitops.core.translate.name_templates import name_templates
from superset_gitops.core.translate.picture import Picture
from superset_gitops.core.translate.put_variables import (
    Listed,
    bare_title,
    shared_by_siblings,
    with_tokens,
    without_tokens,
)
from superset_gitops.core.translate.source_document import placeholder_prefixes, source_document, with_placeholders
from superset_gitops.core.translate.template_text import as_template
from superset_gitops.core.translate.view import View
from superset_gitops.core.translate.write_node import after_key
from superset_gitops.core.versions import NEWEST
from superset_gitops.model.asset import AssetId, Document, Kind
from superset_gitops.model.plan import ABSENT
from superset_gitops.model.translation import Effect, Scope

# What the siblings of a new asset may write as a variable.
_SHARED = ("schema", "catalog", "cache_timeout")


@dataclass(frozen=True, slots=True)
class NewTemplate:
    """A template for an asset; `fault` says why there is none."""

    id: AssetId
    name: str
    texts: Mapping[str, str | None] = field(default_factory=dict, repr=False)
    effects: tuple[Effect, ...] = ()
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Making:
    """What new templates are made of.

    Attributes:
        environment: whose runtime has the assets.
        live: all its documents, as exported.
        scope: PROMOTE: the assets are everywhere; ONLY_HERE: in this environment.
        listed: variable → fields in which its value becomes the variable; None: what all siblings write.
        only_here: assets that are this environment's alone, whatever the scope.
        charts_on: as `live_normals` takes it.
        version: the release of Superset.
    """

    environment: str
    live: Mapping[AssetId, Document] = field(repr=False)
    scope: Scope
    listed: Listed | None = None
    only_here: frozenset[AssetId] = frozenset()
    charts_on: ChartsOn | None = None
    version: str = NEWEST.version


def create_templates(
    picture: Picture, environment: str, live: Mapping[AssetId, Document], wanted: tuple[AssetId, ...], scope: Scope
) -> Iterator[NewTemplate]:
    """Templates for these assets and whatever they need that has none, parents first."""
    if wanted:
        yield from create_all(picture, Making(environment, live, scope), wanted)[1]


def create_all(
    picture: Picture, making: Making, wanted: tuple[AssetId, ...]
) -> tuple[Picture, tuple[NewTemplate, ...]]:
    """The picture with templates for these assets and what they need, and the templates, parents first.

    What cannot be said has a fault, and so has all that needs it.
    """
    found = _with_parents(wanted, making.live, picture, making.environment)
    return _Creator(picture, making, found).run()


def _with_parents(
    wanted: tuple[AssetId, ...], live: Mapping[AssetId, Document], picture: Picture, environment: str
) -> list[AssetId]:
    managed = {view.id for view in picture.frames[environment].views.values() if view.id is not None}
    found: dict[AssetId, None] = {}
    waiting = list(wanted)
    while waiting:
        asset = waiting.pop()
        if asset in live and asset not in managed and asset not in found:
            found[asset] = None
            waiting += parents_of(asset, live[asset])
    asked = {asset: number for number, asset in enumerate(wanted)}
    return sorted(found, key=lambda asset: (asset.kind.order, asked.get(asset, len(asked)), asset.uuid))


def parents_of(asset: AssetId, document: Document) -> list[AssetId]:
    """What an exported asset refers to, each once."""
    normal: Document = {n: document[n] for n in ("database_uuid", "dataset_uuid") if document.get(n)}
    if asset.kind is Kind.DASHBOARD:
        normal = normalize(asset.kind, document)
        normal["charts"] = sorted(layout_charts(document.get("position") or {}))
    return list(dict.fromkeys(needs(asset, normal)))


class _Creator:
    """The templates so far."""

    def __init__(self, picture: Picture, making: Making, wanted: list[AssetId]) -> None:
        self.picture = picture
        self.making = making
        self.wanted = wanted
        self.frame = picture.frames[making.environment]
        titles = {asset: self._bare_title(asset) for asset in wanted}
        self.names = name_templates(titles, making.live, self.frame, picture.sources.templates)
        needed = [parent for asset in wanted for parent in parents_of(asset, making.live[asset])]
        self.normals = live_normals(making.live, dict.fromkeys([*wanted, *needed]), making.charts_on)
        self.references = {uuid: name for name, uuid in self.frame.uuids.items()}
        self.references |= {asset.uuid: reference_name(name) for asset, name in self.names.items()}
        self.prefixes = placeholder_prefixes(titles, picture.sources.templates)
        self.managed = {view.id for view in self.frame.views.values() if view.id is not None}
        self.faults: dict[AssetId, str] = {}
        self.effects: dict[AssetId, tuple[Effect, ...]] = {}

    def run(self) -> tuple[Picture, tuple[NewTemplate, ...]]:
        """Try all at once, then what is left in the next way, until each is proven or has no way left."""
        attempts: dict[AssetId, Iterator[str]] = {}
        for asset in self.wanted:
            if not self._orphaned(asset):
                attempts[asset] = self._ways(asset)
        while attempts:
            self._write({asset: next(ways) for asset, ways in attempts.items() if asset not in self.faults})
            left = {}
            for asset, ways in attempts.items():
                fault, self.effects[asset] = self._proven(asset)
                if fault:
                    self.faults[asset] = f"no template was proven to say it: {fault}"
                    left[asset] = ways
            attempts = self._retried(left)
        made = tuple(self._made(asset) for asset in self.wanted)
        return self.picture, made

    def _retried(self, left: Mapping[AssetId, Iterator[str]]) -> dict[AssetId, Iterator[str]]:
        """What can be tried in another way; what cannot goes, with all that needs it."""
        attempts = {}
        for asset, ways in left.items():
            text = next(ways, None)
            if text is not None:
                attempts[asset] = _chained(text, ways)
                del self.faults[asset]
        if not attempts:
            for asset in self.wanted:
                self._orphaned(asset)
            gone = {self._path(asset): None for asset in self.faults if self._path(asset) in self.picture.sources.texts}
            self.picture = self.picture.after(gone) if gone else self.picture
        return attempts

    def _orphaned(self, asset: AssetId) -> bool:
        """Note why an asset has no template where something that it needs has none either."""
        document = self.making.live[asset]
        if asset.kind is Kind.CHART and not document.get("dataset_uuid"):
            self.faults.setdefault(
                asset, "its dataset was deleted in Superset: give it another one there, or delete it"
            )
        for parent in parents_of(asset, document):
            if parent in self.managed or (parent in self.names and parent not in self.faults):
                continue
            if parent in self.names:
                title = str(self.making.live[parent].get(parent.kind.title_field))
                self.faults.setdefault(asset, f"it needs {parent.kind} {title!r}, which has no template")
            else:
                reason = f"it refers to {parent}, which was deleted in Superset: take that out there, and save it"
                self.faults.setdefault(asset, reason)
        return asset in self.faults

    def _path(self, asset: AssetId) -> str:
        return self.picture.sources.template_path(self.names[asset])

    def _write(self, texts: Mapping[AssetId, str]) -> None:
        if texts:
            self.picture = self.picture.after({self._path(asset): text for asset, text in texts.items()})

    def _made(self, asset: AssetId) -> NewTemplate:
        title = str(self.making.live[asset].get(asset.kind.title_field) or "")
        if asset in self.faults:
            return NewTemplate(asset, title, fault=self.faults[asset])
        path = self._path(asset)
        return NewTemplate(asset, title, {path: self.picture.sources.texts[path]}, self.effects[asset])

    def _parent(self, asset: AssetId) -> Document | None:
        parents = parents_of(asset, self.making.live[asset])
        return self.normals.get(parents[0]) if parents and asset.kind is not Kind.DASHBOARD else None

    def _ways(self, asset: AssetId) -> Iterator[str]:
        """The texts that may say an asset, the most readable one first."""
        here = f'env == "{self.making.environment}"'
        alone = len(self.picture.frames) == 1
        told: set[str] = set()
        plain = alone or self._everywhere(asset)
        for guarded in (False, True) if plain else (True,):
            for text in self._texts(asset):
                whole = guarded_whole(text, here) if guarded else text
                if whole not in told:
                    told.add(whole)
                    yield whole

    def _everywhere(self, asset: AssetId) -> bool:
        return self.making.scope is Scope.PROMOTE and asset not in self.making.only_here

    def _texts(self, asset: AssetId) -> Iterator[str]:
        for small in (True, False):
            source = source_document(asset, self.normals[asset], self._parent(asset), self.making.version, small=small)
            if asset in self.prefixes:
                uri = str(self.making.live[asset].get("sqlalchemy_uri") or "")
                source["sqlalchemy_uri"] = with_placeholders(uri, self.prefixes[asset])
            tokens = with_tokens(source, self._listed(asset.kind), self.frame.variables)
            if tokens.expressions:
                yield without_tokens(_text(tokens.document, self.references), tokens)
            yield _text(source, self.references)

    def _bare_title(self, asset: AssetId) -> str:
        field = asset.kind.title_field
        title = str(self.making.live[asset].get(field) or "")
        return bare_title(title, field, self._listed(asset.kind), self.frame.variables)

    def _listed(self, kind: Kind) -> Listed:
        if self.making.listed is not None:
            return self.making.listed
        found: dict[str, tuple[str, ...]] = {}
        for name, at in shared_by_siblings(kind.folder, self.picture.sources.templates, _SHARED):
            found[name] = (*found.get(name, ()), at)
        return found

    def _proven(self, asset: AssetId) -> tuple[str, tuple[Effect, ...]]:
        """Why a new template is refused, or what it means to other environments."""
        name, home = self.names[asset], self.making.environment
        view = self.picture.frames[home].views.get(name)
        if view is None or view.id != asset:
            return (view.fault if view is not None else "") or "it does not compile", ()
        fault = self._differing(asset, view)
        if fault:
            return fault, ()
        effects = []
        for other, frame in self.picture.frames.items():
            there = frame.views[name] if name in frame.views else View("", view.parsed, fault=frame.fault)
            if other != home and there.fault:
                return f"it would not compile in {other}: {there.fault}", ()
            if other != home and there.id is not None:
                if not self._everywhere(asset):
                    return f"it would exist in {other}", ()
                effects.append(Effect(other, asset, (), ABSENT, reference_name(name)))
        return "", tuple(effects)

    def _differing(self, asset: AssetId, view: View) -> str:
        """The first field in which a template does not say what is live, as a plan would compare the two."""
        said = comparable(normal_of(asset.kind, view.document), self.normals[asset])
        shown = project(asset.kind, self.normals[asset], said, self._parent(asset), self.making.version)
        told, wanted = dict(leaves(said)), dict(leaves(shown))
        for path in sorted(told.keys() | wanted.keys()):
            if not same(told.get(path, ABSENT), wanted.get(path, ABSENT)):
                return f"{'.'.join(path)} would differ"
        return ""


def _chained(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest


def _text(source: Document, references: Mapping[str, str]) -> str:
    lines = []
    for key, value in source.items():
        if key == "uuid":
            lines.append(f"uuid: {value}\n")
        else:
            text = f"{key}:{after_key(value, 0, blocks=isinstance(value, dict))}\n"
            lines.append(as_template(text, references))
    return "".join(lines)
