"""Random edits of our own templates, which use loops, conditions, macros, includes and filters."""

from __future__ import annotations

import collections
import copy
import random
from pathlib import Path

import pytest
from drifted import check, named, normal_forms
from random_edits import random_edits

from superset_gitops.core.compile.compile_bundle import compile_bundle
from superset_gitops.core.drift import Named, make_plan
from superset_gitops.core.translate.translate import Request, translate
from superset_gitops.model.translation import Scope, Way
from superset_gitops.workflows.load_project import load_project

ROOT = Path(__file__).resolve().parents[2]
PLACED = {Way.LITERAL, Way.CONSTANT, Way.PARAMETER, Way.VARIABLE, Way.OVERRIDE, Way.TOGETHER}


@pytest.mark.parametrize(("env", "scope", "share"), [("dev", Scope.PROMOTE, 0.95), ("prod", Scope.ONLY_HERE, 0.6)])
def test_most_edits_are_made_in_place_or_in_a_variable(env: str, scope: Scope, share: float) -> None:
    """All edits of a few fields at a time: what one edit does, the next one finds."""
    sources = load_project(ROOT).sources
    result = compile_bundle(sources, env)
    desired, forms = named(sources, result), normal_forms(result)
    chance = random.Random(len(env))
    edits = list(random_edits(forms, chance))
    chance.shuffle(edits)
    ways: collections.Counter[Way] = collections.Counter()
    for first in range(0, 96, 8):
        lives = {key: copy.deepcopy(form) for key, form in forms.items()}
        for asset, path, value in edits[first : first + 8]:
            target = lives[asset]
            for name in path[:-1]:
                target = target[name]
            target[path[-1]] = value
        live = {key: Named(lives[key], each.name, each.template) for key, each in desired.items()}
        items = make_plan(desired, desired, live, {})
        done = translate(sources, Request(env, items, scope=scope))
        check(done, items)
        assert [each for asset in done.assets for each in asset.unsettled] == []
        ways.update(field.way for asset in done.assets for field in asset.fields)
    assert sum(ways[way] for way in PLACED) >= share * ways.total(), ways
