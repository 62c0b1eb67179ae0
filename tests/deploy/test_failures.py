"""Each way to fail ends with its exit code, a message that says what to do, and nothing lost."""

from __future__ import annotations

from urllib.parse import urlsplit

from fixtures.free_port import free_port
from fixtures.world import Api, World


def test_a_wrong_password_fails_at_once_and_names_the_variable(world: World) -> None:
    done = world.deploy(SUPERSET_ADMIN_PASS="hunter2-wrong")
    assert (done.code, done.out) == (3, "")
    assert "SUPERSET_ADMIN_PASS" in done.err
    assert "hunter2-wrong" not in done.err
    assert "attempt" not in done.err


def test_a_wrong_database_password_fails_at_once(world: World) -> None:
    address = urlsplit(world.database)
    wrong = world.database.replace(f":{address.password}@", ":hunter2-wrong@")
    done = world.deploy(POSTGRES_URL=wrong)
    assert (done.code, done.out) == (3, "")
    assert "POSTGRES_URL" in done.err
    assert "hunter2-wrong" not in done.err


def test_superset_down_is_retried_and_told(world: World) -> None:
    done = world.deploy(BASE_URL=f"http://127.0.0.1:{free_port()}")
    assert (done.code, done.out) == (3, "")
    assert "attempt 2 of 3" in done.err
    assert "127.0.0.1" in done.err
    assert world.sql("SELECT to_regclass('examples.birth_names')") == [(None,)]


def test_postgres_down_is_retried_and_told(world: World, admin: Api) -> None:
    done = world.deploy(POSTGRES_URL=f"postgresql://u:p@127.0.0.1:{free_port()}/d")
    assert (done.code, done.out) == (3, "")
    assert "PostgreSQL" in done.err
    assert admin.rows("chart") == []


def test_a_broken_template_is_shown_at_its_line(world: World, admin: Api) -> None:
    path = "superset_assets/templates/charts/births_by_state.yaml.j2"
    world.edit(path, "viz_type:", "viz_typ:")
    done = world.deploy()
    assert done.code == 1
    assert f"{path}:" in done.out
    assert "viz_typ" in done.out
    assert admin.rows("chart") == []


def test_a_broken_migration_stops_before_superset_is_touched(world: World, admin: Api) -> None:
    (world.root / "db/migrations/003_broken.sql").write_text("SELECT 1;\n\nCREATE TABLE examples.x (id integr);\n")
    done = world.deploy()
    assert done.code == 1
    assert "db/migrations/003_broken.sql:3:" in done.out
    assert 'type "integr" does not exist' in done.out
    assert admin.rows("chart") == []
    (world.root / "db/migrations/003_broken.sql").write_text("CREATE TABLE examples.x (id integer PRIMARY KEY);\n")
    assert world.deploy().code == 0


def test_an_unknown_environment_names_the_known_ones(world: World) -> None:
    done = world.deploy("prd")
    assert done.code == 2
    assert "dev, staging, prod" in done.err


def test_a_missing_variable_is_named(world: World) -> None:
    done = world.deploy("prod", BASE_URL="", POSTGRES_URL="")
    assert done.code == 2
    assert "POSTGRES_URL_PROD" in done.err


def test_one_url_without_the_other_never_starts_a_sandbox(world: World) -> None:
    done = world.deploy("dev", BASE_URL="")
    assert done.code == 2
    assert "BASE_URL" in done.err
