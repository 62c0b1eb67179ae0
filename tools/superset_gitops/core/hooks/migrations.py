"""Owns what must not happen to migrations from one commit to the next, as seen from the main branch."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from superset_gitops.model.problem import Level, Problem

_NAME = re.compile(r"(\d+)_[a-z0-9][a-z0-9_]*\.sql")


@dataclass(frozen=True, slots=True)
class MainBranch:
    """What the main branch says of the migrations: file name → the hash of its content.

    Attributes:
        name: of the branch, as git takes it; empty where there is none to compare with.
        base: where this branch left it: all of these must still be here.
        tip: where it is now: a migration of the same name must be the same.
    """

    name: str
    base: Mapping[str, str]
    tip: Mapping[str, str]

    @property
    def all(self) -> dict[str, str]:
        """Every migration that it is known to have or to have had."""
        return {**self.base, **self.tip}


def new_names(staged: Mapping[str, str], main: MainBranch) -> list[str]:
    """The staged migrations that main does not have."""
    return sorted(name for name in staged if name.endswith(".sql") and name not in main.all)


def check_migrations(folder: str, staged: Mapping[str, str], main: MainBranch, order: Level) -> Iterator[Problem]:
    """What is wrong with the staged migrations' names and with what became of those that main has.

    Args:
        folder: of the migrations.
        staged: file name → the hash of its content.
        main: the same for the main branch.
        order: how bad a migration is that sorts before those of main.
    """
    yield from _kept(folder, staged, main)
    new = new_names(staged, main)
    yield from _named(folder, staged, new)
    last = max((name for name in main.all if name.endswith(".sql")), default="")
    widths = _widths(staged, new)
    for name in new:
        found = _NAME.fullmatch(name)
        if found and name < last and (not widths or len(found[1]) in widths):
            message = (
                f"it sorts before {last}, which {main.name} has: where that has run, this one comes too late; "
                f"rename it to {_next_number(main.all, staged, widths)}_{name.partition('_')[2]}"
            )
            yield Problem(f"{folder}/{name}", 1, 1, message, "migration-order", order)


def _kept(folder: str, staged: Mapping[str, str], main: MainBranch) -> Iterator[Problem]:
    for name in sorted(main.all):
        if (
            not name.endswith(".sql")
            or staged.get(name) == main.all[name]
            or staged.get(name) == main.base.get(name, "")
        ):
            continue
        restore = f"git restore --staged --worktree --source={main.name} -- {folder}/{name}"
        if name in staged:
            what = f"{main.name} has another text of this migration, and may have run it"
        elif name not in main.base:
            continue  # main went on, and this branch does not know it yet
        else:
            renamed = next((new for new, oid in staged.items() if oid == main.base[name]), "")
            what = f"{main.name} has this migration, and may have run it: it was {_became(renamed)}"
        message = f"{what}; {restore}, and write a new migration for what should change"
        yield Problem(f"{folder}/{name}", 1, 1, message, "migration-edited")


def _became(renamed: str) -> str:
    return f"renamed to {renamed}" if renamed else "deleted"


def _named(folder: str, staged: Mapping[str, str], new: list[str]) -> Iterator[Problem]:
    numbers: dict[str, list[str]] = {}
    for name in sorted(staged):
        found = _NAME.fullmatch(name)
        if found:
            numbers.setdefault(found[1], []).append(name)
    widths = _widths(staged, new)
    for name in new:
        found = _NAME.fullmatch(name)
        message = ""
        if not found:
            message = "a migration's name is a number, _ and what it does: 004_add_totals.sql (a-z, 0-9, _)"
        elif len(numbers[found[1]]) > 1:
            other = next(each for each in numbers[found[1]] if each != name)
            message = f"{other} has the number {found[1]} too: give each migration its own"
        elif widths and len(found[1]) not in widths:
            message = (
                f"names sort as text: write the number with {max(widths)} digits, as the others do: "
                f"{_next_number({}, staged, widths)}_{name.partition('_')[2]}"
            )
        if message:
            yield Problem(f"{folder}/{name}", 1, 1, message, "migration-name")


def _widths(staged: Mapping[str, str], new: list[str]) -> set[int]:
    """How many digits the numbers have of those that are not new."""
    return {len(found[1]) for name in staged if name not in new and (found := _NAME.fullmatch(name))}


def _next_number(known: Mapping[str, str], staged: Mapping[str, str], widths: set[int]) -> str:
    """The number after the last one; of those with another number of digits none counts."""
    found = [found[1] for name in (*known, *staged) if (found := _NAME.fullmatch(name))]
    fitting = [number for number in found if not widths or len(number) in widths]
    last = max(fitting, key=int, default="0")
    return str(int(last) + 1).zfill(len(last))
