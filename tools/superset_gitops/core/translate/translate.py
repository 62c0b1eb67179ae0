"""Owns translating: an environment's drift in, proven edits of the sources out. No I/O."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from superset_gitops.core.compile.overlays import RULE
from superset_gitops.core.same import same
from superset_gitops.core.translate.candidates import candidates
from superset_gitops.core.translate.create_template import NewTemplate, create_templates
from superset_gitops.core.translate.delete_template import delete_template
from superset_gitops.core.translate.judge import Goals, judge
from superset_gitops.core.translate.picture import Picture
from superset_gitops.core.translate.units import Unit, Work, work_of
from superset_gitops.model.asset import AssetId, Document
from superset_gitops.model.plan import ABSENT, FieldPath, PlanItem, State
from superset_gitops.model.sources import Sources
from superset_gitops.model.translation import (
    AssetTranslation,
    FieldEdit,
    Place,
    Scope,
    Translation,
    Unsettled,
    Way,
)

_FIELDS = frozenset({State.DRIFT, State.CONFLICT, State.UNADOPTED})
_DELETED = frozenset({State.DELETED, State.DELETED_CONFLICT})
_MOST_PLACES = 8
_UNNAMED = "Git no longer names it, and Superset changed it: decide whether it is to come back"


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be translated.

    Attributes:
        environment: whose runtime was changed.
        items: the plan's items; those without drift are passed over.
        live: the runtime's documents as exported, for assets that get a template of their own.
        new: unmanaged assets that are to get one; what they need comes along.
        scope: whom edits may reach.
    """

    environment: str
    items: tuple[PlanItem, ...]
    live: Mapping[AssetId, Document] = field(default_factory=dict, repr=False)
    new: tuple[AssetId, ...] = ()
    scope: Scope = Scope.PROMOTE


def translate(sources: Sources, request: Request) -> Translation:
    """Bring the runtime's changes into the sources, one asset after the other.

    Every edit was rendered plainly in all environments before it is taken: here it says what Superset shows and
    nothing else changes; elsewhere nothing changes, or (promoted) only the same fields in the same way.
    """
    picture = Picture.of(sources)
    translator = _Translator(picture, request)
    for made in create_templates(picture, request.environment, request.live, _wanted_new(request), request.scope):
        translator.create(made)
    items = [item for item in request.items if item.state in _FIELDS]
    translator.start(items)
    for item in sorted(items, key=lambda item: (item.id.kind.order, item.template)):
        translator.edit(item)
    for item in sorted(request.items, key=lambda item: (-item.id.kind.order, item.template)):
        if item.state in _DELETED:
            translator.delete(item)
    for item in request.items:
        if item.state is State.PRUNE_DRIFT:
            translator.leave(item, _UNNAMED)
    return Translation(request.environment, request.scope, sources, translator.picture.sources, tuple(translator.done))


def _wanted_new(request: Request) -> tuple[AssetId, ...]:
    """The unmanaged assets that were asked for, and those that managed dashboards now show."""
    known = {item.id for item in request.items}
    shown = {
        str(uuid)
        for item in request.items
        if item.state in _FIELDS and item.live is not None
        for path, value in (("charts", item.live.get("charts")),)
        if isinstance(value, list) and path
        for uuid in value
    }
    charts = [asset for asset in request.live if asset.uuid in shown and asset not in known]
    return tuple(dict.fromkeys([*request.new, *charts]))


