"""Owns what a sandbox's status says: each component by itself, and all together."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from superset_gitops.edges.sandbox.folder import SandboxFolder
from superset_gitops.edges.sandbox.health import postgres_answers, superset_answers
from superset_gitops.edges.sandbox.processes import is_running
from superset_gitops.edges.sandbox.state import SandboxState

COMPONENTS = ("postgres", "superset")


class Condition(StrEnum):
    """How a component, or the whole, is doing."""

    UP = "up"
    PARTLY = "partly"  # of two components one; of a component: it runs and does not answer
    DOWN = "down"
    ABSENT = "absent"  # never made


@dataclass(frozen=True, slots=True)
class ComponentStatus:
    """One component."""

    name: str
    condition: Condition
    port: int
    pid: int | None
    log: str


@dataclass(frozen=True, slots=True)
class SandboxStatus:
    """One sandbox; `components` is empty where it was never made."""

    environment: str
    condition: Condition
    folder: str
    superset_version: str = ""
    base_url: str = ""
    components: tuple[ComponentStatus, ...] = ()

    def as_document(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "environment": self.environment,
            "condition": str(self.condition),
            "folder": self.folder,
            "superset_version": self.superset_version,
            "base_url": self.base_url,
            "components": {
                part.name: {"condition": str(part.condition), "port": part.port, "pid": part.pid, "log": part.log}
                for part in self.components
            },
        }


def read_status(folder: SandboxFolder, environment: str, state: SandboxState | None) -> SandboxStatus:
    """Look at the processes that the state names, and ask each for an answer."""
    if state is None:
        return SandboxStatus(environment, Condition.ABSENT, str(folder.root))
    parts = tuple(_component(folder, state, name) for name in COMPONENTS)
    conditions = {part.condition for part in parts}
    whole = conditions.pop() if len(conditions) == 1 else Condition.PARTLY
    if whole is Condition.UP and "metadata" not in state.stages:
        whole = Condition.PARTLY
    return SandboxStatus(environment, whole, str(folder.root), state.superset_version, state.base_url, parts)


def _component(folder: SandboxFolder, state: SandboxState, name: str) -> ComponentStatus:
    mark = state.processes.get(name)
    port = state.postgres_port if name == "postgres" else state.superset_port
    if not is_running(mark):
        return ComponentStatus(name, Condition.DOWN, port, None, str(folder.log(name)))
    fine = postgres_answers(port) if name == "postgres" else superset_answers(port)
    condition = Condition.UP if fine else Condition.PARTLY
    return ComponentStatus(name, condition, port, mark.pid if mark else None, str(folder.log(name)))
