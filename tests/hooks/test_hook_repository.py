"""Another repository uses these hooks with `repo:` and `rev:`; its layout comes from its own policy."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from repository import CLONE, Repository, make_repository

CONFIG = """\
repos:
  - repo: file://{clone}
    rev: {rev}
    hooks: [{hooks}]
"""
IDS = ("template-compile", "bundle-validate", "migration-check", "policy-schema", "yamllint", "clear-text-secrets")


def other_repository(folder: Path, cache: Path) -> Repository:
    """A project with folders of its own naming, and its hooks from this clone's last commit."""
    repository = make_repository(folder, cache)
    repository.git("mv", "superset_assets", "bi")
    repository.git("mv", "db/migrations", "sql")
    repository.edit("policy.yaml", "db/migrations", "sql")
    repository.write("policy.yaml", f"assets_dir: bi\n{repository.read('policy.yaml')}")
    rev = subprocess.run(["git", "rev-parse", "HEAD"], cwd=CLONE, capture_output=True, text=True, check=True).stdout
    hooks = ", ".join(f"{{id: {name}}}" for name in IDS)
    repository.write(".pre-commit-config.yaml", CONFIG.format(clone=CLONE, rev=rev.strip(), hooks=hooks))
    repository.git("add", "-A")
    return repository


def test_they_follow_the_other_repository_s_policy(prepared: Repository, tmp_path: Path) -> None:
    repository = other_repository(tmp_path / "other", prepared.cache)
    repository.commit()
    repository.git("checkout", "-q", "-b", "work")
    repository.edit("bi/templates/charts/by_name.yaml.j2", "{{ limit }}", "{{ limt }}")
    repository.edit("sql/001_schema.sql", "births", "deaths")
    repository.git("add", "-A")
    said = repository.refused()
    assert "\nbi/templates/charts/by_name.yaml.j2:8:17: [error] 'limt' is not defined" in said
    assert "\nsql/001_schema.sql:1:1: [error] main has another text of this migration" in said
    assert said.count("Failed") == 2, said
    # try-repo makes an environment of its own for what it tries.
    tried = repository.run(sys.executable, "-m", "pre_commit", "try-repo", str(CLONE), "template-compile", check=False)
    assert tried.returncode == 1
    assert "by_name.yaml.j2:8:17: [error] 'limt' is not defined" in tried.stdout
