"""A connection's secrets on a real Superset: set at first, kept later, rotated on request, shown never."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
from secret_world import FAR, KEY_PASSWORD, WAREHOUSE, SecretWorld

from fixtures.deployment import credentials
from fixtures.postgres import Postgres
from fixtures.second_superset import second_superset
from fixtures.superset import RunningSuperset
from fixtures.world import Api

TUNNEL = ("password", "private_key", "private_key_password")
FIRST = {
    "WAREHOUSE_PASSWORD": "first p@ss/word",
    "CLIENT_SECRET": 'first "client" text\nfirst client line',
    "FAR_PASSWORD": "first far password",
    "FAR_KEY": SecretWorld.key("firstkey"),
    "FAR_KEY_PASSWORD": "first passphrase",
}
SECOND = {name: value.replace("first", "second") for name, value in FIRST.items()}


@pytest.fixture(scope="module")
def server_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("servers") / "tunnelling"


@pytest.fixture(scope="module")
def tunnelling(superset: RunningSuperset, server_folder: Path) -> Iterator[str]:
    """The address of a server that has SSH tunnels: a sandbox's has none."""
    with second_superset(superset, server_folder, 'FEATURE_FLAGS["SSH_TUNNELING"] = True\n') as base_url:
        yield base_url


@pytest.fixture(scope="module")
def ann(tunnelling: str, superset: RunningSuperset) -> Api:
    return Api(tunnelling, *credentials(superset))


@pytest.fixture
def world(
    project_folder: Path, server_folder: Path, tunnelling: str, superset: RunningSuperset, ann: Api, postgres: Postgres
) -> SecretWorld:
    """Both databases, deployed with the first secrets."""
    ann.delete_all()
    login, database = credentials(superset), postgres.new_database()
    made = SecretWorld(project_folder, tunnelling, *login, database, superset=superset, server=server_folder)
    made.write()
    made.role_password(FIRST["WAREHOUSE_PASSWORD"])
    said = made.with_secrets(**FIRST)
    assert "sent the secrets of database 'Warehouse': password, encrypted extra" in said
    assert "sent the secrets of database 'Far': password, SSH tunnel" in said
    return made


def client_secret(world: SecretWorld) -> str:
    stored = json.loads(str(world.stored("dbs", "encrypted_extra")["encrypted_extra"]))
    assert stored["connect_args"]["connect_timeout"] == 5
    return str(stored["connect_args"]["application_name"])


def test_set_at_first_kept_later_rotated_on_request_shown_never(world: SecretWorld, ann: Api) -> None:
    assert world.queries(ann)
    assert client_secret(world) == FIRST["CLIENT_SECRET"]

    # Kept: other fields move, with the variables unset, and with other values in them.
    world.edit(WAREHOUSE, "cache_timeout: 1", "cache_timeout: 2")
    assert "sent the secrets" not in world.with_secrets()
    world.edit(WAREHOUSE, "cache_timeout: 2", "cache_timeout: 3")
    assert "sent the secrets" not in world.with_secrets(**SECOND)
    assert world.queries(ann)
    assert client_secret(world) == FIRST["CLIENT_SECRET"]

    # Kept: Git wins over an edit in Superset, and a saved copy, whose secrets are masked, is put back.
    row = f"database/{ann.by_name('database', 'Warehouse')['id']}"
    ann.request("PUT", row, json={"cache_timeout": 9})
    assert "saved the live database 'Warehouse'" in world.with_secrets()
    world.with_secrets("saved", "restore", "1", tool="hybrid")
    assert ann.request("GET", row)["result"]["cache_timeout"] == 9
    assert world.queries(ann)
    assert client_secret(world) == FIRST["CLIENT_SECRET"]
    assert f"sslpassword={quote_plus(KEY_PASSWORD)}" in world.stored_address()
    assert "saved the live database 'Warehouse'" in world.with_secrets()

    # Somebody changes the password in PostgreSQL: nothing that a comparison could see, and no query works.
    world.role_password(SECOND["WAREHOUSE_PASSWORD"])
    assert "nothing to do" in world.with_secrets(**SECOND)
    assert not world.queries(ann)
    far = ann.changed_on()[("database", ann.by_name("database", "Far")["id"])]
    shown = world.with_secrets("--rotate-secrets", "--asset", "database:Warehouse", "--dry-run", **SECOND)
    assert not world.queries(ann), shown
    said = world.with_secrets("--rotate-secrets", "--asset", "database:Warehouse", **SECOND)
    assert "sent the secrets of database 'Warehouse': password, encrypted extra" in said
    assert world.queries(ann)
    assert client_secret(world) == SECOND["CLIENT_SECRET"]
    assert ann.changed_on()[("database", ann.by_name("database", "Far")["id"])] == far, "out of scope"
    [(asked, sent)] = world.sql(
        "SELECT plan->>'rotate_secrets', summary->>'secrets_sent' FROM hybrid.deployment ORDER BY id DESC LIMIT 1"
    )
    assert (asked, json.loads(sent)) == ("true", ["database 'Warehouse': password, encrypted extra"])
    assert "nothing to do" in world.with_secrets(), "a rotation is no drift"

    ask_for_everything(world)
    never_shown(world)


