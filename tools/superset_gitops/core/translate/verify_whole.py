"""Owns the last look at a translation: both ends rendered afresh, without what edits were made or judged with."""

from __future__ import annotations

from collections.abc import Iterator

from superset_gitops.core.same import same
from superset_gitops.core.translate.picture import Picture
from superset_gitops.model.asset import AssetId
from superset_gitops.model.plan import ABSENT, FieldPath
from superset_gitops.model.translation import Scope, Translation, Way

_WHOLE = (Way.CREATED, Way.DELETED)
_Leaf = tuple[AssetId, FieldPath]


def faults_of(translation: Translation) -> tuple[str, ...]:
    """What differs from what a translation says of itself; empty for every sound one.

    At home each leaf is as before, or what an edit brought it to. Elsewhere texts are as before, byte for byte, but
    for the effects that edits have; nothing that compiled is broken.
    """
    return tuple(_faults(translation))


def _faults(translation: Translation) -> Iterator[str]:
    before, after = Picture.of(translation.before), Picture.of(translation.after)
    edits = [(asset, edit) for asset in translation.assets for edit in asset.fields]
    expected: set[_Leaf] = {(asset.id, path) for asset, edit in edits for path in edit.paths}
    whole = {asset.id for asset, edit in edits if not edit.paths}
    for name, frame in after.frames.items():
        old = before.frames[name]
        if frame.fault and not old.fault:
            yield f"{name}: {frame.fault}"
        reached = {(e.asset, e.path) for _, edit in edits for e in edit.effects if e.environment == name}
        allowed = expected if name == translation.environment else reached
        for template in sorted(frame.views.keys() | old.views.keys()):
            one, other = old.views.get(template), frame.views.get(template)
            if other is not None and other.fault and (one is None or not one.fault):
                yield f"{template} does not compile in {name}: {other.fault}"
            asset = (one.id if one is not None else None) or (other.id if other is not None else None)
            if asset is None or asset in whole:
                continue
            if one is None or other is None or one.id != other.id:
                yield f"{template} came or went in {name}"
            elif name != translation.environment and translation.scope is Scope.ONLY_HERE and one.text != other.text:
                yield f"{template} changed in {name}"
            else:
                for path in sorted(one.leaves.keys() | other.leaves.keys()):
                    moved = not same(one.leaves.get(path, ABSENT), other.leaves.get(path, ABSENT))
                    if moved and (asset, path) not in allowed:
                        yield f"{'.'.join(path)} of {template} changed in {name}"
