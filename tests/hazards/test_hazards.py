"""Superset's hazards: none is documented without a test that exists, and those that no other file tries."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path
from uuid import uuid4

import pytest

from fixtures.deployment import deployed_once
from fixtures.hazards import hazards
from fixtures.postgres import Postgres
from fixtures.superset import REPOSITORY, RunningSuperset
from fixtures.world import Api, World


@cache
def names_of(file: str) -> frozenset[str]:
    tree = ast.parse((REPOSITORY / "tests" / file).read_text())
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def test_each_documented_hazard_has_tests_that_exist() -> None:
    found = hazards()
    assert len(found) == 21
    assert [hazard.name for hazard in found if not hazard.tests] == ["saved queries of the caller only"]
    for hazard in found:
        for test in hazard.tests:
            file, _, name = test.partition("::")
            assert name in names_of(file), test


def uuid_in(template: Path) -> str:
    return re.findall(r"(?m)^uuid: (\S+)", template.read_text())[0]


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory, superset: RunningSuperset, postgres: Postgres) -> World:
    return deployed_once(tmp_path_factory.mktemp("a project"), superset, postgres)


def test_uploads_are_off_where_a_template_says_nothing(deployed: World, admin: Api) -> None:
    assert "upload" not in (deployed.root / "superset_assets/templates/databases/examples.yaml.j2").read_text()
    row = admin.by_name("database", "Examples [dev]")
    assert admin.request("GET", f"database/{row['id']}")["result"]["allow_file_upload"] is False


def test_nothing_of_somebody_elses_is_adopted_by_its_natural_key(deployed: World, admin: Api) -> None:
    world = deployed
    before = admin.changed_on()
    take_over(world, "datasets/examples/birth_names", "datasets/examples/popular_names", "dashboards/births")
    done = world.deploy()
    assert (done.code, refused_in(done.err)) == (4, ["birth_names", "births", "popular_names"]), done.err
    take_over(world, "databases/examples")
    done = world.deploy()
    assert done.code == 4, done.err
    assert "Examples [dev]" in refused_in(done.err)
    assert admin.changed_on() == before


def take_over(world: World, *places: str) -> None:
    """Give templates another uuid, and one of them no schema: then it is any table of its name to the importer."""
    for place in places:
        template = world.root / f"superset_assets/templates/{place}.yaml.j2"
        text = template.read_text()
        template.write_text(text.replace(uuid_in(template), str(uuid4())))
        if "popular_names" in place:
            world.edit(f"superset_assets/templates/{place}.yaml.j2", "schema: {{ schema }}\n", "")


def refused_in(text: str) -> list[str]:
    """The names, or tables, or slugs that were said to be taken."""
    return sorted(key.rpartition(" / ")[2] for key in re.findall(r"\(([^()]+)\): Git has uuid", text))
