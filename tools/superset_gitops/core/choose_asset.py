"""Owns how people name an asset on the command line: `chart:Births by state`, `chart:UUID`, or a uuid alone."""

from __future__ import annotations

import re
from dataclasses import dataclass

from superset_gitops.errors import ConfigurationError
from superset_gitops.model.asset import AssetId, Kind

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class AssetChoice:
    """What was asked for; an empty field asks for nothing in particular."""

    kind: Kind | None
    uuid: str
    name: str

    def __str__(self) -> str:
        named = self.uuid or repr(self.name)
        return f"{self.kind or 'asset'} {named}"

    def matches(self, asset: AssetId, name: str) -> bool:
        """Whether this asset, known by this name, is meant."""
        if self.kind not in (None, asset.kind):
            return False
        return asset.uuid == self.uuid if self.uuid else name == self.name


def choose_asset(text: str) -> AssetChoice:
    """Read `KIND:NAME`, `KIND:UUID` or `UUID`.

    Raises:
        ConfigurationError: it is none of these.
    """
    word, colon, rest = text.partition(":")
    kind = next((kind for kind in Kind if kind.value == word.strip().lower()), None)
    named = rest.strip() if kind is not None and colon else text.strip()
    if _UUID.fullmatch(named):
        return AssetChoice(kind, named.lower(), "")
    if kind is None or not named:
        kinds = ", ".join(map(str, Kind))
        raise ConfigurationError(
            f"{text!r} names no asset",
            remedy=f"write KIND:NAME, such as 'chart:Births by state', or a uuid; the kinds are {kinds}",
        )
    return AssetChoice(kind, "", named)