def test_a_tunnels_secrets_are_set_kept_and_rotated(world: SecretWorld, ann: Api) -> None:
    def stored() -> list[str | None]:
        return list(world.stored("ssh_tunnels", *TUNNEL).values())

    assert stored() == [None, FIRST["FAR_KEY"], FIRST["FAR_KEY_PASSWORD"]]
    world.edit(FAR, "cache_timeout: 1", "cache_timeout: 2")
    world.with_secrets(**SECOND)
    assert stored() == [None, FIRST["FAR_KEY"], FIRST["FAR_KEY_PASSWORD"]]
    world.with_secrets("apply", "--rotate-secrets", "--asset", "database:Far", tool="hybrid", **SECOND)
    assert stored() == [None, SECOND["FAR_KEY"], SECOND["FAR_KEY_PASSWORD"]]
    # Another bastion gets the environment's secrets, not what was stored for the one before.
    world.edit(FAR, "server_address: 127.0.0.1", "server_address: 127.0.0.2")
    assert "the variable FAR_KEY is not set, and the SSH tunnel of database 'Far'" in world.with_secrets(code=2)
    assert "sent the secrets of database 'Far': SSH tunnel" in world.with_secrets(**FIRST)
    assert stored() == [None, FIRST["FAR_KEY"], FIRST["FAR_KEY_PASSWORD"]]
    never_shown(world)


def test_a_missing_variable_stops_only_what_needs_it_and_before_anything_is_written(
    world: SecretWorld, ann: Api
) -> None:
    before = ann.changed_on()
    said = world.with_secrets("--rotate-secrets", "--asset", "database:Warehouse", code=2)
    assert "the variable CLIENT_SECRET is not set, and the encrypted extra and password of database 'Warehouse'" in said
    assert "--rotate-secrets asks for it" in said
    world.edit(WAREHOUSE, "@127.0.0.1:", "@localhost:")
    assert "Superset shows another connection than Git says" in world.with_secrets(code=2)
    world.edit(WAREHOUSE, "@localhost:", "@127.0.0.1:")
    assert ann.changed_on() == before
    ann.request("DELETE", f"database/{ann.by_name('database', 'Far')['id']}")
    assert "it is not in Superset yet" in world.with_secrets("--asset", "database:Far", code=2)
    never_shown(world)


def ask_for_everything(world: SecretWorld) -> None:
    world.with_secrets("drift-plan", "--format", "json", "--out", "plan.json", tool="hybrid", **SECOND)
    world.with_secrets("compile", "--env", "dev", tool="hybrid", **SECOND)
    world.with_secrets("ledger", "show", tool="hybrid", **SECOND)
    exported = world.run("export_runtime", "exported")
    assert exported.code == 0, exported.err
    assert list((world.root / "exported").rglob("Far.yaml"))


def never_shown(world: SecretWorld) -> None:
    """Not in output, plans, exports or the ledger, in none of the ways in which they would be written there."""
    kept = world.everything_said_and_kept()
    assert "Warehouse" in kept["hybrid.applied"]
    for line in (line for secret in world.known for line in secret.splitlines() if not line.startswith("-----")):
        forms = (line, json.dumps(line)[1:-1], quote(line, safe=""), quote_plus(line))
        assert {place for place, text in kept.items() if any(form in text for form in forms)} == set(), line
