"""What happens while a prune is under way: others work on, answers are lost, and a server that only says it deleted."""

from __future__ import annotations

from fixtures.between import Between
from fixtures.second_set import EXTRA, PruningWorld, own_chart, standing
from fixtures.world import Api


def test_a_chart_made_at_the_last_moment_keeps_its_dataset(
    world: PruningWorld, admin: Api, colleague: Api, between: Between
) -> None:
    world.extra["BASE_URL"] = between.base_url
    world.left()
    world.let("dev", "prune: true")
    made: list[int] = []

    def make_one(request: str) -> None:
        if request.startswith("DELETE /api/v1/chart/"):
            made.append(own_chart(colleague, "extra"))

    between.after = make_one
    done = world.deploy()
    assert done.code == 0, done.err
    assert len(made) == 1
    assert "kept dataset 'extra', no longer in Git: chart \"Ann's own\"" in done.err
    assert standing(admin) == {"dataset", "database"}


def test_a_deletion_that_did_nothing_is_caught(world: PruningWorld, admin: Api, between: Between) -> None:
    world.extra["BASE_URL"] = between.base_url
    world.left()
    world.let("dev", "prune: true")
    between.swallow = f"/api/v1/chart/{admin.by_name('chart', EXTRA['chart'])['id']}"
    done = world.deploy()
    assert done.code == 5
    assert "Superset said that it deleted chart 'Extra chart', but still has it" in done.err
    assert standing(admin) == {"chart", "dataset", "database"}
    between.swallow = ""
    assert world.deploy().code == 0
    assert standing(admin) == set()
    assert world.sql("SELECT count(*) FROM hybrid.applied") == [(16,)]


def test_what_fails_half_way_goes_on_with_the_next_run(world: PruningWorld, admin: Api, between: Between) -> None:
    world.extra["BASE_URL"] = between.base_url
    world.left()
    world.let("dev", "prune: true")

    def lose_the_answer(request: str) -> None:
        if request.startswith("DELETE /api/v1/dataset/"):
            raise ConnectionAbortedError(request)

    between.after = lose_the_answer
    done = world.deploy()
    assert done.code == 5
    assert "2 of 4 assets were deleted before it failed" in done.err
    assert standing(admin) == {"database"}
    between.after = lambda _: None
    assert world.deploy().code == 0
    assert standing(admin) == set()
    assert world.sql("SELECT count(*) FROM hybrid.applied") == [(16,)]
