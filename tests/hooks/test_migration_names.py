"""A migration's new name that the check proposes is one that the check takes."""

from __future__ import annotations

import re

import pytest

from superset_gitops.core.hooks.migrations import MainBranch, check_migrations
from superset_gitops.model.problem import Level

OURS = {"001_a.sql": "a", "002_b.sql": "b"}
MAIN = MainBranch("origin/main", OURS, OURS)


def told(name: str) -> list[str]:
    return [problem.message for problem in check_migrations("db", OURS | {name: "new"}, MAIN, Level.ERROR)]


@pytest.mark.parametrize("name", ["0003_d.sql", "3_d.sql", "000_d.sql", "0000_d.sql"])
def test_the_proposed_name_is_taken(name: str) -> None:
    (message,) = told(name)
    proposed = re.findall(r"\d+_d\.sql", message)
    assert proposed == ["003_d.sql"]
    assert told(proposed[0]) == []


def test_without_others_any_number_of_digits_is_taken() -> None:
    alone = MainBranch("origin/main", {}, {})
    assert list(check_migrations("db", {"0001_a.sql": "a"}, alone, Level.ERROR)) == []
