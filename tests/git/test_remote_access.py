"""A push over HTTP with a token, to a real server: it goes to its own host only, and can be read nowhere."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from test_build_branch import BRANCH, REF, draft, opened
from test_checkout import commit, git

from fixtures.git_over_http import listening, served
from superset_gitops.edges.git.branch_commits import branch_commits
from superset_gitops.edges.git.branch_tips import push_branch, read_tips
from superset_gitops.edges.git.build_branch import Parts, build_branch
from superset_gitops.edges.git.remote_access import Access, access_to, proof_for, remote_address
from superset_gitops.errors import ConfigurationError, Unavailable

TOKEN = "ghs_a_token_of_a_workflow"
HOOK = """\
#!/bin/sh
i=0
while [ "$i" -lt "${GIT_PUSH_OPTION_COUNT:-0}" ]; do
  eval "echo \\"\\$GIT_PUSH_OPTION_$i\\"" >> options
  i=$((i+1))
done
"""


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    (tmp_path / "gitconfig").write_text("[user]\nname = A Committer\nemail = committer@example.com\n")
    git(tmp_path, "init", "-q", "--bare", "-b", "main", "boards.git")
    git(tmp_path, "clone", "-q", "boards.git", "clone")
    project = tmp_path / "clone"
    git(project, "checkout", "-q", "-b", "main")
    (project / "charts").mkdir()
    (project / "charts" / "1.yaml.j2").write_text("one\n")
    commit(project, "charts")
    git(project, "push", "-q", "origin", "main")
    return tmp_path / "boards.git"


@pytest.fixture
def project(bare: Path) -> Path:
    return bare.parent / "clone"


@pytest.fixture
def seen() -> list[tuple[str, str]]:
    return []


@pytest.fixture
def url(bare: Path, project: Path, seen: list[tuple[str, str]]) -> Iterator[str]:
    with served(bare, TOKEN, seen) as address:
        git(project, "remote", "set-url", "origin", address)
        yield address


def push(project: Path, environ: Mapping[str, str], *options: str) -> bool:
    with opened(project) as repository:
        access = Access(proof_for(repository, "origin", environ, "dev"), options)
        tips = read_tips(repository, "main", BRANCH, print, must_reach=True, access=access)
        known = branch_commits(repository, tips.main, tips.there)
        parts = Parts(project, tips.main, (draft(1, f"{len(known)}\n"),), known, tips.there)
        return push_branch(repository, tips, build_branch(repository, parts))


def proof(project: Path, address: str, **environ: str) -> str:
    """Which headers go where, as git is told."""
    git(project, "remote", "set-url", "origin", address)
    with opened(project) as repository:
        told = proof_for(repository, "origin", environ, "dev")
    return " ".join(value for name, value in told.items() if name.startswith("GIT_CONFIG_KEY"))


@pytest.mark.parametrize("server", ["GITHUB_SERVER_URL", "GITHUB_API_URL", "CI_SERVER_URL"])
def test_a_branch_is_pushed_with_the_token_of_that_host(
    project: Path, bare: Path, url: str, server: str, seen: list[tuple[str, str]], capfd: pytest.CaptureFixture[str]
) -> None:
    site = url.removesuffix("/octo/boards.git")
    token = "GITLAB_TOKEN" if server.startswith("CI") else "GITHUB_TOKEN"
    trace = project.parent / "trace"
    os.environ["GIT_TRACE"] = str(trace)
    try:
        push(project, {server: site, token: TOKEN})
    finally:
        del os.environ["GIT_TRACE"]
    assert git(bare, "log", "-1", "--format=%an", REF) == "Ánn Lee"
    assert {bool(header) for _, header in seen} == {True}  # no request is spent on being asked for it
    told = trace.read_text()
    assert f"push --quiet --no-verify --force-with-lease={REF}:" in told
    assert TOKEN not in told + "".join(capfd.readouterr()) + "".join(path for path, _ in seen)
    config = (project / ".git" / "config").read_text()
    assert "extraHeader" not in config
    assert TOKEN not in config


def test_without_a_token_it_is_said_which_to_give(project: Path, url: str) -> None:
    with pytest.raises(Unavailable, match="GITHUB_TOKEN") as refused:
        push(project, {"GITHUB_TOKEN": TOKEN})  # which is GitHub's own, and this is another host
    assert TOKEN not in str(refused.value)


def test_a_wrong_token_is_told_without_it(project: Path, url: str) -> None:
    site = url.removesuffix("/octo/boards.git")
    with pytest.raises(Unavailable, match=r"wrong or expired: .*contents: write") as refused:
        push(project, {"GITHUB_SERVER_URL": site, "GITHUB_TOKEN": "ghs_wrong"})
    assert "ghs_wrong" not in f"{refused.value}{refused.value.__cause__}"


def test_a_redirection_gets_nothing(project: Path, bare: Path) -> None:
    """Git goes on with its own headers at the address that it is sent to."""
    got: list[str] = []

    class Elsewhere(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            got.append(self.headers.get("Authorization", ""))
            self.send_response(302)
            self.send_header("Location", f"{there}{self.path}")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
            """Quiet."""

    seen: list[tuple[str, str]] = []
    with served(bare, TOKEN, seen) as there_url, listening(Elsewhere) as here:
        there = there_url.removesuffix("/octo/boards.git")
        git(project, "remote", "set-url", "origin", f"{here}/octo/boards.git")
        with pytest.raises(Unavailable):
            push(project, {"GITHUB_SERVER_URL": here, "GITHUB_TOKEN": TOKEN})
    assert len(got) == 1
    assert got[0].startswith("Basic ")
    assert seen == []


def test_who_the_token_is_for(project: Path) -> None:
    github, enterprise = "https://github.com/octo/boards.git", "https://ghe.example.com/octo/boards.git"
    ours = {"GITHUB_TOKEN": TOKEN}
    both = f"http.{github}.extraHeader http.{github}.followRedirects"
    assert proof(project, github, **ours) == both
    assert proof(project, github, GITHUB_TOKEN_DEV=TOKEN) == both
    assert proof(project, github, **ours, GITHUB_API_URL="https://api.github.com") == both
    assert proof(project, github) == ""
    assert proof(project, enterprise, **ours) == ""
    assert enterprise in proof(project, enterprise, **ours, GITHUB_API_URL="https://ghe.example.com/api/v3")
    assert proof(project, github, **ours, GITHUB_API_URL="https://ghe.example.com/api/v3") == ""
    assert "x.ghe.com" in proof(project, "https://x.ghe.com/o/b", **ours, GITHUB_API_URL="https://api.x.ghe.com")
    for address in (
        "http://github.com/octo/boards.git",  # in clear text
        "https://github.com:8443/octo/boards.git",
        "https://github.com.example.com/octo/boards.git",
        "https://ada:secret@github.com/octo/boards.git",  # has its own
        "git@github.com:octo/boards.git",
        "/srv/boards.git",
    ):
        assert proof(project, address, **ours) == "", address
    clear = "http://ghe.example.com/octo/boards.git"
    assert proof(project, clear, **ours, GITHUB_SERVER_URL="http://ghe.example.com") == ""
    gitlab = "https://gitlab.example.com/o/b.git"
    job = {"CI_JOB_TOKEN": TOKEN, "CI_SERVER_URL": "https://gitlab.example.com"}
    assert gitlab in proof(project, gitlab, **job)
    assert proof(project, "https://gitlab.com/o/b.git", **job) == ""
    assert proof(project, "https://gitlab.com/o/b.git", GITLAB_TOKEN=TOKEN) != ""


def test_what_git_is_set_up_for_already_stays(project: Path) -> None:
    address = "https://github.com/octo/boards.git"
    git(project, "config", "http.https://github.com/.extraheader", "AUTHORIZATION: basic xyz")
    assert proof(project, address, GITHUB_TOKEN=TOKEN) == ""


def test_git_s_own_rewriting_of_addresses_counts(project: Path) -> None:
    git(project, "config", "url.https://elsewhere.example.com/.insteadOf", "https://github.com/")
    assert proof(project, "https://github.com/octo/boards.git", GITHUB_TOKEN=TOKEN) == ""


def test_a_token_that_can_be_none_is_refused(project: Path) -> None:
    with pytest.raises(ConfigurationError, match="GITHUB_TOKEN has characters") as refused:
        proof(project, "https://github.com/octo/boards.git", GITHUB_TOKEN="ghs_a\nb")
    assert "ghs_a" not in str(refused.value)


def test_an_address_is_told_without_its_password(project: Path) -> None:
    git(project, "remote", "set-url", "origin", "https://ada:secret@github.com/octo/boards.git")
    with opened(project) as repository:
        assert remote_address(repository) == "https://github.com/octo/boards.git"


def test_a_server_that_takes_push_options_is_told_them(project: Path, bare: Path, url: str) -> None:
    (bare / "hooks").mkdir(exist_ok=True)
    (bare / "hooks" / "post-receive").write_text(HOOK)
    (bare / "hooks" / "post-receive").chmod(0o755)
    environ = {"GITHUB_SERVER_URL": url.removesuffix("/octo/boards.git"), "GITHUB_TOKEN": TOKEN}
    assert not push(project, environ, "merge_request.create")  # it takes none: the push counts
    assert git(bare, "rev-parse", REF)
    assert not (bare / "options").exists()
    git(bare, "config", "receive.advertisePushOptions", "true")
    told = ("merge_request.create", "merge_request.title=A 'title' with $HOME, \"quotes\" and ☃")
    assert push(project, environ, *told)
    assert (bare / "options").read_text().splitlines() == list(told)


def test_only_a_gitlab_is_asked_for_a_merge_request(project: Path) -> None:
    for address, asked in (("https://gitlab.com/o/b.git", True), ("https://github.com/o/b.git", False)):
        git(project, "remote", "set-url", "origin", address)
        with opened(project) as repository:
            assert bool(access_to(repository, {}, "dev", base="main", ask=True).options) is asked
            assert access_to(repository, {}, "dev", base="main").options == ()
