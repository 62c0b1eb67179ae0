"""`hybrid translate --from DIR` as people call it: what it prints, writes and exits with; no server is needed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from fixtures.small_project import CHART, DASHBOARD, OTHER_CHART, small_project
from superset_gitops.edges.files.write_sources import write_sources
from superset_gitops.errors import ConfigurationError

TOOLS = Path(__file__).parents[2] / "tools"
TEMPLATES = Path("superset_assets/templates")


def hybrid(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environ = {**os.environ, "PYTHONPATH": str(TOOLS), "PYTHONDONTWRITEBYTECODE": "1"}
    start = "from superset_gitops.cli.main import run; run()"
    command = [sys.executable, "-c", start, *arguments]
    return subprocess.run(command, cwd=root, env=environ, capture_output=True, text=True, encoding="utf-8", check=False)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The small project; export/ holds what it deploys to dev."""
    for name, text in small_project().texts.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
    assert hybrid(tmp_path, "compile", "--env", "dev", "--out", "export").returncode == 0
    return tmp_path


def in_superset(root: Path, path: str, doing: Callable[[dict[str, Any]], object]) -> None:
    """Change one exported document."""
    file = root / "export" / path
    document = yaml.safe_load(file.read_text(encoding="utf-8"))
    doing(document)
    file.write_text(yaml.safe_dump(document, sort_keys=False, allow_unicode=True), encoding="utf-8")


def snapshot(root: Path) -> dict[str, bytes]:
    return {p.as_posix(): p.read_bytes() for p in sorted((root / "superset_assets").rglob("*")) if p.is_file()}


def test_it_says_what_was_edited_where_and_what_it_does_elsewhere(root: Path) -> None:
    in_superset(root, "charts/Births_by_name.yaml", lambda d: d["params"].update(row_limit=7, groupby=["name", "year"]))
    in_superset(root, "dashboards/Births_dev.yaml", lambda d: d.update(dashboard_title="All births [dev]"))
    run = hybrid(root, "translate", "--env", "dev", "--from", "export")
    assert run.returncode == 0, run.stderr
    assert (
        run.stdout
        == f"""\
Translation of dev (promote): 3 edits
  chart 'Births by name'  [{TEMPLATES}/charts/by_name.yaml.j2]
      params.groupby: ["name"] → ["name", "year"]
        in place: {TEMPLATES}/charts/by_name.yaml.j2:6
        prod, staging: the same
      params.row_limit: 30 → 7
        variable: superset_assets/environments/dev.yaml:3
        other environments than dev stay as they are
  dashboard 'Births [dev]'  [{TEMPLATES}/dashboards/births.yaml.j2]
      dashboard_title: "Births [dev]" → "All births [dev]"
        in place: {TEMPLATES}/dashboards/births.yaml.j2:1
        prod: "Births" → "All births"
        staging: "Births [staging]" → "All births [staging]"
"""
    )
    assert run.stderr.splitlines()[-1] == "3 files edited"
    assert "  groupby: [name, year]\n" in (root / TEMPLATES / OTHER_CHART).read_text()
    again = hybrid(root, "translate", "--env", "dev", "--from", "export")
    assert again.stdout == "dev: nothing was changed in Superset that is not in Git\n"


def test_a_dry_run_prints_the_diff_and_writes_nothing(root: Path) -> None:
    before = snapshot(root)
    in_superset(root, "charts/Births_by_name.yaml", lambda d: d["params"].update(groupby=["year"]))
    run = hybrid(root, "translate", "--from", "export", "--dry-run")
    assert "-  groupby: [name]\n+  groupby: [year]\n" in run.stdout
    assert run.stderr.splitlines()[-1] == "1 file would be edited: nothing was written"
    assert snapshot(root) == before


def test_a_strict_environment_keeps_its_edits_to_itself(root: Path) -> None:
    assert hybrid(root, "compile", "--env", "prod", "--out", "export-prod").returncode == 0
    (root / "export-prod").rename(root / "other")
    file = root / "other/charts/All_births.yaml"
    file.write_text(file.read_text().replace("big_number_total", "big_number"))
    run = hybrid(root, "translate", "--env", "prod", "--from", "other")
    assert run.stdout.startswith("Translation of prod (only-here)")
    assert "other environments than prod stay as they are" in run.stdout
    assert 'viz_type: {{ total_viz_type | default("big_number_total") }}\n' in (root / TEMPLATES / CHART).read_text()
    promoted = hybrid(root, "translate", "--env", "prod", "--from", "other", "--scope", "promote")
    assert promoted.stdout.startswith("prod: nothing was changed")


