"""Owns one attempt at an adoption: all edits of the sources for what is to be adopted, each step on the last one's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from superset_gitops.core.adopt.declare import declare_uuid, free_name, set_variables
from superset_gitops.core.adopt.request import Request
from superset_gitops.core.adopt.runtime import Runtime
from superset_gitops.core.drift.make_plan import Named, make_plan
from superset_gitops.core.normal_form.uri import MASK, password_span, shown_uri
from superset_gitops.core.placeholders import resolve_database
from superset_gitops.core.same import same
from superset_gitops.core.translate.candidates import candidates
from superset_gitops.core.translate.create_template import Making, NewTemplate, create_all
from superset_gitops.core.translate.judge import Goals, judge
from superset_gitops.core.translate.live_normals import comparable, normal_of
from superset_gitops.core.translate.picture import Picture
from superset_gitops.core.translate.source_document import placeholder_prefix, with_placeholders
from superset_gitops.core.translate.translate import Request as Changes
from superset_gitops.core.translate.translate import places_of, translate
from superset_gitops.core.translate.view import View
from superset_gitops.errors import ConfigurationError
from superset_gitops.model.asset import AssetId, Document, Kind
from superset_gitops.model.plan import State
from superset_gitops.model.sources import TEMPLATE_SUFFIX, Sources
from superset_gitops.model.translation import FieldEdit, Scope, Way

_UUIDS = "# Assets that have another uuid here than elsewhere."
_URI = ("sqlalchemy_uri",)
_CONNECTION = ("sqlalchemy_uri", "encrypted_extra", "ssh_tunnel")


@dataclass(frozen=True, slots=True)
class Attempted:
    """What an attempt came to.

    Attributes:
        after: the sources with all edits.
        made: the new templates.
        templates: live asset → path of its template, for all that was matched or managed and not applied before.
        fields: live asset → what differed from its template, and where it went.
        faults: live asset → why this attempt says it wrongly: it has to be left out.
    """

    after: Sources = field(repr=False)
    made: tuple[NewTemplate, ...]
    templates: Mapping[AssetId, str]
    fields: Mapping[AssetId, tuple[FieldEdit, ...]]
    faults: Mapping[AssetId, str]


def attempt(
    picture: Picture, request: Request, runtime: Runtime, barred: Mapping[AssetId, str], only_here: frozenset[AssetId]
) -> Attempted:
    """Edit the sources for everything that was asked for and is not barred.

    Args:
        picture: of the sources as they are.
        request: what is asked for.
        runtime: what is live, sorted.
        barred: what is left out.
        only_here: new assets that other environments cannot have.
    """
    return _Attempt(picture, request, runtime, barred).run(only_here)


class _Attempt:
    def __init__(self, picture: Picture, request: Request, runtime: Runtime, barred: Mapping[AssetId, str]) -> None:
        self.picture = picture
        self.request = request
        self.runtime = runtime
        wanted = [asset for asset in runtime.chosen if asset not in barred]
        self.pairs = {a: runtime.matched.pairs[a][0] for a in wanted if a in runtime.matched.pairs}
        self.same = {a: runtime.managed[a] for a in wanted if a in runtime.managed and a not in request.applied}
        known = runtime.managed.keys() | self.pairs.keys()
        self.new = tuple(sorted((a for a in wanted if a not in known), key=lambda a: (a.kind.order, a.uuid)))
        self.fields: dict[AssetId, tuple[FieldEdit, ...]] = {}
        self.faults: dict[AssetId, str] = {}

    def run(self, only_here: frozenset[AssetId]) -> Attempted:
        """Uuids first, so that references lead to what is live; then new templates; then what differs."""
        self._declare_uuids()
        request = self.request
        making = Making(
            request.environment,
            request.live,
            request.scope,
            listed=request.variables,
            only_here=only_here,
            charts_on=request.charts_on,
            version=request.release.version,
        )
        self.picture, made = create_all(self.picture, making, self.new) if self.new else (self.picture, ())
        templates = self.same | {asset: f"{name}{TEMPLATE_SUFFIX}" for asset, name in self.pairs.items()}
        templates = {asset: name for asset, name in templates.items() if asset not in self.faults}
        for asset in sorted(templates, key=str):
            if asset.kind is Kind.DATABASE:
                self._declare_address(asset, templates[asset])
        after = self._differences(templates)
        paths = {asset: after.template_path(name) for asset, name in templates.items()}
        return Attempted(after, made, paths, self.fields, self.faults)

    def _declare_uuids(self) -> None:
        """Say in this environment's variables which uuids it has."""
        sources = self.picture.sources
        frame = self.picture.frames[self.request.environment]
        taken = {name for each in self.picture.frames.values() for name in each.variables}
        texts: dict[str, str | None] = {}
        values: dict[str, str] = {}
        for asset, name in sorted(self.pairs.items(), key=lambda pair: pair[1]):
            path = sources.template_path(f"{name}{TEMPLATE_SUFFIX}")
            stem = name.rsplit("/", 1)[-1]
            words = f"{stem}_uuid" if f"{stem}_uuid" not in values else f"{stem}_{asset.kind}_uuid"
            free = free_name(words, taken | values.keys(), sources.templates.values())
            declared = declare_uuid(sources.texts[path], frame.uuids[name], free)
            if declared is None:
                self.faults[asset] = f"{path} makes its uuid in a way of its own: say there what it is here"
                continue
            texts[path], variable = declared
            values[variable] = asset.uuid
        if values:
            path = sources.environment_path(self.request.environment)
            texts[path] = set_variables(sources.texts[path], values, _UUIDS)
            self.picture = self.picture.after(texts)

    def _declare_address(self, asset: AssetId, name: str) -> None:
        """Say where this environment's database is, where that is known and differs."""
        home = self.request.environment
        view = self.picture.frames[home].views[name]
        shown, live = self._desired(asset, view), self.runtime.normals[asset]
        if same(shown.get("sqlalchemy_uri"), live.get("sqlalchemy_uri")):
            return
        old = str(view.document.get("sqlalchemy_uri") or "")
        new = _address(str(self.request.live[asset].get("sqlalchemy_uri") or ""), old, asset, self.runtime.name(asset))
        goals = Goals(home, {asset: {_URI: shown_uri(new)}})
        for candidate in candidates(self.picture, home, name, _URI, ((_URI, new),)):
            then = self.picture.after(candidate.texts)
            if not judge(self.picture, then, goals, asset, (_URI,), Scope.ONLY_HERE).fault:
                places = places_of(self.picture.sources, candidate.texts)
                edit = FieldEdit((_URI,), _URI, shown_uri(old), shown_uri(new), candidate.way, places)
                self.fields[asset] = (edit,)
                self.picture = then
                return
        self.faults[asset] = "its address differs, and its template has no place to say so"

    def _differences(self, templates: Mapping[AssetId, str]) -> Sources:
        """Bring what differs into variables, guards or overlays of this environment."""
        home = self.request.environment
        views = self.picture.frames[home].views
        desired = {asset: Named(self._desired(asset, views[name]), template=name) for asset, name in templates.items()}
        items = make_plan({}, desired, live_sides(self.runtime.normals), {}, release=self.request.release)
        differing = tuple(item for item in items if item.state is State.UNADOPTED)
        if not differing:
            return self.picture.sources
        done = translate(self.picture.sources, Changes(home, differing, self.request.live, (), Scope.ONLY_HERE))
        for asset in done.assets:
            edits = tuple(edit for edit in asset.fields if edit.way is not Way.TOGETHER or edit.places)
            self.fields[asset.id] = (*self.fields.get(asset.id, ()), *edits)
            for unsettled in asset.unsettled:
                self.faults[asset.id] = f"{'.'.join(unsettled.shown) or 'it'} differs: {unsettled.reason}"
        return done.after

    def _desired(self, asset: AssetId, view: View) -> Document:
        """What a template says here, its placeholders resolved; an unknown connection is taken to be as it is."""
        return resolved_normal(asset, view.document, self.request, self.runtime.normals.get(asset, {}))


