"""One prepared repository with a first commit; each test gets a copy of its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from repository import Repository, copy_of, make_repository, shared_cache


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    folder = tmp_path_factory.mktemp("hooks")
    repository = make_repository(folder / "project", shared_cache(folder / "cache"))
    repository.commit()
    repository.git("checkout", "-q", "-b", "work")
    return repository


@pytest.fixture
def repository(prepared: Repository, tmp_path: Path) -> Repository:
    return copy_of(prepared, tmp_path / "a project")
