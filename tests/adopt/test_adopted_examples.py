"""Superset's own example assets, which nobody here wrote, adopted as one environment and matched as a second one."""

from __future__ import annotations

import json
from uuid import NAMESPACE_URL, uuid5

import pytest
from runtimes import Runtime, empty_project, out_of_sync

from fixtures.examples import as_sources, examples, examples_folder
from superset_gitops.core.adopt.adopt import adopt
from superset_gitops.core.adopt.request import Request
from superset_gitops.core.compile.compile_bundle import compile_bundle
from superset_gitops.core.translate.picture import Picture
from superset_gitops.model.adoption import Adoption, Found
from superset_gitops.model.asset import AssetId, Kind
from superset_gitops.model.translation import Scope

VARIABLES = {"schema": ("schema", "sql")}
ADDRESS = "postgresql://reader:XXXXXXXXXX@db.example.com/examples"


@pytest.fixture(scope="module")
def live() -> Runtime:
    """What a Superset into which the examples were imported exports, in dev's schema."""
    bundle = compile_bundle(as_sources(examples(examples_folder()), cleaned=True), "dev").bundle
    own = {Kind.DATABASE: {"sqlalchemy_uri": ADDRESS}, Kind.DATASET: {"schema": "dev_data"}}
    return {key: asset.document | own.get(key.kind, {}) for key, asset in bundle.assets.items()}


@pytest.fixture(scope="module")
def adopted(live: Runtime) -> Adoption:
    project = empty_project("dev", "staging", schema="ENV_data")
    return adopt(project, Request("dev", live, variables=VARIABLES))


def test_all_of_them_become_templates_that_compile_to_them(live: Runtime, adopted: Adoption) -> None:
    assert len(live) > 130
    told = [(each.name, "bubble_v2" in each.reason, "needs chart" in each.reason) for each in adopted.refused]
    # One has a type that Superset rewrites on import; a dashboard shows it.
    assert told == [("Life Expectancy VS Rural %", True, False), ("World Bank's Data", False, True)]
    assert {each.id for each in adopted.adopted} | {each.id for each in adopted.refused} == set(live)
    assert out_of_sync(adopted.after, "dev", live) == []
    assert all("XXXXXXXXXX" not in (text or "") for text in adopted.files.values())
    datasets = [text for path, text in adopted.files.items() if "/datasets/" in path]
    assert all(text and "schema: {{ schema }}\n" in text for text in datasets)


def test_a_second_time_changes_nothing(live: Runtime, adopted: Adoption) -> None:
    again = adopt(adopted.after, Request("dev", live, variables=VARIABLES))
    assert (again.files, again.adopted, again.managed) == ({}, (), len(adopted.adopted))


def test_another_superset_with_uuids_of_its_own_is_matched_whole(live: Runtime, adopted: Adoption) -> None:
    text = json.dumps([[key.kind.value, key.uuid, document] for key, document in live.items()])
    for key in live:
        text = text.replace(key.uuid, str(uuid5(NAMESPACE_URL, key.uuid)))
    moved = json.loads(text.replace("dev_data", "staging_data"))
    there = {AssetId(Kind(kind), uuid): document for kind, uuid, document in moved}
    done = adopt(adopted.after, Request("staging", there, variables=VARIABLES, scope=Scope.ONLY_HERE))
    assert {each.found for each in done.adopted} == {Found.SAME_NAME}
    assert len(done.adopted) == len(adopted.adopted)
    assert not [edit for each in done.adopted for edit in each.fields]
    assert out_of_sync(done.after, "staging", there) == []
    before, after = (Picture.of(each).frames["dev"].views for each in (adopted.after, done.after))
    assert {n: v.text for n, v in before.items()} == {n: v.text for n, v in after.items()}
