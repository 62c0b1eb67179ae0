"""Superset's own examples as templates, made by adopting what Superset would export of them."""

from __future__ import annotations

from pathlib import Path

from fixtures.examples import as_sources, examples
from superset_gitops.core.adopt.adopt import adopt
from superset_gitops.core.adopt.request import Request
from superset_gitops.core.compile.compile_bundle import compile_bundle
from superset_gitops.model.asset import AssetId, Document, Kind
from superset_gitops.model.sources import Sources

_ENVIRONMENTS = ("dev", "staging", "prod")
_ADDRESS = {"sqlalchemy_uri": "postgresql://examples:XXXXXXXXXX@db.example.com/examples"}


def _live(folder: Path) -> dict[AssetId, Document]:
    """The documents of all examples and their database."""
    bundle = compile_bundle(as_sources(examples(folder), cleaned=True), "dev").bundle
    own = {Kind.DATABASE: _ADDRESS}
    return {key: asset.document | own.get(key.kind, {}) for key, asset in bundle.assets.items()}


def adopted_examples(folder: Path) -> Sources:
    """A template for each that Superset does not rewrite on import, and for what needs none that it does."""
    empty = Sources({f"superset_assets/environments/{name}.yaml": "" for name in _ENVIRONMENTS})
    done = adopt(empty, Request("dev", _live(folder)))
    assert [each.name for each in done.refused] == ["Life Expectancy VS Rural %", "World Bank's Data"]
    return done.after
