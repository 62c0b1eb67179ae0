"""Owns the verdict on an edit: rendered plainly everywhere, does it say what Superset shows, and nothing else?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from superset_gitops.core.same import same
from superset_gitops.core.translate.hunks import hunks
from superset_gitops.core.translate.picture import Frame, Picture
from superset_gitops.core.translate.view import View
from superset_gitops.model.asset import AssetId
from superset_gitops.model.plan import ABSENT, FieldPath
from superset_gitops.model.translation import Effect, Scope

Goal = Mapping[FieldPath, Any]


@dataclass(frozen=True, slots=True)
class Goals:
    """What the environment is to show in the end.

    Attributes:
        environment: whose runtime was changed.
        wanted: asset → path → value, ABSENT for what goes, for everything that was changed there.
    """

    environment: str
    wanted: Mapping[AssetId, Goal] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether an edit is accepted: `fault` says why not; `effects` are what it changes in other environments."""

    fault: str = ""
    effects: tuple[Effect, ...] = ()


def judge(
    before: Picture, after: Picture, goals: Goals, asset: AssetId, paths: tuple[FieldPath, ...], scope: Scope
) -> Verdict:
    """Judge the step from one picture to the next, which is to bring these paths of an asset to their goals."""
    home = goals.environment
    fault = _at_home(before.frames[home], after.frames[home], goals, asset, paths)
    if fault:
        return Verdict(fault)
    effects: list[Effect] = []
    for name, frame in before.frames.items():
        if name == home:
            continue
        fault = _elsewhere(name, frame, after.frames[name], goals, scope, before.frames[home], effects)
        if fault:
            return Verdict(fault)
    return Verdict("", tuple(effects))


def changed_leaves(old: View, new: View) -> Iterator[tuple[FieldPath, Any, Any]]:
    """The leaves that differ, with ABSENT on the side that has none."""
    for path in sorted(old.leaves.keys() | new.leaves.keys()):
        before, after = old.leaves.get(path, ABSENT), new.leaves.get(path, ABSENT)
        if not same(before, after):
            yield path, before, after


def _at_home(before: Frame, after: Frame, goals: Goals, asset: AssetId, paths: tuple[FieldPath, ...]) -> str:
    if after.fault:
        return after.fault
    template = before.template_of(asset)
    if template is None or template not in after.views:
        return "the asset would be gone"
    for name, old, new in _changed_views(before, after, template):
        fault = _broken(name, old, new)
        if fault:
            return fault
        wanted = goals.wanted.get(old.id, {}) if old.id is not None else {}
        for path, _, value in changed_leaves(old, new):
            if path not in wanted or not same(wanted[path], value):
                return f"{name}: {'.'.join(path)} would not be what Superset shows"
    view, goal = after.views[template], goals.wanted[asset]
    for path in paths:
        if not same(view.leaves.get(path, ABSENT), goal[path]):
            return f"{'.'.join(path)} would not be what Superset shows"
    return ""


def _elsewhere(
    name: str, before: Frame, after: Frame, goals: Goals, scope: Scope, home: Frame, effects: list[Effect]
) -> str:
    if after.fault and not before.fault:
        return f"{name}: {after.fault}"
    for template, old, new in _changed_views(before, after):
        fault = _broken(template, old, new)
        if fault:
            return f"{name}: {fault}"
        if scope is Scope.ONLY_HERE and old.text != new.text:
            return f"it would change {template} in {name}"
        changes = tuple(changed_leaves(old, new))
        at_home = _at_home_of(home, template, old) if changes else None
        wanted = goals.wanted.get(at_home.id, {}) if at_home is not None and at_home.id is not None else {}
        for path, was, value in changes:
            if path not in wanted or at_home is None or old.id is None:
                return f"it would change {'.'.join(path)} of {template} in {name}"
            if not _same_change(at_home.leaves.get(path, ABSENT), wanted[path], was, value):
                return f"{name} has a value of its own for {'.'.join(path)}"
            effects.append(Effect(name, old.id, path, was, value, at_home.id))
    return ""


def _at_home_of(home: Frame, template: str, view: View) -> View | None:
    """What another environment's asset is at home: that of one uuid, or else that of its template, under another."""
    own = home.template_of(view.id) if view.id is not None else None
    return home.views.get(own or template)


def _changed_views(before: Frame, after: Frame, first: str = "") -> Iterator[tuple[str, View, View]]:
    """The templates that give something else than before, with both views; one after the other, `first` first."""
    for name in sorted(after.views.again, key=lambda each: each != first):
        if name in before.views and after.views[name] is not before.views[name]:
            yield name, before.views[name], after.views[name]


def _broken(name: str, old: View, new: View) -> str:
    if new.fault and not old.fault:
        return f"{name} would not compile: {new.fault}"
    return f"{name} would be another asset, or none" if old.id != new.id else ""


def _same_change(here_old: Any, here_new: Any, there_old: Any, there_new: Any) -> bool:
    """Whether the other environment changes in the way in which this one does."""
    if same(here_old, there_old) and same(here_new, there_new):
        return True
    if all(isinstance(each, str) for each in (here_old, here_new, there_old, there_new)):
        here = sorted((here_old[h.start : h.end], h.text) for h in hunks(here_old, here_new))
        there = sorted((there_old[h.start : h.end], h.text) for h in hunks(there_old, there_new))
        return all(change in here for change in there)
    if all(isinstance(each, list) for each in (here_old, here_new, there_old, there_new)):
        here_out, here_in = _moved(here_old, here_new)
        there_out, there_in = _moved(there_old, there_new)
        return all(item in here_out for item in there_out) and all(item in here_in for item in there_in)
    return False


def _moved(old: list[Any], new: list[Any]) -> tuple[list[Any], list[Any]]:
    """What left a list and what came into it."""
    return [item for item in old if item not in new], [item for item in new if item not in old]
