"""Owns deleting the template of an asset that somebody deleted in Superset, where nothing refers to it any more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from superset_gitops.core.compile.asset_templates import reference_name
from superset_gitops.core.compile.overlays import overlay_path
from superset_gitops.core.translate.guard import guarded_whole
from superset_gitops.core.translate.picture import Picture
from superset_gitops.model.asset import AssetId
from superset_gitops.model.plan import ABSENT
from superset_gitops.model.translation import Effect, Scope, Way


@dataclass(frozen=True, slots=True)
class Deleted:
    """The files after a deletion; `fault` says why it was not made."""

    way: Way = Way.DELETED
    texts: Mapping[str, str | None] = field(default_factory=dict, repr=False)
    effects: tuple[Effect, ...] = ()
    fault: str = ""


def delete_template(picture: Picture, environment: str, asset: AssetId, scope: Scope) -> Deleted:
    """Delete an asset's template and overlays, or (only here) let it render to nothing in this environment."""
    frame = picture.frames[environment]
    name = frame.template_of(asset)
    if name is None:
        return Deleted(fault="no template gives this asset here")
    for other, used in frame.views.items():
        if other != name and asset.uuid in used.text:
            return Deleted(fault=f"{other} still refers to it: take that out first, then delete the template")
    sources = picture.sources
    path = sources.template_path(name)
    if scope is Scope.ONLY_HERE:
        way = Way.GUARD
        texts: dict[str, str | None] = {path: guarded_whole(sources.texts[path], f'env != "{environment}"')}
    else:
        overlays = (overlay_path(sources, each, name) for each in picture.frames)
        way, texts = Way.DELETED, {each: None for each in (path, *overlays) if each in sources.texts}
    return _proven(picture, environment, name, Deleted(way, texts))


def _proven(picture: Picture, environment: str, name: str, gone: Deleted) -> Deleted:
    after = picture.after(gone.texts)
    effects = []
    for each, frame in after.frames.items():
        before = picture.frames[each]
        for template, view in frame.views.items():
            old = before.views.get(template)
            if view.fault and old is not None and not old.fault:
                return Deleted(fault=f"{template} would not compile in {each} without it: {view.fault}")
            if template != name and old is not None and old.text != view.text:
                return Deleted(fault=f"it would change {template} in {each}")
        there, now = before.views[name], frame.views.get(name)
        if each == environment and now is not None and now.id is not None:
            return Deleted(fault="it would still be there")
        if each != environment and there.id is not None and (now is None or now.text != there.text):
            if gone.way is Way.GUARD:
                return Deleted(fault=f"it would change in {each}")
            effects.append(Effect(each, there.id, (), reference_name(name), ABSENT))
    return Deleted(gone.way, gone.texts, tuple(effects))
