"""Owns an adoption as text: which template each asset got, what differs where, what was left out and why, what next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from superset_gitops.core.report.translation_text import asset_lines
from superset_gitops.model.adoption import Adopted, Adoption, Found, Undecided
from superset_gitops.model.asset import Kind
from superset_gitops.model.plan import State
from superset_gitops.model.translation import AssetTranslation

_SHOWN = 12


def adoption_lines(
    adoption: Adoption, names: Mapping[str, str] = MappingProxyType({}), *, verbose: bool = False
) -> Iterator[str]:
    """The lines.

    Args:
        adoption: what was adopted.
        names: what people call an asset, by its uuid.
        verbose: add the candidates that were refused for each difference, and all that a deployment would create.
    """
    yield f"Adoption of {adoption.environment} ({adoption.scope}): {_counts(adoption)}"
    for adopted in adoption.adopted:
        yield f"  {adopted.id.kind} {adopted.name!r}: {adopted.found}{_elsewhere(adopted)}  [{adopted.template}]"
        asset = AssetTranslation(adopted.id, adopted.name, State.UNADOPTED, adopted.template, fields=adopted.fields)
        yield from (f"      {line}" for line in asset_lines(asset, adoption.environment, names, verbose=verbose))
        yield from (f"      {note}" for note in adopted.notes)
    for undecided in adoption.undecided:
        yield from _undecided_lines(undecided)
    for refused in adoption.refused:
        yield f"  left out: {refused.id.kind} {refused.name!r} ({refused.id.uuid})"
        yield f"      {refused.reason}"
    yield from _lacking_lines(adoption, verbose=verbose)
    if adoption.drifted:
        count = _count(len(adoption.drifted), "managed asset")
        yield f"  left as they are: {count} that changed since Git applied them (hybrid drift-plan, hybrid translate)"


def next_lines(adoption: Adoption, *, deploy: str, dry_run: bool) -> Iterator[str]:
    """What to do now, for people; `deploy` is how a deployment is called."""
    home = adoption.environment
    if adoption.undecided:
        first = adoption.undecided[0]
        pair = f"{first.templates[0]}={next(iter(first.live)).uuid}"
        yield f"decide with --match TEMPLATE=UUID, or new=UUID for one that gets its own; such as --match {pair}"
    if any(not each.reason.endswith("decision") for each in adoption.refused):
        yield "what was left out stays as it is in Superset: mend it there, then adopt again"
    if adoption.files and not dry_run:
        then = "adopt again with the decisions" if adoption.undecided else f"{deploy} {home} --adopt"
        yield f"next: look (git add --all, git diff --cached), hybrid validate, merge, then: {then}"


def _counts(adoption: Adoption) -> str:
    found = Counter(each.found for each in adoption.adopted)
    kinds = Counter(each.id.kind for each in adoption.adopted if each.found is Found.NEW)
    parts = []
    if found[Found.NEW]:
        told = ", ".join(_count(kinds[kind], str(kind)) for kind in Kind if kinds[kind])
        parts.append(f"{_count(found[Found.NEW], 'new template')} ({told})")
    matched = sum(found[each] for each in (Found.SAME_NAME, Found.DECIDED))
    if matched:
        parts.append(f"{matched} matched")
    if found[Found.SAME_UUID]:
        parts.append(f"{found[Found.SAME_UUID]} edited")
    parts.append(f"{adoption.managed} managed before")
    if adoption.undecided:
        parts.append(f"{len(adoption.undecided)} undecided")
    if adoption.refused:
        parts.append(f"{len(adoption.refused)} left out")
    if adoption.unmanaged:
        parts.append(f"{adoption.unmanaged} not asked for")
    return ", ".join(parts)


def _elsewhere(adopted: Adopted) -> str:
    return f" (also in {', '.join(adopted.elsewhere)})" if adopted.elsewhere else ""


def _undecided_lines(undecided: Undecided) -> Iterator[str]:
    yield f"  undecided: {undecided.what}"
    yield f"      templates: {', '.join(undecided.templates)}"
    for asset, name in undecided.live.items():
        yield f"      in Superset: {name!r} ({asset.uuid})"


def _lacking_lines(adoption: Adoption, *, verbose: bool) -> Iterator[str]:
    """What the environment does not have, so that nobody is surprised by a deployment."""
    if not adoption.lacking:
        return
    count = _count(len(adoption.lacking), "asset")
    yield f"  not in {adoption.environment}'s Superset, so that a deployment creates them: {count}"
    entries = list(adoption.lacking.items())
    for template, name in entries if verbose else entries[:_SHOWN]:
        yield f"      {name!r}  [{template}]"
    if len(entries) > _SHOWN and not verbose:
        yield "      … (-v lists all)"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
