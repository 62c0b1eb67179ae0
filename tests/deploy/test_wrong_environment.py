"""Variables of another environment: each command that reaches a server refuses, and nothing is written."""

from __future__ import annotations

from pathlib import Path

from fixtures.postgres import Postgres
from fixtures.world import Api, World


def test_another_environments_superset_and_database_are_refused(
    world: World, admin: Api, postgres: Postgres, tmp_path: Path
) -> None:
    world.publish()
    assert world.deploy("dev").code == 0
    before = admin.changed_on()
    ran = world.sql("SELECT count(*) FROM public.schema_migrations")
    commands = {
        "deploy": ("deploy", "staging"),
        "deploy --dry-run": ("deploy", "staging", "--dry-run"),
        "apply": ("hybrid", "apply", "--env", "staging"),
        "drift-plan": ("hybrid", "drift-plan", "--env", "staging"),
        "db_sync": ("db_sync", "--env", "staging"),
        "export": ("export_runtime", str(tmp_path / "export"), "--env", "staging"),
    }
    for name, command in commands.items():
        refused = world.run(*command)
        assert refused.code == 2, f"{name}: {refused.err}"
        assert "belongs to environment dev, not to staging" in refused.err, name
        assert "tools/hybrid ledger rebind --env staging" in refused.err, name

    # A database of its own, but dev's Superset, and the ledgers of both in one place.
    mixed = {"POSTGRES_URL": postgres.new_database(), "HYBRID_LEDGER_URL": world.database}
    for name in ("deploy", "apply", "drift-plan", "export"):
        refused = world.run(*commands[name], **mixed)
        assert refused.code == 2, f"{name}: {refused.err}"
        assert f"{world.base_url} belongs to environment dev" in refused.err, name
    assert not (tmp_path / "export").exists()
    assert admin.changed_on() == before
    assert world.sql("SELECT count(*) FROM public.schema_migrations") == ran


def test_an_export_without_a_ledger_says_that_it_could_not_check(world: World, tmp_path: Path) -> None:
    done = world.run("export_runtime", str(tmp_path / "export"), POSTGRES_URL="")
    assert done.code == 0, done.err
    assert "neither HYBRID_LEDGER_URL nor POSTGRES_URL is set" in done.err
