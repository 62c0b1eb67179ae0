"""From superset-cli and back to it: it really runs, against a real Superset."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from run_superset_cli import SupersetCli

from fixtures.world import Api, World

pytestmark = pytest.mark.takes(14)
NOTHING = "dev: nothing was changed in Superset that is not in Git\n"


def exported(superset_cli: SupersetCli, folder: Path, *options: str) -> Path:
    folder.mkdir(exist_ok=True)
    superset_cli.done("export-assets", folder, *options)
    return folder


def translated(world: World, folder: Path, *options: str) -> tuple[str, str]:
    done = world.run("hybrid", "translate", "--env", "dev", "--from", str(folder), "--dry-run", *options)
    assert done.code == 0, done.err
    return done.out, done.err


def in_sync(world: World) -> None:
    plan = world.run("hybrid", "drift-plan", "--env", "dev", "--exit-code")
    assert plan.code == 0, plan.out
    assert plan.out.startswith("Plan for dev: 17 in sync\n")


def test_its_export_of_what_git_says_is_no_drift(trapped: World, superset_cli: SupersetCli, tmp_path: Path) -> None:
    folder = exported(superset_cli, tmp_path / "escaped")
    texts = "".join(path.read_text() for path in sorted(folder.rglob("*.yaml")))
    assert "{{ '{% for' }}" in texts, "it did not escape, so this test says nothing"
    assert "comparator: '{}'" in texts, "it kept every text, so this test says nothing"
    assert translated(trapped, folder)[0] == NOTHING
    plain = exported(superset_cli, tmp_path / "plain", "--disable-jinja-escaping", "--simple-file-names")
    assert translated(trapped, plain)[0] == NOTHING


def test_what_was_changed_is_all_that_comes_back(
    trapped: World, superset_cli: SupersetCli, admin: Api, tmp_path: Path
) -> None:
    folder = exported(superset_cli, tmp_path / "assets")
    before = admin.chart_params("Traps")
    filters = [before["adhoc_filters"][0] | {"operator": ">="}, before["adhoc_filters"][1]]
    admin.edit_chart("Traps", adhoc_filters=filters, row_limit=7, number="[]")
    dataset = admin.by_name("dataset", "popular_names")
    sql = admin.request("GET", f"dataset/{dataset['id']}")["result"]["sql"]
    admin.request("PUT", f"dataset/{dataset['id']}", json={"sql": sql.replace("WHERE TRUE", "WHERE name <> 'Unknown'")})
    out, err = translated(trapped, exported(superset_cli, folder, "--overwrite"))
    changed = [line for line in out.splitlines() if line.startswith(("-", "+")) and line[:3] not in ("---", "+++")]
    one = (
        '    - {clause: WHERE, expressionType: SIMPLE, subject: num, operator: "OP", comparator: "0", '
        "filterOptionName: one}"
    )
    assert sorted(changed) == sorted(
        [
            f"-{one.replace('OP', '>')}",
            f"+{one.replace('OP', '>=')}",
            "-  row_limit: 5",
            "+  row_limit: 7",
            "-  WHERE TRUE",
            "+  WHERE name <> 'Unknown'",
        ]
    )
    assert "chart 'Traps': params.number changed, and the export does not say to what" in err
    assert err.count("params.") == 1


def test_its_sync_takes_what_we_export(trapped: World, superset_cli: SupersetCli, admin: Api, tmp_path: Path) -> None:
    assert trapped.deploy().code == 0
    for options, sync in ((["--superset-cli"], []), ([], ["--disable-jinja-templating"])):
        folder = tmp_path / f"export{len(sync)}"
        assert trapped.run("hybrid", "export", str(folder), *options).code == 0
        assert translated(trapped, folder)[0] == NOTHING
        admin.edit_chart("Traps", row_limit=100, page="gone")
        superset_cli.done("sync", "native", folder, "--overwrite", *sync)
        in_sync(trapped)


def test_its_sync_takes_what_we_compile(trapped: World, superset_cli: SupersetCli, admin: Api, tmp_path: Path) -> None:
    """Into an empty Superset, with the database's address from the environment."""
    folder = tmp_path / "bundle"
    done = trapped.run("hybrid", "compile", "--env", "dev", "--superset-cli", "--out", str(folder))
    assert done.code == 0, done.err
    admin.delete_all()
    refused = superset_cli.run("sync", "native", folder, "--overwrite")
    assert "set SUPERSET_DATA_URL, and pass --load-env" in refused.stderr
    superset_cli.done("sync", "native", folder, "--overwrite", "--load-env", SUPERSET_DATA_URL=trapped.database)
    in_sync(trapped)


def test_its_sync_takes_what_people_make_in_superset(
    trapped: World, superset_cli: SupersetCli, admin: Api, tmp_path: Path
) -> None:
    """What Superset exports but does not import is mended, or told; a secret that is masked is kept."""
    extra = {"connect_args": {"application_name": "a secret"}}
    database = {"database_name": '{{ it }}\'s 🎉/"own"', "sqlalchemy_uri": trapped.database}
    plain = admin.request("POST", "database/", json=database)["id"]
    secret = database | {"database_name": "secret", "masked_encrypted_extra": json.dumps(extra)}
    keeps = admin.request("POST", "database/", json=secret)["id"]
    for schema in ("public", "examples"):
        table = {"database": plain, "schema": schema, "table_name": "two", "sql": "SELECT '${NOT_A_VAR} {{ 1 }}' AS a"}
        dataset = admin.request("POST", "dataset/", json=table)["id"]
    base = {"datasource_id": dataset, "datasource_type": "table", "viz_type": "table"}
    event = {"annotation_layers": [{"name": "e", "annotationType": "EVENT", "sourceType": "NATIVE", "value": 1}]}
    admin.request("POST", "chart/", json=base | {"slice_name": "no params"})
    admin.request("POST", "chart/", json=base | {"slice_name": "event", "params": json.dumps(event)})
    lost = {"database": plain, "table_name": "lost", "sql": "SELECT 1 AS a"}
    dataset = admin.request("POST", "dataset/", json=lost)["id"]
    admin.request("POST", "chart/", json=base | {"slice_name": "orphan", "datasource_id": dataset, "params": "{}"})
    admin.request("DELETE", f"dataset/{dataset}")

    folder = tmp_path / "export"
    done = trapped.run("hybrid", "export", str(folder), "--superset-cli")
    assert done.code == 0, done.err
    assert [line.split(":", 2)[1].strip() for line in done.err.splitlines() if line.startswith("warning:")] == [
        "database 'secret'",
        "chart 'event'",
        "chart 'orphan'",
    ], done.err
    (folder / "charts/orphan.yaml").unlink()
    superset_cli.done("sync", "native", folder, "--overwrite")
    stored = admin.request("GET", f"database/{keeps}/connection")["result"]["masked_encrypted_extra"]
    assert json.loads(stored) == extra
