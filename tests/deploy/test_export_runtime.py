"""The full export of a running Superset: whole, the same twice, and never in the sources' way."""

from __future__ import annotations

from pathlib import Path

import yaml

from fixtures.world import Api, World


def texts(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_it_is_whole_and_the_same_twice(world: World, admin: Api) -> None:
    assert world.deploy().code == 0
    one, two = world.root / "one", world.root / "two"
    assert world.run("export_runtime", str(one)).code == 0
    assert world.run("hybrid", "export", "--env", "dev", str(two)).code == 0
    assert texts(one) == texts(two)
    assert len(list((one / "charts").iterdir())) == len(admin.rows("chart"))
    chart = yaml.safe_load((one / "charts" / "Births_by_state.yaml").read_text())
    assert chart["uuid"] == admin.by_name("chart", "Births by state")["uuid"]


def test_it_lands_beside_the_sources_and_follows_deletions(world: World, admin: Api) -> None:
    assert world.deploy().code == 0
    assets = world.root / "superset_assets"
    sources = {name: text for name, text in texts(assets).items() if name.startswith(("templates/", "environments/"))}
    assert world.run("export_runtime", "superset_assets").code == 0
    exported = assets / "charts" / "Births_by_state.yaml"
    assert exported.is_file()
    note = assets / "charts" / "notes.txt"
    note.write_text("not the tool's")
    admin.request("DELETE", f"chart/{admin.by_name('chart', 'Births by state')['id']}")
    assert world.run("export_runtime", "superset_assets").code == 0
    assert not exported.exists()
    assert note.exists()
    assert {n: t for n, t in texts(assets).items() if n.startswith(("templates/", "environments/"))} == sources
    assert world.run("hybrid", "validate").code == 0


def test_it_never_writes_into_the_sources(world: World) -> None:
    before = texts(world.root)
    for folder in (
        "superset_assets/templates",
        "superset_assets/environments/x",
        "superset_assets/templates/../templates",
    ):
        refused = world.run("export_runtime", folder)
        assert refused.code == 2
        assert "never writes into" in refused.err
    assert texts(world.root) == before


def test_a_failed_export_leaves_the_last_one(world: World) -> None:
    assert world.deploy().code == 0
    assert world.run("export_runtime", "out").code == 0
    before = texts(world.root / "out")
    assert world.run("export_runtime", "out", SUPERSET_ADMIN_PASS="wrong").code == 3
    assert texts(world.root / "out") == before
