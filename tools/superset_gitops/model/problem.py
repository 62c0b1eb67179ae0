"""Owns `Problem`: one finding about the sources, printed as `path:line:col: [level] message (rule)`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How bad a finding is; only errors stop a command."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One finding.

    Attributes:
        path: the file to open, relative to the project's root, with forward slashes.
        line: 1-based; 1 where the whole file is meant.
        col: 1-based.
        message: what is wrong and how to mend it, in one line.
        rule: the rule's id, in kebab case.
        level: error or warning.
        environment: the environment it was found in; empty where it holds for all.
    """

    path: str
    line: int
    col: int
    message: str
    rule: str
    level: Level = Level.ERROR
    environment: str = ""

    def __str__(self) -> str:
        where = f" [{self.environment}]" if self.environment else ""
        return f"{self.path}:{self.line}:{self.col}: [{self.level}]{where} {self.message} ({self.rule})"
