"""The workflows, ours and those that `hybrid init` makes: legal, safe, and the same."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from superset_gitops.cli.main import COMMANDS
from superset_gitops.core.scaffold.starter_files import Starter, Tools, workflow_files
from superset_gitops.edges.files.starter import read_starter_texts
from superset_gitops.starter.remake import own_workflows

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = Path(sys.executable).parent
INSTALLED = Tools("https://git.example/tools.git", "v1.0.0")


def passes(program: str, *arguments: str) -> None:
    done = subprocess.run([str(PROGRAMS / program), *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_ours_are_what_everybody_gets() -> None:
    for path, text in own_workflows().items():
        remake = "PYTHONPATH=tools python -m superset_gitops.starter.remake"
        assert (ROOT / path).read_text() == text, f"{path} was edited by hand, or its starter was: {remake}"


@pytest.mark.parametrize("tools", [Tools(), INSTALLED], ids=["in the clone", "installed"])
@pytest.mark.parametrize("environments", [("dev",), ("dev", "staging", "prod"), ("qa-1", "live_2")], ids=" ".join)
def test_they_are_legal_and_safe(tmp_path: Path, tools: Tools, environments: tuple[str, ...]) -> None:
    folder = tmp_path / ".github" / "workflows"
    folder.mkdir(parents=True)
    for path, text in workflow_files(Starter("x", environments, tools, "trunk"), read_starter_texts()).items():
        (tmp_path / path).write_text(text)
        assert yaml.safe_load(text)["permissions"] == {}
        assert [uses for uses in re.findall(r"uses: (\S+)", text) if not re.search(r"@[0-9a-f]{40}$", uses)] == []
    passes("check-jsonschema", "--builtin-schema", "vendor.github-workflows", *map(str, folder.iterdir()))
    passes("zizmor", "--offline", "--persona", "pedantic", "--quiet", str(folder))


def test_each_environment_waits_for_the_one_before() -> None:
    texts = workflow_files(Starter("x", ("dev", "staging", "prod"), INSTALLED), read_starter_texts())
    jobs = yaml.safe_load(texts[".github/workflows/deploy.yml"])["jobs"]
    assert {name: job.get("needs") for name, job in jobs.items()} == {
        "validate": None,
        "pull-request": "validate",
        "deploy-dev": "validate",
        "deploy-staging": "deploy-dev",
        "deploy-prod": "deploy-staging",
    }
    assert {name: job.get("environment") for name, job in jobs.items()} == {
        "validate": None,
        "pull-request": "dev",
        "deploy-dev": "dev",
        "deploy-staging": "staging",
        "deploy-prod": "prod",
    }
    writers = {name for name, job in jobs.items() if "write" in job["permissions"].values()}
    assert writers == {"pull-request", "deploy-dev", "deploy-staging", "deploy-prod"}
    # What a pull request brings is not main's yet: its job publishes nothing.
    assert jobs["pull-request"]["permissions"] == {"contents": "read", "pull-requests": "write"}
    assert "GITHUB_TOKEN" not in str(jobs["pull-request"]["steps"][-1])
    validation = "".join(str(step) for step in jobs["validate"]["steps"])
    assert "secrets." not in validation + str(jobs["validate"].get("env"))


def test_what_the_documentation_shows_for_others_is_legal(tmp_path: Path) -> None:
    blocks = re.findall(r"^```(\w+)\n(.*?)^```", (ROOT / "docs" / "ci.md").read_text(), re.MULTILINE | re.DOTALL)
    (gitlab,) = [text for language, text in blocks if language == "yaml"]
    (script,) = [text for language, text in blocks if language == "sh"]
    (tmp_path / ".gitlab-ci.yml").write_text(gitlab)
    passes("check-jsonschema", "--builtin-schema", "vendor.gitlab-ci", str(tmp_path / ".gitlab-ci.yml"))
    subprocess.run(["sh", "-n"], input=script, text=True, check=True)
    shown = {name for _, text in blocks for name in re.findall(r"hybrid ([a-z]+(?:-[a-z]+)*)\s", text)}
    assert {"validate", "drift-plan", "comment-plan", "deploy"} <= shown <= COMMANDS.keys()
