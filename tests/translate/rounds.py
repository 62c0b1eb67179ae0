"""Rounds of random edits: each asset is changed somewhere, all is translated at once, and checked by compiling."""

from __future__ import annotations

import collections
import copy
import random
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from drifted import check, named, normal_forms
from random_edits import Edit, random_edits

from fixtures.mutations import Mutation, mutations, opened
from superset_gitops.core.compile.compile_bundle import CompileResult, compile_bundle
from superset_gitops.core.documents.check_schema import check_schema
from superset_gitops.core.drift import Named, make_plan
from superset_gitops.core.normal_form import layout_charts, normalize
from superset_gitops.core.translate.translate import Request, translate
from superset_gitops.core.translate.verify_whole import faults_of
from superset_gitops.model.asset import AssetId, Document, Kind
from superset_gitops.model.plan import FieldPath
from superset_gitops.model.sources import Sources
from superset_gitops.model.translation import Scope, Way

# What nobody can change in Superset, or only together with something else.
_FIXED = frozenset(
    {"uuid", "children", "parents", "chartId", "dataset_uuid", "database_uuid", "type", "id", "sqlalchemy_uri",
     "configuration_method"}
)  # fmt: skip


@dataclass
class Tally:
    """What became of the edits.

    Attributes:
        assets: how many were changed.
        ways: how their fields came back.
        lost: what was left to the reviewer, in words.
        wrong: edits that were taken and are not what they should be.
        seconds: of processor time, for translating alone.
    """

    assets: int = 0
    ways: collections.Counter[Way] = field(default_factory=collections.Counter)
    lost: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def edits(self) -> int:
        return self.ways.total() + len(self.lost)


def changed_fields(forms: Mapping[AssetId, Document], chance: random.Random) -> Iterator[dict[AssetId, Document]]:
    """Rounds without end: of each asset one visible field has another value."""
    fields: dict[AssetId, list[Edit]] = {}
    for edit in random_edits(forms, chance):
        fields.setdefault(edit[0], []).append(edit)
    while True:
        lives = {key: copy.deepcopy(form) for key, form in forms.items()}
        for edits in fields.values():
            asset, path, value = chance.choice(edits)
            put(lives[asset], path, value)
        yield lives


def changed_documents(result: CompileResult, chance: random.Random) -> Iterator[dict[AssetId, Document]]:
    """Rounds without end: of each asset something anywhere in its document was added, removed, reordered or changed."""
    found = {
        key: list(mutations(key.kind, opened(asset.document)))
        for key, asset in result.bundle.assets.items()
        if key.kind is not Kind.DATABASE
    }
    while True:
        yield {key: _form(key, _possible(key, several, chance).document) for key, several in found.items()}


def put(form: Document, path: FieldPath, value: object) -> None:
    for name in path[:-1]:
        form = form[name]
    form[path[-1]] = value


def try_round(
    sources: Sources, result: CompileResult, lives: Mapping[AssetId, Document], scope: Scope, tally: Tally
) -> None:
    """Translate what differs, and check it by means that translating does not use."""
    desired = named(sources, result)
    live = {key: Named(lives.get(key, each.normal), each.name, each.template) for key, each in desired.items()}
    items = make_plan(desired, desired, live, {})
    began = time.process_time()
    done = translate(sources, Request(result.environment, items, scope=scope))
    tally.seconds += time.process_time() - began
    tally.assets += len(done.assets)
    tally.ways.update(each.way for asset in done.assets for each in asset.fields)
    tally.lost += [f"{a.template}: {'.'.join(u.shown)}: {u.reason}" for a in done.assets for u in a.unsettled]
    tally.wrong += faults_of(done)
    try:
        check(done, items)
    except AssertionError as error:
        tally.wrong.append(str(error))


def _possible(asset: AssetId, several: list[Mutation], chance: random.Random) -> Mutation:
    """One that Superset would take: of a layout only what its elements say."""
    while True:
        mutation = chance.choice(several)
        in_layout = asset.kind is Kind.DASHBOARD and mutation.path[0] == "position"
        if in_layout and not (mutation.how == "changed" and "meta" in mutation.path[:-1]):
            continue
        if _FIXED.isdisjoint(map(str, mutation.path)) and not any(check_schema(asset.kind.value, mutation.document)):
            return mutation


def _form(asset: AssetId, document: Document) -> Document:
    form = normalize(asset.kind, document)
    if asset.kind is Kind.DASHBOARD:
        form["charts"] = sorted(layout_charts(document.get("position") or {}))
    return form


def compiled(sources: Sources, environment: str) -> tuple[CompileResult, dict[AssetId, Document]]:
    """An environment, and its normal forms."""
    result = compile_bundle(sources, environment)
    return result, normal_forms(result)
