"""A GitHub of each test's own; what a test did with it agreed with GitHub's description, or the test fails."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from github_server import PERSON, TOKEN, GitHubServer, serve


@pytest.fixture
def github() -> Iterator[GitHubServer]:
    server = GitHubServer(tokens={TOKEN: None, PERSON: "ada"}, pulls={12})
    with serve(server):
        yield server
    assert server.violations == []
