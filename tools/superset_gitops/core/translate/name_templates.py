"""Owns the file names of new templates: from titles, the same whatever else is made, without numeric ids."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from superset_gitops.core.compile.asset_templates import kind_of
from superset_gitops.core.compile.bundle_files import slug
from superset_gitops.core.translate.picture import Frame
from superset_gitops.model.asset import AssetId, Document, Kind
from superset_gitops.model.sources import TEMPLATE_SUFFIX

_NO_DATABASE = "other"


def name_templates(
    titles: Mapping[AssetId, str], live: Mapping[AssetId, Document], frame: Frame, taken: Mapping[str, str]
) -> dict[AssetId, str]:
    """The name of each new template, below `templates/`.

    Titles that make one name, in any case, all get the head of their uuid behind it, as does one whose name is taken:
    no name depends on the order in which things are looked at.

    Args:
        titles: of what gets one.
        live: documents as exported.
        frame: the environment, for the folders that datasets have.
        taken: the templates that there are.
    """
    folders = _DatasetFolders(frame, {})
    plain: dict[AssetId, str] = {}
    for kind in Kind:
        mine = [asset for asset in titles if asset.kind is kind]
        for asset in mine:
            stem = slug(titles[asset], asset.uuid).lower()
            plain[asset] = f"{kind.folder}/{folders.of(live[asset])}{stem}"
        if kind is Kind.DATABASE:
            named = _settled({asset: plain[asset] for asset in mine}, taken)
            plain |= named
            folders.new = {asset.uuid: name.rsplit("/", 1)[-1] for asset, name in named.items()}
    return {asset: f"{name}{TEMPLATE_SUFFIX}" for asset, name in _settled(plain, taken).items()}


def _settled(plain: Mapping[AssetId, str], taken: Mapping[str, str]) -> dict[AssetId, str]:
    known = {name.removesuffix(TEMPLATE_SUFFIX).casefold() for name in taken}
    often = Counter(name.casefold() for name in plain.values())
    free = {asset for asset, name in plain.items() if often[name.casefold()] == 1 and name.casefold() not in known}
    named = {asset: name if asset in free else f"{name}_{asset.uuid[:8]}" for asset, name in plain.items()}
    often = Counter(name.casefold() for name in named.values())
    return {
        asset: name if often[name.casefold()] == 1 and name.casefold() not in known else f"{plain[asset]}_{asset.uuid}"
        for asset, name in named.items()
    }


class _DatasetFolders:
    """In which folder the datasets of a database are."""

    def __init__(self, frame: Frame, new: Mapping[str, str]) -> None:
        self.new = new
        self._databases = {uuid: name.rsplit("/", 1)[-1] for name, uuid in frame.uuids.items() if _is_database(name)}
        self._used: dict[str, Counter[str]] = {}
        for name, view in frame.views.items():
            if view.id is not None and view.id.kind is Kind.DATASET:
                folder = name.partition("/")[2].rpartition("/")[0]
                self._used.setdefault(str(view.document.get("database_uuid")), Counter())[folder] += 1

    def of(self, document: Document) -> str:
        """`main/`; empty for what is no dataset."""
        if Kind.DATASET.title_field not in document:
            return ""
        database = str(document.get("database_uuid"))
        if database in self._used:
            folder = min(self._used[database].items(), key=lambda entry: (-entry[1], entry[0]))[0]
            return f"{folder}/" if folder else ""
        return f"{self._databases.get(database) or self.new.get(database) or _NO_DATABASE}/"


def _is_database(name: str) -> bool:
    return kind_of(name) is Kind.DATABASE
