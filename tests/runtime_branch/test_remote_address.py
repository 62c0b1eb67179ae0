"""Where a person opens a pull request, by the remote's address alone."""

from __future__ import annotations

import pytest

from superset_gitops.core.runtime_branch.remote_address import (
    is_gitlab,
    merge_request_options,
    page_to_open,
    without_user,
)

BRANCH = "runtime-export/dev"
GITHUB = "https://github.com/octo/boards/compare/main...runtime-export/dev?expand=1"
GITLAB = (
    "https://gitlab.com/a/b/c/-/merge_requests/new?merge_request%5Bsource_branch%5D=runtime-export/dev"
    "&merge_request%5Btarget_branch%5D=main"
)


@pytest.mark.parametrize(
    ("address", "page"),
    [
        ("https://github.com/octo/boards.git", GITHUB),
        ("https://x:ghp_secret@github.com/octo/boards", GITHUB),
        ("git@github.com:octo/boards.git", GITHUB),
        ("ssh://git@github.com:22/octo/boards.git", GITHUB),
        ("https://gitlab.com/a/b/c.git", GITLAB),
        ("git@gitlab.com:a/b/c.git", GITLAB),
        ("https://bitbucket.org/o/b.git", "https://bitbucket.org/o/b/pull-requests/new?source=runtime-export/dev&dest=main"),
        ("https://codeberg.org/o/b.git", "https://codeberg.org/o/b/compare/main...runtime-export/dev"),
        ("https://git.example.com/o/b.git", ""),
        ("/srv/boards.git", ""),
        ("C:\\boards.git", ""),
        ("file:///srv/boards.git", ""),
    ],
)  # fmt: skip
def test_the_page_of_a_known_host(address: str, page: str) -> None:
    assert page_to_open(address, BRANCH, "main", {}) == page


def test_servers_that_a_pipeline_names_are_known_too() -> None:
    address = "https://git.example.com/o/b.git"
    assert page_to_open(address, BRANCH, "main", {"GITHUB_SERVER_URL": "https://git.example.com"}).endswith("?expand=1")
    assert "/-/merge_requests/" in page_to_open(address, BRANCH, "main", {"CI_SERVER_URL": "https://git.example.com"})
    assert is_gitlab(address, {"CI_SERVER_URL": "https://git.example.com/"})
    assert not is_gitlab(address, {"CI_SERVER_URL": "https://other.example.com"})
    assert not is_gitlab("/srv/gitlab/boards.git", {"CI_SERVER_URL": ""})


def test_a_branch_s_name_ends_no_address() -> None:
    assert page_to_open("https://github.com/o/b", "runtime-export/dev+x", "a?b", {}).endswith(
        "compare/a%3Fb...runtime-export/dev%2Bx?expand=1"
    )


def test_push_options_say_where_it_goes_and_whose_it_is() -> None:
    options = merge_request_options("dev", "main")
    assert options[:3] == (
        "merge_request.create", "merge_request.target=main", "merge_request.title=Changed in Superset (dev)",
    )  # fmt: skip
    assert "merge_request.label=env:dev" in options


def test_an_address_without_its_user() -> None:
    assert without_user("https://a:b@github.com:443/o/b.git?x=1") == "https://github.com:443/o/b.git"
    assert without_user("git@github.com:o/b.git") == "git@github.com:o/b.git"
