"""`hybrid init`: a repository that deploys at once, next to which nothing is lost."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from fixtures.world import ROOT, Api, World
from superset_gitops.edges.git.tools_origin import installable
from superset_gitops.workflows.init_project import Wanted, init_project
from superset_gitops.workflows.validate import check

TOOLS = ("--tools-repo", "https://git.example/tools.git", "--tools-rev", "v1.0.0")


def init(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "HYBRID_P"))}
    return subprocess.run(
        [str(ROOT / "tools" / "hybrid"), "init", str(folder), *arguments],
        env=environ,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


def texts(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".git" not in path.relative_to(folder).parts
    }


def start(folder: Path, *environments: str) -> dict[str, str]:
    init_project(folder, Wanted(environments or None, None, "https://git.example/tools.git", "v1.0.0"))
    return texts(folder)


def test_it_makes_a_repository_that_is_valid_everywhere_and_says_what_is_next(tmp_path: Path) -> None:
    folder = tmp_path / "our boards"
    done = init(folder, *TOOLS)
    assert done.returncode == 0, done.stderr
    assert sorted(done.stdout.splitlines()) == sorted(texts(folder))
    assert {"policy.yaml", ".pre-commit-config.yaml", ".github/workflows/deploy.yml", "README.md"} < texts(
        folder
    ).keys()
    assert check(folder, None) == ()
    assert (folder / ".git").is_dir()
    assert "--project . deploy dev" in done.stderr
    hooks = yaml.safe_load(texts(folder)[".pre-commit-config.yaml"])["repos"]
    assert [(repo["repo"], repo["rev"]) for repo in hooks] == [("https://git.example/tools.git", "v1.0.0")]
    config = str(folder / ".pre-commit-config.yaml")
    subprocess.run([str(Path(sys.executable).parent / "pre-commit"), "validate-config", config], check=True)
    assert "git+https://git.example/tools.git@v1.0.0\n" in texts(folder)["requirements.txt"]


def test_again_it_changes_nothing_and_says_what_it_kept(tmp_path: Path) -> None:
    before = start(tmp_path)
    done = init(tmp_path, *TOOLS)
    assert (done.returncode, done.stdout) == (0, "")
    assert "kept .github/workflows/deploy.yml, which was there" in done.stderr
    assert texts(tmp_path) == before


def test_what_is_there_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("Ours.\n")
    (tmp_path / "superset_assets/environments").mkdir(parents=True)
    (tmp_path / "superset_assets/environments/dev.yaml").write_text("title_suffix: ' (ours)'\ncache_timeout: 5\n")
    made = start(tmp_path)
    assert made["README.md"] == "Ours.\n"
    assert made["superset_assets/environments/dev.yaml"].startswith("title_suffix: ' (ours)'")


def test_a_kept_file_that_does_not_fit_is_a_problem_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "superset_assets/environments").mkdir(parents=True)
    (tmp_path / "superset_assets/environments/dev.yaml").write_text("title_suffix: ''\n")
    done = init(tmp_path, *TOOLS)
    assert done.returncode == 1
    assert re.search(r"^superset_assets/templates/\S+:\d+:\d+: \[error\].*cache_timeout", done.stdout, re.MULTILINE)


def test_a_project_gets_only_what_stands_around_its_sources(tmp_path: Path) -> None:
    start(tmp_path, "qa", "live")
    for path in (".github/workflows/deploy.yml", "superset_assets/templates/charts/revenue_by_region.yaml.j2"):
        (tmp_path / path).unlink()
    made = start(tmp_path)
    assert "deploy-live" in made[".github/workflows/deploy.yml"]
    assert "superset_assets/templates/charts/revenue_by_region.yaml.j2" not in made
    other = init(tmp_path, "--environments", "dev", *TOOLS)
    assert other.returncode == 2
    assert "the policy that is here names qa, live" in other.stderr


def test_pull_requests_go_to_the_first_environment_and_only_there_git_simply_wins(tmp_path: Path) -> None:
    made = start(tmp_path, "qa", "live")
    assert {name: each["mode"] for name, each in yaml.safe_load(made["policy.yaml"])["apply"].items()} == {
        "qa": "overwrite_git_wins",
        "live": "strict_fail_on_drift",
    }
    assert {path for path in made if "/environments/" in path} == {
        "superset_assets/environments/qa.yaml",
        "superset_assets/environments/live.yaml",
    }
    assert check(tmp_path, None) == ()


def test_two_repositories_never_hold_the_same_asset(tmp_path: Path) -> None:
    uuid = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
    one, two = (set(uuid.findall(str(start(tmp_path / name)))) for name in ("one", "two"))
    assert len(one) == len(two) == 5
    assert not one & two


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--environments", "dev,Prod"), "'Prod' is no environment's name"),
        (("--environments", "a-b,a_b"), "two environments have one name"),
        (("--environments", ""), "is no environment's name"),
        (("--tools-repo", "https://git.example/tools.git"), "--tools-repo URL --tools-rev TAG"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_made(
    tmp_path: Path, arguments: tuple[str, ...], told: str
) -> None:
    done = init(tmp_path / "new", *arguments)
    assert done.returncode == 2
    assert told in done.stderr
    assert not (tmp_path / "new").exists()


def test_a_folder_inside_of_another_repository_is_refused(tmp_path: Path) -> None:
    start(tmp_path)
    done = init(tmp_path / "inner", *TOOLS)
    assert done.returncode == 2
    assert f"inside of the repository {tmp_path}" in done.stderr
    assert not (tmp_path / "inner").exists()


@pytest.mark.parametrize(
    ("remote", "address"),
    [
        ("git@git.example:team/tools.git", "ssh://git@git.example/team/tools.git"),
        ("https://ada:ghp_secret@git.example/tools.git", "https://git.example/tools.git"),
        ("ssh://git@git.example:2222/tools.git", "ssh://git@git.example:2222/tools.git"),
        ("/srv/git/tools.git", "file:///srv/git/tools.git"),
    ],
)
def test_the_tools_address_is_one_that_pip_takes(remote: str, address: str) -> None:
    assert installable(remote) == address


def test_it_deploys_at_once_and_again_writes_nothing(empty_world: World, admin: Api) -> None:
    assert init(empty_world.root, *TOOLS).returncode == 0
    runs = [empty_world.deploy() for _ in range(2)]
    assert [run.code for run in runs] == [0, 0], [run.err for run in runs]
    assert [run.lines[-1] for run in runs] == ["DEPLOY_OK (dev)"] * 2
    assert "assets written: 5" in runs[0].err
    assert "assets written: 0" in runs[1].err
    assert empty_world.sql("SELECT sum(amount)::text FROM sales.orders") == [("8350.75",)]
    assert admin.by_name("dashboard", "Orders [dev]")["slug"] == "a-project-orders"