def test_bytes_that_are_not_edited_stay(root: Path) -> None:
    """A byte-order mark, CR LF and the file's mode."""
    path = root / TEMPLATES / OTHER_CHART
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    path.chmod(0o640)
    before = path.read_bytes()
    in_superset(root, "charts/Births_by_name.yaml", lambda d: d["params"].update(groupby=["year"]))
    assert hybrid(root, "translate", "--from", "export").returncode == 0
    assert path.read_bytes() == before.replace(b"[name]", b"[year]")
    assert path.stat().st_mode & 0o777 == 0o640


def test_only_the_assets_that_were_asked_for(root: Path) -> None:
    in_superset(root, "charts/Births_by_name.yaml", lambda d: d.update(slice_name="By name"))
    in_superset(root, "charts/All_births_dev.yaml", lambda d: d.update(description="New"))
    run = hybrid(root, "translate", "--from", "export", "--asset", "chart:Births by name")
    assert "slice_name" in run.stdout
    assert "description" not in run.stdout
    unknown = hybrid(root, "translate", "--from", "export", "--asset", "chart:Birds")
    assert unknown.returncode == 2
    assert "neither Git nor Superset has 'chart:Birds'" in unknown.stderr


def test_what_is_missing_was_deleted_only_where_the_export_is_whole(root: Path) -> None:
    (root / "export/charts/Births_by_name.yaml").unlink()
    partial = hybrid(root, "translate", "--from", "export")
    assert partial.stdout == "dev: nothing was changed in Superset that is not in Git\n"
    assert "managed assets that are not in this folder and are passed over: 1" in partial.stderr
    manifest = root / "export/manifest.json"
    manifest.write_text(json.dumps({**json.loads(manifest.read_text()), "source": "runtime"}))
    whole = hybrid(root, "translate", "--from", "export")
    assert f"for the reviewer: {DASHBOARD} still refers to it" in whole.stdout
    assert (root / TEMPLATES / OTHER_CHART).exists()


def test_a_new_asset_gets_a_template_when_it_is_asked_for(root: Path) -> None:
    text = (root / "export/charts/Births_by_name.yaml").read_text().replace("44444444", "99999999")
    (root / "export/charts/Mine.yaml").write_text(text.replace("Births by name", "Größe 1"))
    assert hybrid(root, "translate", "--from", "export").stdout.startswith("dev: nothing was changed")
    run = hybrid(root, "translate", "--from", "export", "--asset", "chart:Größe 1")
    assert "new template: superset_assets/templates/charts/größe_1.yaml.j2" in run.stdout
    made = (root / TEMPLATES / "charts/größe_1.yaml.j2").read_text(encoding="utf-8")
    assert 'dataset_uuid: {{ ref("datasets/main/births") }}\n' in made
    assert hybrid(root, "validate").returncode == 0


def test_what_cannot_be_read_is_told(root: Path) -> None:
    (root / "empty").mkdir()
    nothing = hybrid(root, "translate", "--from", "empty")
    assert nothing.returncode == 2
    assert "there is no export in this folder" in nothing.stderr
    (root / "export/charts/Births_by_name.yaml").write_text("a: [")
    broken = hybrid(root, "translate", "--from", "export")
    assert broken.returncode == 2
    assert "Births_by_name.yaml: this is no exported asset" in broken.stderr


def test_what_our_rules_refuse_is_told_and_exits_with_1(root: Path) -> None:
    in_superset(root, "charts/Births_by_name.yaml", lambda d: d["params"].update(groupby=["nam"]))
    run = hybrid(root, "translate", "--from", "export")
    assert run.returncode == 1
    assert "[error] the dataset births has no column 'nam'" in run.stdout


def test_a_file_that_changed_meanwhile_is_not_overwritten(root: Path) -> None:
    sources = small_project()
    other, chart = sources.template_path(OTHER_CHART), sources.template_path(CHART)
    (root / chart).write_text("edited by somebody just now\n")
    with pytest.raises(ConfigurationError, match="was changed while its edit was worked out"):
        write_sources(root, sources.texts, {other: "new\n", chart: "new\n"})
    assert (root / other).read_text() == sources.texts[other]
