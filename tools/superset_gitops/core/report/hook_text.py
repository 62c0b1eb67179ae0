"""Owns what a hook tells: three lines at most, since it speaks where nobody asked."""

from __future__ import annotations

from collections.abc import Sequence

from superset_gitops.errors import HybridError, SourceProblems

_LONGEST = 300  # characters of a line
_ONE_LINE = 130  # characters that still read as one sentence


def deployed_line(environment: str, place: str, files: int, written: int, deleted: int, seconds: float) -> str:
    """What a deployment did: `dev: 1 SQL file run, 2 assets written (3.4 s) → http://…`."""
    counts = [
        (files, f"SQL file{'' if files == 1 else 's'} run"),
        (written, f"asset{'' if written == 1 else 's'} written"),
        (deleted, f"asset{'' if deleted == 1 else 's'} deleted"),
    ]
    done = ", ".join(f"{number} {words}" for number, words in counts if number)
    return f"{environment}: {done or 'nothing to do, it shows what Git says'} ({seconds:.1f} s) → {place}"


def stopped_lines(undone: str, error: HybridError) -> list[str]:
    """Why nothing, or not all of it, was done, and what to do next: a line each, of one and of two sentences at most.

    Args:
        undone: what did not happen, `not deployed`.
        error: what stopped it.
    """
    if isinstance(error, SourceProblems) and error.problems:
        more = f" (and {len(error.problems) - 1} more)" if len(error.problems) > 1 else ""
        return [_single(f"{undone}: {error.problems[0]}{more}")]
    told = f"{error.where}: {error.what}" if error.where else error.what
    first, remedy = _single(f"{undone}: {told}"), _single(error.remedy)
    if len(first) + len(remedy) <= _ONE_LINE:
        return [f"{first} → {remedy}" if remedy else first]
    return [first, f"  → {remedy}"]


def unfinished_lines(environment: str, told: Sequence[str], reason: str, way_on: str, log: str) -> list[str]:
    """What a run told that did not come to its end, then how to go on and where its log is.

    Args:
        environment: its name.
        told: the lines of its own, if it came that far.
        reason: why it was stopped from outside, if it was.
        way_on: the command that finishes it.
        log: the log's path.
    """
    first = [f"{environment}: {reason}"] if reason else [*told[:2]] or [f"{environment}: it failed without a word"]
    finishes = "the next one finishes it" if reason else "and then"
    return [*first, f"  → {finishes}: {way_on}   (log: {log})"]


def _single(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"
