"""Owns turning a translation into commits to be: one an asset, authored by who changed it in Superset."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from superset_gitops.core.report.printable import printable
from superset_gitops.core.report.translation_text import LEFT_TO_THE_REVIEWER, asset_lines
from superset_gitops.core.runtime_branch.inert import inert
from superset_gitops.core.runtime_branch.marks import epoch, trailers
from superset_gitops.model.asset import AssetId
from superset_gitops.model.plan import Edited
from superset_gitops.model.runtime_branch import Change, Draft, Mark, Person
from superset_gitops.model.translation import AssetTranslation, Translation, Way

_SUBJECT = 72  # characters that git log and forges show whole
NOBODY = "Somebody in Superset"
_DOMAIN = "users.noreply.superset.invalid"  # RFC 2606: nobody can ever own it
# What git takes off a name's ends, and out of its middle (git-commit-tree(1), "Commit Information").
_CRUD = " .,:;<>\"\\'"
_VERBS = {Change.CHANGED: "Change", Change.ADDED: "Add", Change.DELETED: "Delete"}


def drafts(
    translation: Translation,
    digests: Mapping[AssetId, str],
    edits: Mapping[AssetId, Edited] = MappingProxyType({}),
    names: Mapping[str, str] = MappingProxyType({}),
    earlier: Mapping[AssetId, Sequence[str]] = MappingProxyType({}),
) -> tuple[Draft, ...]:
    """One commit for each asset whose edits change a file, in the order in which they build on each other.

    Args:
        translation: the edits.
        digests: of each asset as Superset shows it, 12 hex digits.
        edits: who saved those of which the translation does not say it: the new ones.
        names: what people call an asset, by its uuid.
        earlier: who else had a part in an asset's edits, by the names that Superset has.
    """
    return tuple(
        _draft(
            asset,
            Mark(translation.environment, asset.id, change_of(asset), digests[asset.id]),
            edits.get(asset.id, asset.edited),
            names,
            earlier.get(asset.id, ()),
        )
        for asset in translation.assets
        if asset.texts
    )


def leaves_a_part(message: str) -> bool:
    """Whether a commit's message says that the commit does not have all of the edit."""
    return any(line.lstrip().startswith(LEFT_TO_THE_REVIEWER) for line in message.splitlines())


def author(edited: Edited) -> Person:
    """Whom Superset names, with an address that is nobody's: its lists name no e-mail addresses."""
    name = re.sub(r"[<>\x00-\x1f\x7f]", " ", edited.by).strip(_CRUD) or NOBODY
    slug = "-".join(re.findall(r"\w+", name.casefold()))
    return Person(name, f"{slug or 'unknown'}@{_DOMAIN}")


def change_of(asset: AssetTranslation) -> Change:
    """What happened to an asset as a whole."""
    ways = {edit.way for edit in asset.fields}
    if Way.DELETED in ways:
        return Change.DELETED
    return Change.ADDED if Way.CREATED in ways else Change.CHANGED


def _draft(
    asset: AssetTranslation, mark: Mark, edited: Edited, names: Mapping[str, str], earlier: Sequence[str]
) -> Draft:
    environment = mark.environment
    # Indented, so that nothing that somebody typed into Superset reads as a trailer.
    body = "\n".join(f"  {inert(printable(line))}".rstrip() for line in asset_lines(asset, environment, names))
    page = f"\n\n{edited.url}" if edited.url else ""
    person = author(edited)
    others = [each for each in dict.fromkeys(author(Edited(by)) for by in earlier if by) if each != person]
    last = trailers(mark, others)
    message = f"{_subject(asset, mark.change, environment)}\n\nIn {environment}:\n\n{body}{page}\n\n{last}"
    return Draft(message, person, epoch(edited.at), asset.texts)


def _subject(asset: AssetTranslation, change: Change, environment: str) -> str:
    """`Change chart 'Births' as in dev`, cut inside the name where it is too long."""
    origin = f"from {environment}" if change is Change.ADDED else f"as in {environment}"
    head, tail = f"{_VERBS[change]} {asset.id.kind} '", f"' {origin}"
    name, room = inert(printable(asset.name)), max(_SUBJECT - len(head) - len(tail), 12)
    return f"{head}{name if len(name) <= room else name[: room - 1] + '…'}{tail}"
