"""What somebody did in Superset, as items of a plan; and the check of a translation by plain compiling."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any

from superset_gitops.core.compile.compile_bundle import CompileResult, compile_bundle
from superset_gitops.core.drift import Named, make_plan
from superset_gitops.core.normal_form import layout_charts, normalize
from superset_gitops.core.translate.translate import Request, translate
from superset_gitops.core.translate.verify_whole import faults_of
from superset_gitops.model.asset import AssetId, Document, Kind
from superset_gitops.model.plan import PlanItem, Side, State
from superset_gitops.model.sources import Sources
from superset_gitops.model.translation import Scope, Translation, Way

# An asset's template, without folder → what was done to its normal form; None for a deletion.
Doings = Mapping[str, "Callable[[Document], object] | None"]


def normal_forms(result: CompileResult) -> dict[AssetId, Document]:
    """The normal form of everything that compiles."""
    forms = {}
    for key, asset in result.bundle.assets.items():
        forms[key] = normalize(key.kind, asset.document)
        if key.kind is Kind.DASHBOARD:
            forms[key]["charts"] = sorted(layout_charts(asset.document["position"]))
    return forms


def named(sources: Sources, result: CompileResult) -> dict[AssetId, Named]:
    forms = normal_forms(result)
    return {k: Named(forms[k], asset.name, asset.template) for k, asset in result.bundle.assets.items()}


def plan(sources: Sources, doings: Doings, env: str = "dev", base: Sources | None = None) -> tuple[PlanItem, ...]:
    """The plan after these changes of what `base` (default: the sources) had deployed."""
    desired = named(sources, compile_bundle(sources, env))
    deployed = named(base, compile_bundle(base, env)) if base is not None else desired
    live = {key: Named(copy.deepcopy(each.normal), each.name, each.template) for key, each in deployed.items()}
    for template, doing in doings.items():
        found = [key for key, each in live.items() if each.template.endswith(f"/{template}.yaml.j2")]
        assert len(found) == 1, template
        if doing is None:
            del live[found[0]]
        else:
            doing(live[found[0]].normal)
    return make_plan(deployed, desired, live, {})


def translated(
    sources: Sources,
    doings: Doings,
    env: str = "dev",
    scope: Scope = Scope.PROMOTE,
    base: Sources | None = None,
    live: Mapping[AssetId, Document] | None = None,
    new: tuple[AssetId, ...] = (),
) -> Translation:
    """Translate, and check it by means that translating does not use."""
    items = plan(sources, doings, env, base)
    done = translate(sources, Request(env, items, live or {}, new, scope))
    assert faults_of(done) == ()
    check(done, items)
    return done


def check(done: Translation, items: tuple[PlanItem, ...]) -> None:
    """PutGet here, and Frame elsewhere: by compiling both ends."""
    edited = {asset.id: [path for f in asset.fields for path in f.paths] for asset in done.assets}
    whole = {a.id for a in done.assets if any(f.way in (Way.CREATED, Way.DELETED) or not f.paths for f in a.fields)}
    lives = {item.id: item.live for item in items}
    left = {(asset.id, each.shown) for asset in done.assets for each in asset.unsettled}
    left |= {(asset, ("charts",)) for asset, shown in left if shown == ("position",)}  # they follow from the layout
    for item in items:
        for change in item.fields if item.state.is_drift else ():
            above = [(item.id, change.path[:length]) for length in range(1, len(change.path) + 1)]
            told = change.path in edited.get(item.id, []) or any(each in left for each in above)
            assert told or change.side is not Side.RUNTIME, f"{change.dotted} of {item.name} was lost"
    for env in done.before.environments:
        before, after = compile_bundle(done.before, env), compile_bundle(done.after, env)
        assert [str(p) for p in after.problems if p.level == "error"] == []
        old, new = normal_forms(before), normal_forms(after)
        assert {k for k in old if k not in whole} == {k for k in new if k not in whole}
        for key in old.keys() - whole:
            if env == done.environment:
                expected = copy.deepcopy(old[key])
                # A layout follows the deletion of a chart, which Superset's own does not.
                followed = len(new[key].get("charts", [])) < len(expected.get("charts", []))
                for path in edited.get(key, []):
                    _put(expected, path, new[key] if followed else lives[key])
                assert _pruned(new[key]) == _pruned(expected), key
            elif done.scope is Scope.ONLY_HERE:
                name = before.bundle.assets[key].template.removeprefix(done.before.template_path(""))
                assert after.locator.rendered[name].text == before.locator.rendered[name].text
            else:
                for path in edited.get(key, []):
                    _put(old[key], path, new[key])
                assert _pruned(new[key]) == _pruned(old[key]), (env, key)


def ways(done: Translation) -> list[Way]:
    return [field.way for asset in done.assets for field in asset.fields]


def only_file(done: Translation) -> str:
    """The text of the one file that was edited."""
    (text,) = done.files.values()
    assert text is not None
    return text


def _put(target: Document, path: tuple[str, ...], source: Document | None) -> None:
    """Copy what stands at a path from one normal form to another, or its absence."""
    value: Any = source
    for name in path:
        if not isinstance(value, dict) or name not in value:
            value = _GONE
            break
        value = value[name]
    for name in path[:-1]:
        if not isinstance(target.get(name), dict):
            if value is _GONE:
                return  # a mapping that became something else took its entries with it
            target[name] = {}
        target = target[name]
    if value is _GONE:
        target.pop(path[-1], None)
    else:
        target[path[-1]] = copy.deepcopy(value)


_GONE = object()


def _pruned(value: Any) -> Any:
    """Without mappings that are empty: a mapping whose entries went may stay or go."""
    if isinstance(value, dict):
        inside = {name: _pruned(entry) for name, entry in value.items()}
        return {name: entry for name, entry in inside.items() if entry != {}}
    return value


def drift_states(items: tuple[PlanItem, ...]) -> list[State]:
    return [item.state for item in items if item.state is not State.IN_SYNC]
