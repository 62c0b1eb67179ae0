"""Assets that nobody here wrote, adopted and then changed at random places: nothing is lost, nothing wrong is taken."""

from __future__ import annotations

import itertools
import random

import pytest
from adopted_examples import adopted_examples
from rounds import Tally, changed_documents, changed_fields, compiled, try_round

from fixtures.examples import examples_folder
from fixtures.printed_tables import PrintedTable
from superset_gitops.model.sources import Sources
from superset_gitops.model.translation import Scope, Way

pytestmark = pytest.mark.takes(30)


@pytest.fixture(scope="module")
def sources() -> Sources:
    return adopted_examples(examples_folder())


@pytest.mark.parametrize(
    ("environment", "scope", "placed"), [("dev", Scope.PROMOTE, 0.99), ("prod", Scope.ONLY_HERE, 0.6)]
)
def test_random_edits_come_back(
    sources: Sources, environment: str, scope: Scope, placed: float, printed_table: PrintedTable
) -> None:
    result, forms = compiled(sources, environment)
    fields, documents = Tally(), Tally()
    for lives in itertools.islice(changed_fields(forms, random.Random(5)), 2):
        try_round(sources, result, lives, scope, fields)
    for lives in itertools.islice(changed_documents(result, random.Random(5)), 1):
        try_round(sources, result, lives, scope, documents)
    table = "\n".join(f"{way.value:20} {fields.ways[way]:>5} {documents.ways[way]:>5}" for way in Way)
    printed_table(f"edits of Superset's own examples ({scope}): of fields, of anything in a document", table)
    for tally in (fields, documents):
        assert tally.wrong == []
        assert tally.lost == []
    in_place = (Way.LITERAL, Way.CONSTANT, Way.PARAMETER, Way.VARIABLE, Way.OVERRIDE, Way.TOGETHER)
    assert sum(fields.ways[way] for way in in_place) >= placed * fields.edits
    assert fields.edits >= 2 * len(forms) - 2
