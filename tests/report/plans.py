"""Plans as they may come: every state and kind, references between the assets, any text and any JSON in them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from superset_gitops.core.drift import Named, make_plan
from superset_gitops.model.asset import AssetId, Document, Kind
from superset_gitops.model.plan import Collision, Edited, IgnoredField, Plan, PlanItem
from superset_gitops.model.pruning import Pruning

ASSETS = tuple(AssetId(kind, f"00000000-0000-4000-8000-0000000000{kind.order}{n}") for kind in Kind for n in range(3))

# A busy machine is no failure.
unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

# What breaks tables, mentions people, steers terminals, or is half of a character.
NASTY = (
    "@team",
    "a|b",
    "`",
    "``x",
    "`x``",
    "\\|",
    "<b>&",
    "https://example.com",
    "#1",
    "\n",
    "\r\n",
    "\x1b[31m",
    "\u202e",
    "| |",
)
texts = st.text(max_size=12) | st.sampled_from(NASTY) | st.lists(st.sampled_from(NASTY), max_size=4).map("".join)
texts |= st.just("\ud800") | st.text("a \n\t", max_size=12) | st.text("xy ", min_size=300, max_size=400)
scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3), max_leaves=6
)


def uuids(kind: Kind) -> st.SearchStrategy[str]:
    return st.sampled_from([asset.uuid for asset in ASSETS if asset.kind is kind])


def documents(kind: Kind) -> st.SearchStrategy[Document]:
    """Normal forms of a kind, as far as reports look into them."""
    shape: dict[str, st.SearchStrategy[Any]] = {kind.title_field: texts, "extra": values}
    if kind is Kind.DATASET:
        shape |= {"database_uuid": uuids(Kind.DATABASE), "sql": texts, "columns": st.just({})}
    elif kind is Kind.CHART:
        shape |= {"dataset_uuid": uuids(Kind.DATASET), "params": st.dictionaries(texts, values, max_size=3)}
    elif kind is Kind.DASHBOARD:
        shape |= {"charts": st.lists(uuids(Kind.CHART), max_size=3, unique=True), "css": texts}
    return st.fixed_dictionaries(shape)


def ignoring(item: PlanItem) -> st.SearchStrategy[dict[str, Any]]:
    """What ignore rules may take away from an asset."""
    rules = st.sampled_from(["policy.yaml:12:9", "policy.yaml:13:9"])
    taken = st.sampled_from([(), item.fields[:1]]).flatmap(
        lambda fields: st.tuples(*(st.builds(IgnoredField, st.just(field), rules) for field in fields))
    )
    return st.fixed_dictionaries({"ignored": taken, "ignored_by": st.just("") | rules})


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """A plan made by the real comparison out of three drawn sides."""
    base, desired, live = ({}, {}, {})
    for asset in draw(st.lists(st.sampled_from(ASSETS), unique=True)):
        # Few versions, so that the sides are often alike.
        versions = draw(st.lists(documents(asset.kind), min_size=1, max_size=3))
        for side in (base, desired, live):
            if draw(st.integers(0, 3)):
                side[asset] = Named(draw(st.sampled_from(versions)), draw(texts), draw(texts))
    edited = st.builds(Edited, texts, st.sampled_from(["", "2026-01-31T09:30:00+00:00", "x\ny"]))
    items = make_plan(base, desired, live, {asset: draw(edited) for asset in live})
    items = tuple(replace(item, **draw(ignoring(item))) for item in items)
    collisions = st.builds(Collision, st.sampled_from(ASSETS), texts, texts, texts, texts)
    gone = [asset for asset in base if asset not in desired]
    deletes = frozenset(draw(st.lists(st.sampled_from(gone)))) if gone else frozenset()
    kept = {asset: tuple(draw(st.lists(texts, max_size=2))) for asset in gone if asset not in deletes}
    scope = draw(st.just("") | texts)
    inside = draw(st.sets(st.sampled_from([item.id for item in items]))) if items and scope else {i.id for i in items}
    return Plan(
        environment=draw(st.sampled_from(["dev", "prod-eu", "a--b"])),
        items=tuple(item for item in items if item.id in inside),
        outside=tuple(item for item in items if item.id not in inside),
        scope=scope,
        collisions=tuple(draw(st.lists(collisions, max_size=2))),
        unmanaged=tuple(draw(st.lists(st.tuples(st.just("chart"), texts), max_size=10))),
        based=len(base),
        pruning=draw(st.none() | st.just(Pruning(deletes, kept))),
    )
