"""Owns the one error root, which knows its exit code, and the reasons why a command cannot continue.

A finding in the sources is a value (`model.problem.Problem`); an exception means *cannot continue*.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from superset_gitops.model.problem import Problem

EXIT_DONE = 0
EXIT_PROBLEMS = 1
EXIT_USAGE = 2
EXIT_UNAVAILABLE = 3
EXIT_DRIFT = 4
EXIT_PARTIAL = 5
EXIT_PENDING = 6
EXIT_BUG = 70
EXIT_INTERRUPTED = 130


class HybridError(Exception):
    """A reason to stop, told as what happened, where, and what to do next.

    Args:
        what: one sentence, no secret in it.
        where: a file, a URL without credentials, or an asset's name; empty when `what` says it.
        remedy: what the reader does next; empty only where nothing can be done.
    """

    exit_code: ClassVar[int] = EXIT_BUG

    def __init__(self, what: str, *, where: str = "", remedy: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.remedy = remedy

    def __str__(self) -> str:
        head = f"{self.where}: {self.what}" if self.where else self.what
        return f"{head}\n  → {self.remedy}" if self.remedy else head


class SourceProblems(HybridError):
    """The sources have problems: all of them, in the order of the files."""

    exit_code = EXIT_PROBLEMS

    def __init__(self, problems: tuple[Problem, ...], *, remedy: str = "") -> None:
        count = len(problems)
        super().__init__(f"{count} problem{'' if count == 1 else 's'} in the sources", remedy=remedy)
        self.problems = problems


class ConfigurationError(HybridError):
    """Usage, policy or environment variables do not fit: nothing was done."""

    exit_code = EXIT_USAGE


class Unavailable(HybridError):
    """An outside world could not do it, after the retries that made sense."""

    exit_code = EXIT_UNAVAILABLE


class LeaseLost(Unavailable):
    """Somebody else may deploy by now: this run must not write anything more, not even what it did."""


class DriftRefused(HybridError):
    """Policy does not let Git win over what was changed in the runtime."""

    exit_code = EXIT_DRIFT


class PartlyApplied(HybridError):
    """Some of it was applied, or the runtime does not match afterwards; a re-run converges.

    Args:
        what: one sentence.
        where: see `HybridError`.
        remedy: see `HybridError`.
        written: what arrived, as people name it, where that is known.
        deleted: what is gone, likewise.
    """

    exit_code = EXIT_PARTIAL

    def __init__(
        self,
        what: str,
        *,
        where: str = "",
        remedy: str = "",
        written: tuple[str, ...] = (),
        deleted: tuple[str, ...] = (),
    ) -> None:
        super().__init__(what, where=where, remedy=remedy)
        self.written = written
        self.deleted = deleted
