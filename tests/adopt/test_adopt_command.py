"""`hybrid adopt --from` as people call it: what it prints, writes and exits with; no server is needed."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from runtimes import OFFSET, POLICY, Runtime, chart, dashboard, elsewhere, small_runtime, uuid

from superset_gitops.core.documents.write_yaml import write_yaml
from superset_gitops.edges.files.write_sources import write_sources
from superset_gitops.errors import ConfigurationError

TOOLS = Path(__file__).parents[2] / "tools"
TEMPLATES = "superset_assets/templates"


def hybrid(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environ = {**os.environ, "PYTHONPATH": str(TOOLS), "PYTHONDONTWRITEBYTECODE": "1"}
    start = "from superset_gitops.cli.main import run; run()"
    command = [sys.executable, "-c", start, *arguments]
    return subprocess.run(command, cwd=root, env=environ, capture_output=True, text=True, encoding="utf-8", check=False)


def export(root: Path, name: str, live: Runtime) -> None:
    """Write an export as Superset names its files: with numbers that mean nothing elsewhere."""
    for number, (key, document) in enumerate(live.items()):
        path = root / name / key.kind.folder / f"asset_{number}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(write_yaml(document), encoding="utf-8")


def snapshot(root: Path) -> dict[str, bytes]:
    return {
        p.relative_to(root).as_posix(): p.read_bytes() for p in (root / "superset_assets").rglob("*") if p.is_file()
    }


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project without a single template, beside an export."""
    (tmp_path / "superset_assets/environments").mkdir(parents=True)
    (tmp_path / "policy.yaml").write_text(POLICY)
    for environment in ("dev", "staging"):
        (tmp_path / f"superset_assets/environments/{environment}.yaml").write_text("")
    export(tmp_path, "export", small_runtime())
    return tmp_path


def test_an_export_becomes_templates_and_a_second_time_nothing(root: Path) -> None:
    run = hybrid(root, "adopt", "--from", "export")
    assert run.returncode == 0, run.stderr
    assert (
        run.stdout
        == f"""\
Adoption of dev (promote): 4 new templates (1 database, 1 dataset, 1 chart, 1 dashboard), 0 managed before
  database 'Main': new template (also in staging)  [{TEMPLATES}/databases/main.yaml.j2]
      MAIN_PASSWORD: set it in the environment of whoever deploys, where the connection is to be written
      its address is that of dev in staging too, until it is said there
  dataset 'births': new template (also in staging)  [{TEMPLATES}/datasets/main/births.yaml.j2]
  chart 'Births': new template (also in staging)  [{TEMPLATES}/charts/births.yaml.j2]
  dashboard 'Overview': new template (also in staging)  [{TEMPLATES}/dashboards/overview.yaml.j2]
"""
    )
    assert run.stderr.splitlines()[-2:] == [
        "4 files written",
        "next: look (git add --all, git diff --cached), hybrid validate, merge, then: hybrid deploy dev --adopt",
    ]
    assert hybrid(root, "validate").returncode == 0
    before = snapshot(root)
    again = hybrid(root, "adopt", "--from", "export")
    assert again.stdout == "Adoption of dev (promote): 4 managed before\n"
    assert again.stderr.splitlines()[-1] == "nothing to write"
    assert snapshot(root) == before
    translated = hybrid(root, "translate", "--from", "export")
    assert translated.stdout == "dev: nothing was changed in Superset that is not in Git\n"


def test_a_dry_run_writes_nothing(root: Path) -> None:
    before = snapshot(root)
    run = hybrid(root, "adopt", "--from", "export", "--dry-run")
    assert run.returncode == 0
    assert "4 new templates" in run.stdout
    assert run.stderr.splitlines()[-1] == "4 files would be written: nothing was"
    assert snapshot(root) == before


def test_a_zip_is_an_export_too(root: Path) -> None:
    with zipfile.ZipFile(root / "export.zip", "w") as archive:
        for path in (root / "export").rglob("*.yaml"):
            archive.write(path, f"assets_export_1/{path.relative_to(root / 'export').as_posix()}")
        archive.writestr("assets_export_1/metadata.yaml", "version: 1.0.0\n")
    run = hybrid(root, "adopt", "--from", "export.zip")
    assert "4 new templates" in run.stdout, run.stderr
    (root / "no.zip").write_text("no zip")
    assert hybrid(root, "adopt", "--from", "no.zip").returncode == 2


