"""Owns a translation as text: for each asset and field what was edited where, and what that does elsewhere."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from superset_gitops.core.report.value_text import difference, shown
from superset_gitops.core.same import same
from superset_gitops.model.plan import ABSENT, Edited, FieldPath
from superset_gitops.model.translation import AssetTranslation, Effect, FieldEdit, Translation, Unsettled, Way

_NOTHING = "nothing was changed in Superset that is not in Git"
LEFT_TO_THE_REVIEWER = "for the reviewer: "


def translation_lines(
    translation: Translation, names: Mapping[str, str] = MappingProxyType({}), *, verbose: bool = False
) -> Iterator[str]:
    """The lines.

    Args:
        translation: what was translated.
        names: what people call an asset, by its uuid.
        verbose: add the candidates that were refused, and why.
    """
    if not translation.assets:
        yield f"{translation.environment}: {_NOTHING}"
        return
    fields = sum(len(asset.fields) for asset in translation.assets)
    left = sum(len(asset.unsettled) for asset in translation.assets)
    waiting = f", {left} for the reviewer" if left else ""
    yield f"Translation of {translation.environment} ({translation.scope}): {_count(fields, 'edit')}{waiting}"
    for asset in translation.assets:
        yield f"  {asset.id.kind} {asset.name!r}{_saved(asset.edited)}  [{asset.template}]"
        yield from (f"      {line}" for line in asset_lines(asset, translation.environment, names, verbose=verbose))


def asset_lines(
    asset: AssetTranslation, home: str, names: Mapping[str, str] = MappingProxyType({}), *, verbose: bool = False
) -> Iterator[str]:
    """What was done with each changed field of one asset; `home` is the environment that it was changed in."""
    for edit in asset.fields:
        yield from _edit_lines(edit, asset, home, names)
        if verbose:
            yield from (f"  refused: {way} ({fault})" for way, fault in edit.rejected)
    for unsettled in asset.unsettled:
        yield from _unsettled_lines(unsettled, names)


def diff_lines(translation: Translation) -> Iterator[str]:
    """The edits of all files as one unified diff, as git would print it."""
    for path, text in translation.files.items():
        old, new = translation.before.texts.get(path), text
        names = (f"a/{path}" if old is not None else "/dev/null", f"b/{path}" if new is not None else "/dev/null")
        lines = [(each or "").replace("\r\n", "\n").splitlines(keepends=True) for each in (old, new)]
        for line in difflib.unified_diff(lines[0], lines[1], *names):
            yield line.removesuffix("\n")
            if not line.endswith("\n"):
                yield "\\ No newline at end of file"


def _edit_lines(edit: FieldEdit, asset: AssetTranslation, home: str, names: Mapping[str, str]) -> Iterator[str]:
    yield from _told(edit.paths, edit.shown, edit.before, edit.after, names)
    places: dict[str, list[str]] = {}
    for place in edit.places:
        places.setdefault(place.path, []).append(str(place.line))
    if edit.way in (Way.CREATED, Way.DELETED):
        yield f"  {edit.way}: {', '.join(places)}"
    elif places:
        lines = (f"{path}:{','.join(numbers)}" for path, numbers in places.items())
        yield f"  {edit.way}: {', '.join(lines)}"
    else:
        yield f"  {edit.way}"
    if edit.way is not Way.TOGETHER:
        yield from (f"  {line}" for line in _effect_lines(edit, asset, home))


def _told(
    paths: tuple[FieldPath, ...], shown_as: FieldPath, old: Any, new: Any, names: Mapping[str, str]
) -> Iterator[str]:
    """What changed, a line for each field; of a whole entry that came, what it says beyond the defaults."""
    if len(paths) <= 1:
        yield from _change_lines(".".join(shown_as), difference(old, new, names))
        return
    for path in paths:
        before, after = old.get(path, ABSENT), new.get(path, ABSENT)
        if not (before is ABSENT and after in (None, {}, [])) and not (after is ABSENT and before in (None, {}, [])):
            yield from _change_lines(".".join(path), difference(before, after, names))


def _effect_lines(edit: FieldEdit, asset: AssetTranslation, home: str) -> Iterator[str]:
    """What an edit does to the other environments, those together that it does the same to."""
    if not edit.effects:
        yield f"other environments than {home} stay as they are"
        return
    by_change: dict[str, list[str]] = {}
    for effect in edit.effects:
        by_change.setdefault(_effect_text(effect, edit, asset), []).append(effect.environment)
    for text, environments in by_change.items():
        yield f"{', '.join(dict.fromkeys(environments))}: {text}"


def _effect_text(effect: Effect, edit: FieldEdit, asset: AssetTranslation) -> str:
    if not effect.path:
        return f"also {'gone' if edit.way is Way.DELETED else 'there'}"
    here = effect.at_home or effect.asset
    if here == asset.id and effect.path in edit.paths:
        if len(edit.paths) > 1:
            return "the same"
        if same(effect.after, edit.after) and same(effect.before, edit.before):
            return "the same"
        told, ours = difference(effect.before, effect.after), difference(edit.before, edit.after)
        if isinstance(told, str) or isinstance(ours, str):
            return told if isinstance(told, str) else "the same lines"
        return "the same lines" if _moved(told) == _moved(ours) else "some of these lines"
    where = "" if here == asset.id else f"{here} "
    return f"{where}{'.'.join(effect.path)} changes too"


def _moved(lines: list[str]) -> list[str]:
    """The lines of a diff that came or went."""
    return [line for line in lines if line.startswith(("+", "-"))]


def _unsettled_lines(unsettled: Unsettled, names: Mapping[str, str]) -> Iterator[str]:
    if unsettled.shown:
        yield from _told(unsettled.paths, unsettled.shown, unsettled.base, unsettled.live, names)
        if not same(unsettled.base, unsettled.desired):
            yield f"  in Git: {shown(unsettled.desired)}"
    yield f"  {LEFT_TO_THE_REVIEWER}{unsettled.reason}"


def _change_lines(name: str, told: str | list[str]) -> Iterator[str]:
    if isinstance(told, str):
        yield f"{name}: {told}"
    else:
        yield f"{name}:"
        yield from (f"    {line}" for line in told)


def _saved(edited: Edited) -> str:
    by = f" by {edited.by}" if edited.by else ""
    return f" (saved{by})" if by else ""


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def file_count(files: Mapping[str, object]) -> str:
    """`1 file` or `3 files`."""
    return _count(len(files), "file")