class _Translator:
    """The sources so far, and what was done."""

    def __init__(self, picture: Picture, request: Request) -> None:
        self.picture = picture
        self.request = request
        self.done: list[AssetTranslation] = []
        self.works: dict[AssetId, Work] = {}
        self.goals = Goals(request.environment, {})

    def start(self, items: Iterable[PlanItem]) -> None:
        """Note everything that is to change, so that one edit may serve several assets."""
        frame = self.picture.frames[self.request.environment]
        for item in items:
            template = frame.template_of(item.id)
            if template is not None:
                self.works[item.id] = work_of(item, frame.views[template], self.request.live.get(item.id, {}))
        self.goals = Goals(self.request.environment, {asset: work.goal for asset, work in self.works.items()})

    def create(self, made: NewTemplate) -> None:
        """Take a new template, which was proven."""
        self.picture = self.picture.after(made.texts)
        edit = FieldEdit((), (), ABSENT, made.name, Way.CREATED, tuple(Place(p, 1) for p in made.texts), made.effects)
        unsettled = (Unsettled((), ABSENT, ABSENT, made.name, made.fault),) if made.fault else ()
        fields = () if made.fault else (edit,)
        path = next(iter(made.texts), "")
        self.done.append(
            AssetTranslation(
                made.id, made.name, State.UNMANAGED, path, fields=fields, unsettled=unsettled, texts=made.texts
            )
        )

    def edit(self, item: PlanItem) -> None:
        """Translate one asset's changed fields."""
        base = AssetTranslation(item.id, item.name, item.state, item.template, item.edited)
        work = self.works.get(item.id)
        if work is None:
            self.leave(item, "no template gives this asset here: it has a problem of its own, or it has moved")
            return
        before = self.picture.sources
        fields, unsettled = [], list(work.unsettled)
        waiting: list[Unit] = []
        for unit in work.units:
            found = self._unit(item.id, unit, work)
            if isinstance(found, FieldEdit):
                fields.append(found)
            else:
                waiting.append(unit)
        for unit in waiting:  # once more: another edit may have made room for it
            found = self._unit(item.id, unit, work)
            if isinstance(found, FieldEdit):
                fields.append(found)
            else:
                unsettled.append(found)
                fields += self._partly(item.id, unit, work)
        texts = _changed(before, self.picture.sources)
        if fields or unsettled:
            self.done.append(replace(base, fields=tuple(fields), unsettled=tuple(unsettled), texts=texts))

    def _partly(self, asset: AssetId, unit: Unit, work: Work) -> Iterator[FieldEdit]:
        """What other edits made of a unit that could not be made as a whole."""
        frame = self.picture.frames[self.request.environment]
        template = frame.template_of(asset)
        leaves = frame.views[template].leaves if template is not None else {}
        made = tuple(p for p in unit.paths if template is not None and same(leaves.get(p, ABSENT), work.goal[p]))
        if made:
            told = replace(unit, paths=made)
            yield FieldEdit(made, unit.shown, _told(told, leaves), _told(told, work.goal), Way.TOGETHER)

    def leave(self, item: PlanItem, reason: str) -> None:
        """Leave a whole asset to the reviewer."""
        base = AssetTranslation(item.id, item.name, item.state, item.template, item.edited)
        self.done.append(replace(base, unsettled=(Unsettled((), item.base, item.desired, ABSENT, reason),)))

    def delete(self, item: PlanItem) -> None:
        """Delete the template of an asset that was deleted in Superset."""
        base = AssetTranslation(item.id, item.name, item.state, item.template, item.edited)
        if item.state is State.DELETED_CONFLICT:
            reason = "deleted in Superset and changed in Git: decide whether it is to stay"
            self.leave(item, reason)
            return
        gone = delete_template(self.picture, self.request.environment, item.id, self.request.scope)
        if gone.fault:
            self.done.append(replace(base, unsettled=(Unsettled((), item.name, item.name, ABSENT, gone.fault),)))
            return
        edit = FieldEdit((), (), item.name, ABSENT, gone.way, tuple(Place(p, 1) for p in gone.texts), gone.effects)
        self.picture = self.picture.after(gone.texts)
        self.done.append(replace(base, fields=(edit,), texts=gone.texts))

    def _unit(self, asset: AssetId, unit: Unit, work: Work) -> FieldEdit | Unsettled:
        """Find the first candidate that is proven."""
        home = self.request.environment
        template = self.picture.frames[home].template_of(asset)
        if template is None:
            return Unsettled(unit.shown, ABSENT, ABSENT, ABSENT, f"no template gives {asset} any more")
        leaves = self.picture.frames[home].views[template].leaves
        before, after = _told(unit, leaves), _told(unit, work.goal)
        if all(same(leaves.get(path, ABSENT), work.goal[path]) for path in unit.paths):
            return FieldEdit(unit.paths, unit.shown, before, after, Way.TOGETHER)
        rejected: list[tuple[Way, str]] = []
        for candidate in candidates(self.picture, home, template, unit.shown, unit.changes):
            scope = Scope.ONLY_HERE if candidate.way in (Way.OVERLAY, Way.GUARD) else self.request.scope
            then = self.picture.after(candidate.texts)
            verdict = judge(self.picture, then, self.goals, asset, unit.paths, scope)
            if not verdict.fault:
                places = places_of(self.picture.sources, candidate.texts)
                self.picture = then
                return FieldEdit(
                    unit.paths, unit.shown, before, after, candidate.way, places, verdict.effects, tuple(rejected)
                )
            rejected.append((candidate.way, verdict.fault))
        reasons = "; ".join(f"{way}: {fault}" for way, fault in rejected[-2:])
        return Unsettled(unit.shown, before, before, after, f"not even an {RULE} says it ({reasons})", unit.paths)


def _told(unit: Unit, leaves: Mapping[FieldPath, Any]) -> Any:
    """What a unit's leaf is, or what all its leaves are, by their paths."""
    if len(unit.paths) == 1:
        return leaves.get(unit.paths[0], ABSENT)
    return {path: leaves[path] for path in unit.paths if leaves.get(path, ABSENT) is not ABSENT}


def _changed(before: Sources, after: Sources) -> dict[str, str | None]:
    paths = sorted(before.texts.keys() | after.texts.keys())
    return {p: after.texts.get(p) for p in paths if before.texts.get(p) != after.texts.get(p)}


def places_of(before: Sources, texts: Mapping[str, str | None]) -> tuple[Place, ...]:
    """The lines of the new texts that differ from the old ones."""
    found = []
    for path, text in sorted(texts.items()):
        old, new = before.texts.get(path, "").splitlines(), (text or "").splitlines()
        for tag, _, _, start, _ in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
            if tag != "equal":
                found.append(Place(path, min(start + 1, max(len(new), 1))))
    return tuple(found[:_MOST_PLACES])