def test_what_is_left_out_is_told_and_exits_with_1_and_the_rest_is_written(root: Path) -> None:
    export(root, "more", small_runtime() | dict([chart(6, "Bad", viz_type="bubble"), dashboard(7, "Both", (3, 6))]))
    run = hybrid(root, "adopt", "--from", "more")
    assert run.returncode == 1
    assert (
        f"  left out: dashboard 'Both' ({uuid(7)})\n      it needs chart 'Bad', which cannot be adopted\n" in run.stdout
    )
    assert "mend it there, then adopt again" in run.stderr
    assert (root / TEMPLATES / "charts/births.yaml.j2").exists()
    assert hybrid(root, "validate").returncode == 0


def test_an_asset_without_a_title_does_not_stop_the_others(root: Path) -> None:
    export(root, "export", small_runtime() | dict([dashboard(6, "")]))
    done = hybrid(root, "adopt", "--from", "export")
    assert done.returncode == 1, done.stderr
    assert f"left out: dashboard '' ({uuid(6)})" in done.stdout
    assert "4 files written" in done.stdout + done.stderr
    wrong = hybrid(root, "adopt", "--from", "export", "--asset", uuid(99))
    assert f"Superset has no asset {uuid(99)}\n" in wrong.stderr


def test_a_decision_is_asked_for_and_taken(root: Path) -> None:
    assert hybrid(root, "adopt", "--from", "export").returncode == 0
    export(root, "staging", elsewhere(small_runtime() | dict([chart(5, "Births")])))
    asked = hybrid(root, "adopt", "--env", "staging", "--from", "staging")
    assert asked.returncode == 1
    assert (
        f"""\
  undecided: chart 'Births' on datasets/main/births
      templates: charts/births
      in Superset: 'Births' ({uuid(3 + OFFSET)})
      in Superset: 'Births' ({uuid(5 + OFFSET)})
"""
        in asked.stdout
    )
    assert f"such as --match charts/births={uuid(3 + OFFSET)}" in asked.stderr
    assert "--adopt" not in asked.stderr  # a deployment would make a second 'Births'
    pair = f"charts/births={uuid(3 + OFFSET)}"
    taken = hybrid(root, "adopt", "--env", "staging", "--from", "staging", "--match", pair)
    assert taken.returncode == 0, taken.stdout + taken.stderr
    assert hybrid(root, "validate").returncode == 0
    before = snapshot(root)
    assert hybrid(root, "adopt", "--env", "staging", "--from", "staging").returncode == 0
    assert snapshot(root) == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--asset", "chart:Birth"), "Superset has no chart 'Birth' (did you mean 'Births'?)"),
        (("--dashboard", "None"), "Superset has no dashboard 'None'"),
        (("--owner", "ann"), "an export does not say who owns what"),
        (("--match", "a=b"), "'b' names no asset"),
        (("--env", "test"), "there is no environment 'test'"),
    ],
)
def test_what_cannot_be_done_is_told(root: Path, arguments: tuple[str, ...], message: str) -> None:
    run = hybrid(root, "adopt", "--from", "export", *arguments)
    assert run.returncode == 2
    assert message in run.stderr
    assert not (root / TEMPLATES).exists()


def test_sources_with_errors_are_not_adopted_onto(root: Path) -> None:
    (root / TEMPLATES / "charts").mkdir(parents=True)
    (root / TEMPLATES / "charts/x.yaml.j2").write_text("slice_name: x\n")
    run = hybrid(root, "adopt", "--from", "export")
    assert run.returncode == 1
    assert "charts/x.yaml.j2" in run.stdout
    assert not (root / TEMPLATES / "databases").exists()


def test_all_files_are_written_or_none(root: Path) -> None:
    """One of them has no place: what was written before it is taken back."""
    kept = root / "superset_assets/environments/dev.yaml"
    kept.write_text("a: 1\n")
    (root / "in the way").mkdir()
    files = {"superset_assets/environments/dev.yaml": "b: 2\n", "new.txt": "new\n", "in the way": "text\n"}
    with pytest.raises(ConfigurationError, match="cannot write"):
        write_sources(root, {"superset_assets/environments/dev.yaml": "a: 1\n"}, files)
    assert kept.read_text() == "a: 1\n"
    assert not (root / "new.txt").exists()
    assert not list(root.rglob(".writing-*"))
