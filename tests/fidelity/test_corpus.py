"""On assets that nobody here wrote: no drift where nothing changed, and what the REST API changes is seen exactly."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import rest_changes
from corpus import Corpus, named, told

from fixtures.deployment import credentials
from fixtures.examples import DATABASE
from fixtures.printed_tables import PrintedTable
from fixtures.superset import RunningSuperset
from fixtures.world import Api
from superset_gitops.core.adopt.adopt import adopt
from superset_gitops.core.adopt.request import Request
from superset_gitops.core.compile.compile_bundle import compile_bundle
from superset_gitops.core.drift import Named, make_plan
from superset_gitops.core.normal_form import normalize, project
from superset_gitops.edges.superset import SupersetClient
from superset_gitops.edges.superset.credentials import PasswordLogin
from superset_gitops.edges.superset.live import LiveState
from superset_gitops.model.asset import AssetId, Document, Kind
from superset_gitops.model.plan import State
from superset_gitops.model.sources import Sources
from superset_gitops.workflows.wanted import resolve_bundle

pytestmark = pytest.mark.takes(60)


@pytest.fixture(scope="module")
def corpus(superset: RunningSuperset) -> Iterator[Corpus]:
    api = Api(superset.base_url, *credentials(superset))
    api.delete_all()
    with SupersetClient(superset.base_url, PasswordLogin(*credentials(superset))) as client:
        yield Corpus.of(superset, client)
    api.delete_all()  # a full Superset is slow to export


@pytest.fixture(scope="module")
def first(corpus: Corpus) -> LiveState:
    """As Superset shows them once imported."""
    corpus.send({key: want.document for key, want in corpus.wanted.items()})
    return corpus.client.export_assets()


def differing(
    corpus: Corpus, one: LiveState, other: LiveState | None = None
) -> dict[AssetId, tuple[Document, Document]]:
    """The files whose normal form is not that of what Superset exports: bundled, or (`other`) exported before."""
    files = {each.id: each.document for each in corpus.files}
    before = {key: asset.document for key, asset in other.assets.items()} if other else files
    pairs = {}
    for key, document in before.items():
        was = normalize(key.kind, document)
        now = project(key.kind, normalize(key.kind, one.assets[key].document), was) if key in one.assets else {}
        if was != now:
            pairs[key] = was, now
    return pairs


def test_all_of_them_can_be_adopted_and_are_in_sync(corpus: Corpus, first: LiveState) -> None:
    """From an empty project, with the real masked address: what a first deployment would compare has no difference."""
    live = {key: asset.document for key, asset in first.assets.items()}
    project = Sources({"superset_assets/environments/dev.yaml": ""})
    done = adopt(project, Request("dev", live, charts_on=first.charts_on, release=corpus.client.release))
    assert done.complete, done.refused
    assert {each.id for each in done.adopted} == corpus.wanted.keys()
    result = compile_bundle(done.after, "dev", corpus.client.release)
    wanted = resolve_bundle(result.bundle, lambda _: None)
    git = {key: Named(want.normal, want.asset.name) for key, want in wanted.items()}
    items = make_plan({}, git, named(first, git), {}, release=corpus.client.release)
    assert list(told(item for item in items if item.state is not State.IN_SYNC)) == []


def test_nothing_drifts_by_being_imported_and_exported(
    corpus: Corpus, first: LiveState, admin: Api, printed_table: PrintedTable
) -> None:
    """The law N(export(import(x))) == N(x), on an instance, on one with other ids and order, and once more."""
    kinds = {kind: sum(key.kind is kind for key in corpus.wanted) for kind in Kind}
    assert min(kinds[kind] for kind in (Kind.DATASET, Kind.CHART, Kind.DASHBOARD)) >= 9
    assert first.assets.keys() == corpus.wanted.keys()
    numbers = corpus.numbers()

    admin.delete_all()
    corpus.send({key: asset.document for key, asset in first.assets.items()}, backwards=True)
    second = corpus.client.export_assets()
    shifted = corpus.numbers()
    assert all(shifted[key] != numbers[key] for key in numbers)
    corpus.send({key: asset.document for key, asset in second.assets.items()})
    third = corpus.client.export_assets()

    rows = [
        ("bundled file → exported", differing(corpus, first)),
        ("bundled file → exported by the other instance", differing(corpus, second)),
        ("exported → exported by the other instance", differing(corpus, second, first)),
        ("exported → exported after another import", differing(corpus, third, second)),
    ]
    plans = [("plan, one instance", corpus.drift(first)), ("plan, the other instance", corpus.drift(second))]
    false = [key for _, found in rows for key in found if key not in corpus.announced]
    drifted = [item for _, items in plans for item in items if item.id not in corpus.announced]
    printed_table(
        f"false drifts on {len(corpus.wanted)} assets of Superset's own examples",
        "\n".join(
            [
                f"{name:50} {len(found):>3}, announced by validate {sum(k in corpus.announced for k in found)}"
                for name, found in rows
            ]
            + [
                f"{name:50} {len(items):>3}, announced by validate {sum(i.id in corpus.announced for i in items)}"
                for name, items in plans
            ]
            + [f"false drifts: {len(false) + len(drifted)}"]
        ),
    )
    assert "\n".join(told(drifted)) == ""
    assert false == []
    # What validate announces does happen, and only once: what Superset made of it stays.
    assert rows[0][1].keys() == {item.id for item in plans[0][1]} == corpus.announced
    assert rows[2][1] == rows[3][1] == {}


def test_what_the_rest_api_changes_is_seen_exactly(
    corpus: Corpus, first: LiveState, admin: Api, printed_table: PrintedTable
) -> None:
    """One PUT with one field for each of many assets, then one export and one plan."""
    corpus.send({key: want.document for key, want in corpus.wanted.items()})
    numbers = corpus.numbers()
    free = {
        kind: [key for key in sorted(corpus.wanted, key=str) if key.kind is kind and key not in corpus.announced]
        for kind in Kind
    }
    # Saving a dataset of a database with one catalog sets its catalog to that one, whatever a template says.
    free[Kind.DATASET] = [key for key in free[Kind.DATASET] if "catalog" not in corpus.wanted[key].normal]
    made: dict[AssetId, list[rest_changes.RestChange]] = {}
    for kind, changes in rest_changes.CHANGES.items():
        for change in changes:
            key = DATABASE if kind is Kind.DATABASE else free[kind].pop()
            rest_changes.make(admin, key, numbers[key], change)
            made.setdefault(key, []).append(change)
    live = corpus.client.export_assets()
    items = {item.id: item for item in corpus.drift(live) if item.id not in corpus.announced}
    missed, too_much = [], []
    for key, changes in made.items():
        paths = [change.path for change in items[key].fields] if key in items else []
        wanted = [pattern for change in changes for pattern in change.shows]
        missed += [f"{key.kind} {p}" for p in wanted if not any(rest_changes.shown(p, path) for path in paths)]
        # An empty mapping that somebody fills is a leaf that goes, too.
        allowed = [*wanted, *(pattern.rpartition(".")[0] for pattern in wanted if "." in pattern)]
        too_much += [
            f"{key.kind} {'.'.join(path)}"
            for path in paths
            if not any(rest_changes.shown(pattern, path) for pattern in wanted)
            and not any(
                rest_changes.shown(pattern, path) and len(pattern.split(".")) == len(path) for pattern in allowed
            )
        ]
    too_much += [str(key) for key in items.keys() - made.keys()]
    count = sum(len(change.shows) for changes in made.values() for change in changes)
    printed_table("changes through the REST API", f"{count} fields changed, missed changes: {len(missed)}")
    assert missed == []
    assert too_much == []
