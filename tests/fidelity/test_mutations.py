"""No change is missed: every field of every kind, changed in the runtime, is drift, or is listed with a reason."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from schema_samples import samples

from fixtures.examples import as_sources, examples, examples_folder
from fixtures.mutations import Mutation, mutations, opened
from fixtures.printed_tables import PrintedTable
from superset_gitops.core.compile.compile_bundle import compile_bundle
from superset_gitops.core.drift import Named, make_plan
from superset_gitops.core.normal_form import is_saved_by_explore, normalize
from superset_gitops.core.normal_form.explore_rewrites import may_be_dropped
from superset_gitops.core.normal_form.uncompared import NEVER, WHERE_DECLARED, covers, find
from superset_gitops.model.asset import AssetId, Document, Kind
from superset_gitops.model.plan import State
from superset_gitops.schemas import SUPERSET_VERSION


@dataclass
class Tally:
    """What became of the changes."""

    documents: Counter[Kind] = field(default_factory=Counter)
    seen: Counter[Kind] = field(default_factory=Counter)
    listed: Counter[Kind] = field(default_factory=Counter)
    fields: defaultdict[Kind, set[str]] = field(default_factory=lambda: defaultdict(set))
    missed: list[str] = field(default_factory=list)
    hidden: set[tuple[Kind, str]] = field(default_factory=set)

    def table(self) -> str:
        rows = [f"{'kind':12}{'documents':>10}{'fields':>8}{'changes':>9}{'seen':>8}{'listed':>8}"]
        for kind in Kind:
            counts = (self.documents[kind], len(self.fields[kind]), self.seen[kind] + self.listed[kind])
            rows.append(
                f"{kind.value:12}{counts[0]:>10}{counts[1]:>8}{counts[2]:>9}{self.seen[kind]:>8}{self.listed[kind]:>8}"
            )
        return "\n".join((*rows, f"missed changes: {len(self.missed)}"))


def watcher(kind: Kind, applied: Document) -> Callable[[Document], bool]:
    """Whether a live document is drift against what Git says and was applied."""
    key = AssetId(kind, str(applied.get("uuid")))
    git = {key: Named(normalize(kind, applied))}

    def sees(live: Document) -> bool:
        (item,) = make_plan(git, git, {key: Named(normalize(kind, live))}, {})
        assert bool(item.fields) == (item.state is State.DRIFT)
        return item.state is State.DRIFT

    return sees


def judge(kind: Kind, document: Document, tally: Tally, chosen: Iterator[Mutation]) -> None:
    sees = watcher(kind, document)
    assert not sees(document)
    tally.documents[kind] += 1
    for mutation in chosen:
        name = mutation.field()
        tally.fields[kind].add(name)
        if sees(mutation.document):
            tally.seen[kind] += 1
            continue
        tally.listed[kind] += 1
        entry = find(NEVER, kind, mutation.path)
        if entry is None and mutation.how == "filled in":
            entry = find(WHERE_DECLARED, kind, mutation.path)
        if entry is None and not dropped_by_explore(kind, mutation, document):
            tally.missed.append(f"{kind} {name} ({mutation.how})")
        elif entry is not None:
            tally.hidden |= {(kind, path) for path in entry.paths if covers(path, mutation.path)}


def dropped_by_explore(kind: Kind, mutation: Mutation, document: Document) -> bool:
    """Whether it is a parameter that is gone from a chart that Explore saved, which drops it by itself."""
    return (
        kind is Kind.CHART
        and mutation.how == "removed"
        and mutation.path[0] == "params"
        and is_saved_by_explore(document)
        and may_be_dropped(document["viz_type"], str(mutation.path[1]), SUPERSET_VERSION)
    )


def one_of_each(kind: Kind, document: Document) -> Iterator[Mutation]:
    """The mutations of a real document, one for each field of each kind of thing in it."""
    done: set[tuple[str, str]] = set()
    for mutation in mutations(kind, document):
        if (which := (mutation.field(), mutation.how)) not in done:
            done.add(which)
            yield mutation


def test_every_field_of_the_schemas(printed_table: PrintedTable) -> None:
    tally = Tally()
    for kind in Kind:
        for document in samples(kind):
            judge(kind, document, tally, mutations(kind, document))
    printed_table("changes to every field of the schemas", tally.table())
    assert tally.missed == []
    stale = {(entry.kind, path) for entry in NEVER for path in entry.paths} - tally.hidden
    assert not stale, "listed as never compared, and no change to it went unseen"


def test_every_field_of_the_bundled_examples(printed_table: PrintedTable) -> None:
    tally = Tally()
    result = compile_bundle(as_sources(examples(examples_folder()), cleaned=True), "dev")
    for asset in result.bundle.assets.values():
        document = opened(asset.document)
        judge(asset.id.kind, document, tally, one_of_each(asset.id.kind, document))
    printed_table("changes to every field of Superset's own examples", tally.table())
    assert tally.missed == []


@pytest.mark.parametrize("kind", Kind, ids=str)
def test_what_only_counts_where_it_is_declared(kind: Kind) -> None:
    """A field that the template lacks and somebody fills in is drift, too, or listed."""
    unseen, filled = set(), set()
    for document in samples(kind):
        for mutation in mutations(kind, document):
            if mutation.how != "removed" or not isinstance(mutation.path[-1], str):
                continue
            filled.add(mutation.path)
            if not watcher(kind, mutation.document)(document) and find(NEVER, kind, mutation.path) is None:
                unseen.add(mutation.path)
    assert [path for path in sorted(unseen, key=str) if find(WHERE_DECLARED, kind, path) is None] == []
    declared = [path for entry in WHERE_DECLARED if entry.kind is kind for path in entry.paths]
    stale = [path for path in declared if not any(covers(path, each) for each in unseen)]
    assert stale == [], "listed as counting only where declared, and it counts anyway"
