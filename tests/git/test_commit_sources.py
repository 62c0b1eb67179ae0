"""The sources of a commit, read from real repositories without a checkout."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from superset_gitops.edges.files.project import read_sources
from superset_gitops.edges.git.commit_sources import read_commit_sources
from superset_gitops.errors import ConfigurationError

CHART = "superset_assets/templates/charts/a.yaml.j2"


def git(folder: Path, *arguments: str) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")} | {
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
    }
    identity = ("-c", "user.name=A Tester", "-c", "user.email=tester@example.com")
    done = subprocess.run(
        ["git", *identity, *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project in a folder of its repository, with one commit."""
    folder = tmp_path / "team" / "superset"
    for name, text in {
        "policy.yaml": "db: {}\n",
        ".yamllint": "rules: {}\n",
        CHART: "slice_name: Über\r\n",
        "superset_assets/templates/_macros/deep/er.j2": "",
        "superset_assets/environments/dev.yaml": "x: 1\n",
        "superset_assets/environments/old/dev.yaml": "x: 2\n",
        "superset_assets/environments/notes.txt": "none of ours\n",
        "README.md": "none of ours\n",
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(text.encode())
    git(tmp_path, "init", "-q", "-b", "main")
    commit(tmp_path)
    return folder


def commit(folder: Path) -> str:
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "Change something")
    return git(folder, "rev-parse", "HEAD")


def test_they_are_what_a_checkout_has(project: Path) -> None:
    found = read_commit_sources(project, "HEAD")
    assert found.sources == read_sources(project, "superset_assets")
    assert found.commit == git(project, "rev-parse", "HEAD")


def test_an_older_commit_is_read_and_the_tree_stays(project: Path) -> None:
    before = read_sources(project, "superset_assets")
    old = git(project, "rev-parse", "HEAD")
    (project / CHART).unlink()
    commit(project)
    (project / "policy.yaml").write_text("changed: and not committed\n")
    assert read_commit_sources(project, old[:8]).sources == before
    assert read_commit_sources(project, "main~1").sources == before
    assert git(project, "status", "--porcelain") == "M team/superset/policy.yaml"
    assert not (project / CHART).exists()


def test_a_policy_s_own_folder_is_followed(project: Path) -> None:
    (project / "superset_assets").rename(project / "bi")
    (project / "policy.yaml").write_text("assets_dir: bi\n")
    commit(project)
    found = read_commit_sources(project, "HEAD").sources
    assert found == read_sources(project, "bi")
    assert list(found.templates) == ["_macros/deep/er.j2", "charts/a.yaml.j2"]


def test_links_and_what_is_no_text_are_problems(project: Path) -> None:
    (project / CHART).write_bytes(b"\xff")
    (project / CHART).with_name("b.yaml.j2").symlink_to("a.yaml.j2")
    commit(project)
    problems = read_commit_sources(project, "HEAD").sources.unreadable
    assert [(Path(problem.path).name, problem.rule) for problem in problems] == [
        ("a.yaml.j2", "file"),
        ("b.yaml.j2", "file"),
    ]


def test_a_commit_that_is_not_there_is_refused(project: Path) -> None:
    for revision in ("0123456789", "no/such", "--all", "HEAD~7", "HEAD:README.md", "HEAD:team", ""):
        with pytest.raises(ConfigurationError, match="there is no commit"):
            read_commit_sources(project, revision)


def test_a_commit_without_the_project_is_refused(project: Path) -> None:
    git(project, "mv", "policy.yaml", "elsewhere.yaml")
    commit(project)
    with pytest.raises(ConfigurationError, match=r"has no team/superset/policy\.yaml"):
        read_commit_sources(project, "HEAD")


def test_where_is_no_repository_there_is_no_commit(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="no git repository"):
        read_commit_sources(tmp_path, "HEAD")
