"""What a deployment saved is in Git too, however it ended; where Git cannot take it, the ledger has it all the same."""

from __future__ import annotations

import pytest

from fixtures.world import World
from superset_gitops.edges.postgres.ledger import Ledger
from superset_gitops.errors import PartlyApplied
from superset_gitops.model.asset import AssetId, Kind
from superset_gitops.model.ledger import DeploymentStart
from superset_gitops.workflows.keep_in_git import keeping_in_git, saved_ref

CHART = AssetId(Kind.CHART, "11111111-1111-4111-8111-111111111111")
TABLE = AssetId(Kind.DATASET, "22222222-2222-4222-8222-222222222222")
FILE = f"charts/Births_by_state.{CHART.uuid}.yaml"
START = DeploymentStart("ada", None, None, {}, "1")


def deploy(world: World, told: list[str], *copies: tuple[AssetId, str]) -> None:
    """A deployment that saves these, and fails."""
    with Ledger.open(world.database, "dev") as ledger:
        ledger.save_copy(CHART, "Not this deployment's", "a: 0\n", "drift", None)
        number = ledger.start_deployment(START)
        with keeping_in_git(world.root, ledger, number, "ada@laptop", told.append):
            for asset, text in copies:
                ledger.save_copy(asset, "Births by state", text, "drift", number)
            raise PartlyApplied("it failed after that")


def lose_the_ledger(world: World, told: list[str]) -> None:
    """A deployment whose ledger goes away, and that fails."""
    with Ledger.open(world.database, "dev") as ledger:
        number = ledger.start_deployment(START)
        with keeping_in_git(world.root, ledger, number, "ada@laptop", told.append):
            world.sql("DROP SCHEMA hybrid CASCADE")
            raise PartlyApplied("it failed after that")


def test_it_is_there_also_when_the_deployment_failed(bare_world: World) -> None:
    bare_world.publish()
    told: list[str] = []
    with pytest.raises(PartlyApplied):
        deploy(bare_world, told)
    assert told == []
    with pytest.raises(PartlyApplied):
        deploy(bare_world, told, (CHART, "a: 1\n"), (TABLE, "b: 1\n"))
    ref = saved_ref("dev")
    assert told == [f"kept in Git as well: git log -p {ref}"]
    assert bare_world.git("show", f"{ref}:{FILE}") == "a: 1"
    assert bare_world.git("log", "-1", "--format=%an%n%B", ref).splitlines() == [
        "ada@laptop",
        "Save 2 assets of dev before deployment 2 replaced them",
        "",
        "Copy 3: chart 'Births by state' (drift)",
        "Copy 4: dataset 'Births by state' (drift)",
    ]
    # Somebody saved the chart once more while the deployment ran: both versions are in the file's history.
    with pytest.raises(PartlyApplied):
        deploy(bare_world, told, (CHART, "a: 2\n"), (TABLE, "b: 2\n"), (CHART, "a: 3\n"))
    versions = bare_world.git("log", "-p", "--reverse", "--format=", ref, "--", FILE).splitlines()
    assert [line for line in versions if line.startswith("+a")] == ["+a: 1", "+a: 2", "+a: 3"]
    assert bare_world.git("status", "--porcelain") == ""
    assert bare_world.git("for-each-ref", saved_ref("staging")) == ""


def test_what_git_cannot_take_is_a_warning(bare_world: World) -> None:
    bare_world.publish()
    (bare_world.root / ".git/refs/superset-gitops").write_text("in the way\n")
    told: list[str] = []
    with pytest.raises(PartlyApplied):
        deploy(bare_world, told, (CHART, "a: 1\n"))
    assert told[0].startswith("warning: the saved copies are in the ledger only, not in Git as well:")
    assert bare_world.sql("SELECT count(*) FROM hybrid.saved_copy WHERE deployment_id = 1") == [(1,)]


def test_a_ledger_that_is_gone_hides_no_error(bare_world: World) -> None:
    bare_world.publish()
    told: list[str] = []
    with pytest.raises(PartlyApplied):
        lose_the_ledger(bare_world, told)
    assert "only in the ledger" in told[0]