def resolved_normal(asset: AssetId, document: Document, request: Request, live: Document) -> Document:
    """The normal form of a compiled document, its placeholders resolved.

    Args:
        asset: which.
        document: as rendered or compiled.
        request: knows what placeholders stand for.
        live: the live normal form: where the variables of a connection are not known, it is taken to be like this.
    """
    if asset.kind is not Kind.DATABASE:
        return normal_of(asset.kind, document)
    try:
        return comparable(normal_of(asset.kind, resolve_database(document, request.lookup, where="").document), live)
    except ConfigurationError:
        known = {name: live[name] for name in _CONNECTION if name in live}
        unknown = resolve_database(document, lambda _: "unknown://", where="").document
        return comparable({**normal_of(asset.kind, unknown), **known}, live)


def live_sides(normals: Mapping[AssetId, Document]) -> dict[AssetId, Named]:
    """The live side of a plan."""
    return {key: Named(normal, str(normal.get(key.kind.title_field) or "")) for key, normal in normals.items()}


def _address(live: str, said: str, asset: AssetId, name: str) -> str:
    """An exported address as a template writes it: with the placeholder that it had for the password."""
    start, end = password_span(said)
    new = shown_uri(live)
    if said[start:end].startswith("${"):
        new = new.replace(f":{MASK}@", f":{said[start:end]}@", 1)
    return with_placeholders(new, placeholder_prefix(name, asset.uuid)) if MASK in new else new


def path_owners(attempted: Attempted) -> dict[str, AssetId]:
    """Path of a template → the asset that it was edited or made for."""
    new = {path: made.id for made in attempted.made if not made.fault for path in made.texts}
    return {path: asset for asset, path in attempted.templates.items()} | new
