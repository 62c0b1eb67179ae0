"""The laws of adopting: what it makes compiles to what is live, a second time changes nothing, nothing is guessed."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st
from runtimes import OFFSET, Runtime, elsewhere, empty_project, out_of_sync, runtimes

from superset_gitops.core.adopt.adopt import adopt
from superset_gitops.core.adopt.request import Request
from superset_gitops.core.compile.compile_bundle import compile_bundle
from superset_gitops.core.translate.picture import Picture
from superset_gitops.core.validate import validate
from superset_gitops.model.adoption import Found
from superset_gitops.model.problem import Level
from superset_gitops.model.sources import Sources
from superset_gitops.model.translation import Scope


def errors(sources: Sources) -> list[str]:
    results = {name: compile_bundle(sources, name) for name in sources.environments}
    return [str(each) for each in validate(results, sources) if each.level is Level.ERROR]


@settings(max_examples=60)
@given(runtimes(), st.sampled_from(Scope), st.booleans())
def test_what_is_adopted_compiles_to_what_is_live(live: Runtime, scope: Scope, put: bool) -> None:
    variables = {"schema": ("schema", "sql", "description")} if put else {}
    project = empty_project("dev", "staging", schema="dev_data")
    done = adopt(project, Request("dev", live, scope=scope, variables=variables))
    assert done.complete, done.refused
    assert out_of_sync(done.after, "dev", live) == []
    assert errors(done.after) == []
    said = {view.id for view in Picture.of(done.after).frames["dev"].views.values()}
    assert said == {each.id for each in done.adopted}
    assert said == set(live)
    again = adopt(done.after, Request("dev", live, scope=scope, variables=variables))
    assert (again.files, again.adopted) == ({}, ())
    there = {view.id for view in Picture.of(done.after).frames["staging"].views.values()} - {None}
    assert there == (said if scope is Scope.PROMOTE else set())


@settings(max_examples=30)
@given(runtimes(), st.integers())
def test_names_do_not_depend_on_the_order_in_which_things_are_seen(live: Runtime, seed: int) -> None:
    shuffled = list(live.items())
    random.Random(seed).shuffle(shuffled)
    one, other = (adopt(empty_project("dev"), Request("dev", each)) for each in (live, dict(shuffled)))
    assert one.files == other.files
    names = [path.lower() for path in one.files]
    assert len(set(names)) == len(names)


@settings(max_examples=40)
@given(runtimes(), st.data())
def test_a_second_environment_changes_nothing_in_the_first(live: Runtime, data: st.DataObject) -> None:
    first = adopt(empty_project("dev", "staging"), Request("dev", live))
    there = elsewhere(live)
    changed = data.draw(st.lists(st.sampled_from(sorted(there, key=str)), max_size=2))
    for asset in changed:
        there[asset] = there[asset] | {"cache_timeout": 77, "description": "Only here"}
        there[asset] = {k: v for k, v in there[asset].items() if k != "description" or asset.kind.order > 0}
        there[asset] = {k: v for k, v in there[asset].items() if k != "cache_timeout" or asset.kind.order < 3}
    done = adopt(first.after, Request("staging", there, scope=Scope.ONLY_HERE))
    before, after = (Picture.of(each).frames["dev"].views for each in (first.after, done.after))
    for name, view in before.items():
        assert after[name].text == view.text, name
    assert not any(view.id for name, view in after.items() if name not in before)
    assert out_of_sync(done.after, "staging", there) == []
    assert errors(done.after) == []
    again = adopt(done.after, Request("staging", there, scope=Scope.ONLY_HERE))
    assert again.files == {}
    for each in done.adopted:
        if each.found is Found.SAME_NAME:
            assert _counterpart(first.after, done.after, each.template, each.id.uuid)
    for undecided in done.undecided:
        assert len(undecided.live) > 1 or len(undecided.templates) > 1
        assert not set(undecided.live) & {each.id for each in done.adopted}


def _counterpart(before: Sources, after: Sources, path: str, uuid: str) -> bool:
    """Whether a template's asset in dev became, under this uuid, the very one that it was copied from."""
    name = path.removeprefix(before.template_path(""))
    dev, staging = (Picture.of(after).frames[each].views[name].id for each in ("dev", "staging"))
    assert dev is not None
    assert staging is not None
    assert staging.uuid == uuid
    return int(uuid[:8], 16) == int(dev.uuid[:8], 16) + OFFSET
