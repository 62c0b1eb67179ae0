"""`hybrid compile`, `validate` and `new` as people call them: what they print, write and exit with."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from fixtures.small_project import OTHER_CHART, small_project

TOOLS = Path(__file__).parents[2] / "tools"
TEMPLATES = Path("superset_assets/templates")


def hybrid(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environ = {**os.environ, "PYTHONPATH": str(TOOLS), "PYTHONDONTWRITEBYTECODE": "1"}
    start = "from superset_gitops.cli.main import run; run()"
    command = [sys.executable, "-c", start, *arguments]
    return subprocess.run(command, cwd=root, env=environ, capture_output=True, text=True, encoding="utf-8", check=False)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name, text in small_project().texts.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
    return tmp_path


def break_chart(root: Path) -> None:
    path = root / TEMPLATES / OTHER_CHART
    path.write_text(path.read_text(encoding="utf-8").replace("[name]", "[nam,e%]"), encoding="utf-8")


def files(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_a_sound_project(root: Path) -> None:
    run = hybrid(root, "validate")
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "no problems\n")


def test_problems_are_results_and_the_count_is_not(root: Path) -> None:
    break_chart(root)
    run = hybrid(root, "validate")
    path = (TEMPLATES / OTHER_CHART).as_posix()
    assert run.returncode == 1
    assert run.stdout.splitlines() == [
        f"{path}:6:13: [error] the dataset births has no column 'nam' (did you mean 'name' or 'num'?) (unknown-column)",
        f"{path}:6:17: [error] the dataset births has no column 'e%' (unknown-column)",
    ]
    assert run.stderr == "2 errors\n"


def test_annotations_for_a_workflow(root: Path) -> None:
    break_chart(root)
    run = hybrid(root, "validate", "--env", "dev", "--format", "github")
    path = (TEMPLATES / OTHER_CHART).as_posix()
    assert run.stdout.splitlines()[1] == (
        f"::error file={path},line=6,col=17,title=unknown-column::the dataset births has no column 'e%25'"
    )


def test_json_for_programs(root: Path) -> None:
    break_chart(root)
    told = json.loads(hybrid(root, "validate", "--format", "json").stdout)
    assert told["version"] == 1
    assert told["problems"][0] == {
        "path": (TEMPLATES / OTHER_CHART).as_posix(),
        "line": 6,
        "col": 13,
        "level": "error",
        "rule": "unknown-column",
        "message": "the dataset births has no column 'nam' (did you mean 'name' or 'num'?)",
        "environment": None,
    }


def test_warnings_alone_are_fine(root: Path) -> None:
    (root / TEMPLATES / "charts/notes.txt").write_text("x")
    run = hybrid(root, "validate")
    assert run.returncode == 0
    assert "[warning]" in run.stdout


def test_policy_problems_come_with_the_others(root: Path) -> None:
    break_chart(root)
    with (root / "policy.yaml").open("a") as file:
        file.write("nonsense: 1\n")
    run = hybrid(root, "validate")
    assert run.returncode == 1
    assert "policy.yaml:8:1: [error] unknown key 'nonsense'" in run.stdout
    assert "unknown-column" in run.stdout
    assert hybrid(root, "compile", "--all").returncode == 1


def test_an_unknown_environment_is_usage(root: Path) -> None:
    for command in ("validate", "compile"):
        run = hybrid(root, command, "--env", "stagin")
        assert run.returncode == 2
        assert "did you mean 'staging'" in run.stderr
        assert "dev, prod, staging" in run.stderr


def test_compile_needs_to_know_which(root: Path) -> None:
    assert hybrid(root, "compile").returncode == 2
    assert hybrid(root, "compile", "--all", "--env", "dev").returncode == 2


def test_compile_writes_each_bundle_and_the_same_again(root: Path) -> None:
    assert hybrid(root, "compile", "--all").returncode == 0
    first = files(root / "superset_assets/bundles")
    assert {name.split("/")[0] for name in first} == {"dev", "staging", "prod"}
    assert hybrid(root, "compile", "--all").returncode == 0
    assert files(root / "superset_assets/bundles") == first


def test_compile_removes_what_it_wrote_and_nothing_else(root: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert hybrid(root, "compile", "--env", "dev", "--out", str(out)).returncode == 0
    (out / "charts/mine.yaml").write_text("mine")
    chart = root / TEMPLATES / OTHER_CHART
    chart.write_text(chart.read_text().replace("Births by name", "Renamed"))
    assert hybrid(root, "compile", "--env", "dev", "--out", str(out)).returncode == 0
    assert sorted(p.name for p in (out / "charts").iterdir()) == ["All_births_dev.yaml", "Renamed.yaml", "mine.yaml"]


def test_compile_with_errors_writes_nothing(root: Path) -> None:
    chart = root / TEMPLATES / OTHER_CHART
    chart.write_text(chart.read_text().replace("{{ limit }}", "{{ limt }}"))
    run = hybrid(root, "compile", "--all")
    assert run.returncode == 1
    assert ":8:17: [error] 'limt' is not defined" in run.stdout
    assert not (root / "superset_assets/bundles").exists()


def test_files_that_are_no_text_and_links_that_lead_out(root: Path, tmp_path: Path) -> None:
    (root / TEMPLATES / "charts/bytes.yaml.j2").write_bytes(b"slice_name: \xff\n")
    outside = tmp_path.parent / "outside.txt"
    outside.write_text("top secret")
    (root / TEMPLATES / "charts/link.yaml.j2").symlink_to(outside)
    run = hybrid(root, "validate")
    assert run.returncode == 1
    assert "not UTF-8" in run.stdout
    assert "leads out of the project" in run.stdout
    assert "top secret" not in run.stdout + run.stderr


def test_new_templates_validate_as_they_are(tmp_path: Path) -> None:
    for name, text in small_project().texts.items():
        if "templates/" not in name:
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text)
    assert hybrid(tmp_path, "validate").returncode == 0, "a project without templates is fine"
    for kind, name, path in (
        ("database", "warehouse", "databases/warehouse"),
        ("dataset", "births", "datasets/warehouse/births"),
        ("chart", "Births per year", "charts/births_per_year"),
        ("dashboard", "overview", "dashboards/overview"),
    ):
        run = hybrid(tmp_path, "new", kind, name)
        assert (run.returncode, run.stdout) == (0, f"{TEMPLATES.as_posix()}/{path}.yaml.j2\n"), run.stderr
        checked = hybrid(tmp_path, "validate")
        assert (checked.returncode, checked.stdout) == (0, "")


def test_new_never_overwrites_and_asks_what_it_cannot_know(root: Path) -> None:
    before = files(root)
    assert hybrid(root, "new", "chart", "by name").returncode == 2
    assert files(root) == before
    hybrid(root, "new", "dataset", "other")
    run = hybrid(root, "new", "chart", "which")
    assert run.returncode == 2
    assert "--dataset: datasets/main/births, datasets/main/other" in run.stderr
    assert hybrid(root, "new", "chart", "which", "--dataset", "other").returncode == 0
    assert hybrid(root, "new", "chart", "{{ x }}", "--dataset", "other").returncode == 2
    assert hybrid(root, "validate").returncode == 0


def test_sql_files_are_checked_too(root: Path) -> None:
    folder = root / "db" / "migrations"
    folder.mkdir(parents=True)
    (folder / "001_begin.sql").write_text("SELECT 1;\nBEGIN;\n", encoding="utf-8")
    done = hybrid(root, "validate")
    assert done.returncode == 1
    assert "db/migrations/001_begin.sql:2:1: [error] BEGIN is refused" in done.stdout
