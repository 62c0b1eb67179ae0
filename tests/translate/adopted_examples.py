"""Superset's own examples as templates, made out of nothing but what Superset would export of them."""

from __future__ import annotations

from pathlib import Path

from fixtures.examples import DATABASE, examples, without_what_is_refused_rightly
from superset_gitops.core.translate.translate import Request, translate
from superset_gitops.model.asset import AssetId, Document
from superset_gitops.model.sources import Sources
from superset_gitops.model.translation import Scope

ENVIRONMENTS = ("dev", "staging", "prod")
_DATABASE = f"""\
database_name: examples
uuid: {DATABASE.uuid}
sqlalchemy_uri: postgresql://examples:${{EXAMPLES_PASSWORD}}@db.example.com/examples
"""


def live_examples(folder: Path) -> dict[AssetId, Document]:
    """The documents of all examples."""
    return {each.id: without_what_is_refused_rightly(each.document) for each in examples(folder)}


def adopted_examples(folder: Path) -> Sources:
    """A template for each of them, where three environments had their database alone."""
    texts = {f"superset_assets/environments/{name}.yaml": "" for name in ENVIRONMENTS}
    sources = Sources({**texts, "superset_assets/templates/databases/examples.yaml.j2": _DATABASE})
    live = live_examples(folder)
    done = translate(sources, Request("dev", (), live, tuple(live), Scope.PROMOTE))
    assert [each for asset in done.assets for each in asset.unsettled] == []
    return done.after
