"""Owns the database sync's values: SQL files, their statements, what the tracking table says, and the plan."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from superset_gitops.model.problem import Level, Problem


class SqlKind(StrEnum):
    """A migration runs once; a seed runs again when its text changes."""

    MIGRATION = "migration"
    SEED = "seed"


@dataclass(frozen=True, slots=True)
class SqlFile:
    """One SQL file as it stands in the tree.

    Attributes:
        kind: which folder it is in.
        name: its file name without a folder; identity together with the kind.
        path: relative to the project's root, with forward slashes.
        text: decoded, without a byte order mark, line ends as LF.
        checksum: SHA-256 of `text` in UTF-8, in hex: the same on every platform's checkout.
    """

    kind: SqlKind
    name: str
    path: str
    text: str = field(repr=False)
    checksum: str


@dataclass(frozen=True, slots=True)
class SqlFiles:
    """All SQL files, each kind in the order of its names' code points, and what is wrong with the folders."""

    migrations: tuple[SqlFile, ...]
    seeds: tuple[SqlFile, ...]
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class CopyData:
    """The lines that follow `COPY … FROM STDIN`, without the one that ends them; `line` is the first one's, 1-based."""

    text: str = field(repr=False)
    line: int


@dataclass(frozen=True, slots=True)
class Statement:
    """One SQL statement, from its first to its last token, without the semicolon.

    Attributes:
        text: exactly as in the file.
        line: 1-based, of the first character.
        col: 1-based, in characters.
        words: its keywords and names outside parentheses, in upper case; quoted names keep quotes and case.
        copy: the data that follows, for `COPY … FROM STDIN`.
    """

    text: str = field(repr=False)
    line: int
    col: int
    words: tuple[str, ...]
    copy: CopyData | None = None

    def locate(self, position: int | None) -> tuple[int, int]:
        """Line and column in the file of a 1-based character position in `text`; None means its beginning."""
        before = self.text[: max(0, (position or 1) - 1)]
        last_newline = before.rfind("\n")
        if last_newline < 0:
            return self.line, self.col + len(before)
        return self.line + before.count("\n"), len(before) - last_newline


@dataclass(frozen=True, slots=True)
class Script:
    """A file's statements in order; `problems` says what keeps it from being run."""

    statements: tuple[Statement, ...]
    transactional: bool
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class AppliedFile:
    """One row of the tracking table.

    Attributes:
        statements_done: how many statements are committed; all of them where `complete`.
        done_checksum: SHA-256 over the texts of those statements, for a file that is to be resumed.
    """

    kind: SqlKind
    name: str
    checksum: str
    applied_at: datetime
    applied_by: str
    duration_ms: int
    statements_done: int
    done_checksum: str
    complete: bool


class FileState(StrEnum):
    """Where a file stands in one database."""

    APPLIED = "applied"
    PENDING = "pending"
    CHANGED = "changed"  # a seed whose text changed: it runs again
    PARTIAL = "partial"  # a file without a transaction that stopped half way: it resumes
    EDITED = "edited"  # a migration whose text changed after it was applied
    UNKNOWN = "unknown"  # applied, and not in this tree
    EMPTY = "empty"  # no statement in it: neither run nor recorded


TO_RUN = frozenset({FileState.PENDING, FileState.CHANGED, FileState.PARTIAL})


@dataclass(frozen=True, slots=True)
class PlannedFile:
    """One file with its state; `file` is None where it is unknown, `script` where it does not run."""

    kind: SqlKind
    name: str
    path: str
    state: FileState
    file: SqlFile | None = None
    applied: AppliedFile | None = None
    script: Script | None = None


@dataclass(frozen=True, slots=True)
class SyncPlan:
    """Every file in the order of running, and the findings; errors among them stop the sync."""

    files: tuple[PlannedFile, ...]
    problems: tuple[Problem, ...] = ()

    @property
    def to_run(self) -> tuple[PlannedFile, ...]:
        """The files that a sync would run, in order."""
        return tuple(planned for planned in self.files if planned.state in TO_RUN)

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The findings that stop a sync."""
        return tuple(problem for problem in self.problems if problem.level is Level.ERROR)

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """The findings that do not."""
        return tuple(problem for problem in self.problems if problem.level is Level.WARNING)


@dataclass(frozen=True, slots=True)
class FileRun:
    """What one file's run did; `ran` is False where another run had done it meanwhile."""

    kind: SqlKind
    path: str
    ran: bool
    duration_ms: int
    statements: int


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What a sync did: the runs in order, how many files were applied before, and the warnings."""

    runs: tuple[FileRun, ...]
    unchanged: int
    warnings: tuple[Problem, ...] = ()
