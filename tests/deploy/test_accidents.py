"""What happens by mistake: another environment's Superset, a cancelled job, a reader that goes away."""

from __future__ import annotations

import signal
import subprocess

from test_drift_branch import add_metric

from fixtures.between import Between
from fixtures.world import ROOT, Api, Done, World

NAME = "Births by state"


def test_a_first_deployment_does_not_take_over_another_environments_superset(
    world: World, admin: Api, postgres: object
) -> None:
    """Each environment has a database of its own here, and so a ledger of its own: only Superset shows the mistake."""
    world.publish()
    assert world.deploy("staging").code == 0
    before = admin.changed_on()
    own_database = postgres.new_database()  # type: ignore[attr-defined]  # a fixture
    wrong = world.deploy("dev", POSTGRES_URL=own_database)
    assert (wrong.code, wrong.out) == (2, "")
    assert "it looks like another environment's" in wrong.err
    assert "--adopt" in wrong.err
    assert admin.changed_on() == before
    meant = world.deploy("dev", "--adopt", POSTGRES_URL=own_database)
    assert meant.code == 0, meant.err


def test_what_another_first_deployment_writes_is_no_other_environment_s(world: World, between: Between) -> None:
    """One has read that there is no ledger; before it reads Superset, another one deploys."""
    others: list[Done] = []

    def before(request: str) -> bool:
        if "/assets/export/" in request and not others:
            others.append(Done(-1, "", ""))
            others[0] = world.deploy(BASE_URL=between.base_url)
        return True

    between.before = before
    done = world.deploy(BASE_URL=between.base_url)
    assert [each.code for each in others] == [0]
    assert done.code == 0, done.err
    assert done.err.count("somebody else deploys at this moment") == 1
    assert "nothing to do: Superset shows what Git says" in done.err


def test_a_terminated_deployment_gives_the_lease_back_even_where_interrupts_are_ignored(world: World) -> None:
    """A job in the background of a script ignores SIGINT; a cancelled job gets SIGTERM."""
    assert world.deploy().code == 0
    world.sql(
        "INSERT INTO hybrid.lease (environment, holder, token, acquired_at, heartbeat_at, expires_at)"
        " VALUES ('dev', 'somebody', 'x', now(), now(), now() + interval '1 hour')"
    )
    command = f"trap '' INT; exec '{ROOT}/tools/deploy' dev"
    waiting = subprocess.Popen(
        ["sh", "-c", command],
        cwd=world.root,
        env=world.environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert waiting.stderr is not None
        while "waiting for the lease" not in (line := waiting.stderr.readline()):
            assert line, "it ended before it waited"
        waiting.send_signal(signal.SIGTERM)
        assert waiting.wait(timeout=20) == 130
    finally:
        waiting.kill()


def test_a_lease_that_is_lost_in_the_middle_is_told_with_what_arrived(world: World, between: Between) -> None:
    imports: list[str] = []

    def take_the_lease_after_two(request: str) -> None:
        if request.startswith("POST") and "/import/" in request:
            imports.append(request)
            if len(imports) == 2:
                world.sql("UPDATE hybrid.lease SET token = 'another run''s'")

    between.after = take_the_lease_after_two
    done = world.deploy(BASE_URL=between.base_url)
    assert done.code == 5, done.err
    assert "3 of 16 assets were sent before the lease was lost" in done.err
    assert len(imports) == 2
    ((outcome, summary),) = world.sql("SELECT outcome, summary FROM hybrid.deployment")
    assert (outcome, len(summary["written"])) == ("stopped (exit code 5)", 3)
    world.sql("DELETE FROM hybrid.lease")
    between.after = lambda _: None
    again = world.deploy(BASE_URL=between.base_url)
    assert again.code == 0, again.err


def test_a_reader_that_goes_away_does_not_stop_a_deployment(world: World, admin: Api) -> None:
    command = f"'{ROOT}/tools/deploy' dev 2>&1 | head -n 1; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=world.root,
        env=world.environ,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert done.stdout.splitlines()[-1] == "0", done.stdout + done.stderr
    assert len(admin.rows("chart")) == 12
    assert world.sql("SELECT outcome FROM hybrid.deployment") == [("ok",)]


def test_nobody_is_blamed_for_what_superset_does_not_record(world: World, colleague: Api, admin: Api) -> None:
    assert world.deploy().code == 0
    admin.add_user("bob", "bob's own password")
    colleague.request("DELETE", f"chart/{colleague.by_name('chart', NAME)['id']}")
    colleague.edit_chart("Girls and boys", row_limit=7)
    # Superset notes Bob at each chart of the dataset that he saves.
    add_metric(Api(admin.base_url, "bob", "bob's own password"), "birth_names", "children")
    plan = world.run("hybrid", "drift-plan").out
    line_of = {line.split("'")[1]: line for line in plan.splitlines() if line.startswith("  !")}
    assert "saved by Ann Lee at 20" in line_of["Girls and boys"]
    assert "saved by Bob Lee at 20" in line_of["birth_names"]
    assert "saved by" not in line_of[NAME]
    assert "saved by" not in line_of["Births and names [dev]"]


def test_an_uncommitted_tree_is_not_passed_off_as_its_commit(world: World) -> None:
    world.publish()
    world.edit("superset_assets/templates/charts/names.yaml.j2", "slice_name: Names", "slice_name: Not committed")
    assert world.deploy().code == 0
    shown = world.run("hybrid", "ledger", "show").out
    assert "+uncommitted changes" in shown
    assert world.sql("SELECT DISTINCT commit_sha FROM hybrid.applied") == [(None,)]


def test_times_do_not_depend_on_the_machines_zone(world: World, colleague: Api) -> None:
    assert world.deploy().code == 0
    colleague.edit_chart(NAME, row_limit=7)
    texts = {world.run("hybrid", "drift-plan", TZ=zone).out for zone in ("UTC", "Asia/Kolkata")}
    assert len(texts) == 1
