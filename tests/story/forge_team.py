"""Owns a team's whole setting: three Supersets, a repository behind a token, and a GitHub."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from fixtures.github_pulls import GitHubPulls, Pull
from fixtures.github_server import TOKEN
from fixtures.world import Api, Done, World

TEMPLATES = "superset_assets/templates"


@dataclass
class Team:
    """A clone of the repository as a pipeline has it, and who works with it.

    Attributes:
        variables: what a pipeline's environment says, of GitHub and of each Superset.
        supersets: an administrator in each environment's.
    """

    world: World
    url: str
    pulls: GitHubPulls
    variables: Mapping[str, str]
    supersets: Mapping[str, Api] = field(default_factory=dict)

    def deploy(self, environment: str, *options: str) -> Done:
        done = self.world.run("deploy", environment, *options, **self.variables)
        assert TOKEN not in done.out + done.err
        return done

    def plan(self, environment: str) -> list[dict[str, Any]]:
        """What the plan has that is not in sync."""
        told = self.world.run("hybrid", "drift-plan", "--env", environment, "--format", "json", **self.variables)
        assert told.code == 0, told.err
        return [item for item in json.loads(told.out)["items"] if item["state"] != "in_sync"]

    def compiled(self, environment: str) -> str:
        """The environment's bundle, as one text."""
        done = self.world.run("hybrid", "compile", "--env", environment, "--out", "compiled")
        assert done.code == 0, done.err
        folder = self.world.root / "compiled"
        files = {path.relative_to(folder): path.read_text() for path in sorted(folder.rglob("*.yaml"))}
        return "\n".join(f"{path}\n{text}" for path, text in files.items() if path.name != "metadata.yaml")

    def commit(self, message: str) -> None:
        """A developer's own commit on main."""
        self.world.git("commit", "-qam", message)
        self._as_somebody("push", "-q", "origin", "main")

    def take_main(self) -> None:
        self._as_somebody("pull", "-q", "--ff-only", "origin", "main")

    def commits(self, pull: Pull) -> dict[str, tuple[str, list[str]]]:
        """Of each commit of a pull request: file → author, and the lines that it changes."""
        found: dict[str, tuple[str, list[str]]] = {}
        for oid in self.pulls.git("rev-list", "--reverse", f"{pull.base}..{pull.head_oid}").splitlines():
            author, *lines = self.pulls.git("show", "-U0", "--no-color", "--format=%an", oid).splitlines()
            for line in lines:
                if line.startswith("+++ "):
                    path = line.removeprefix("+++ b/").removeprefix(f"{TEMPLATES}/")
                    found[path] = (author, found.get(path, (author, []))[1])
                elif line.startswith(("+", "-")) and not line.startswith("---"):
                    found[path][1].append(line)
        return found

    def _as_somebody(self, *arguments: str) -> None:
        proof = base64.b64encode(f"ada:{TOKEN}".encode()).decode()
        self.world.git("-c", f"http.{self.url}.extraHeader=Authorization: Basic {proof}", *arguments)
