"""One pull request for a branch: opened, kept, closed, and never twice; a human's closing is a refusal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from reviewed import BRANCH, changed, digest_of, export, git, init_bare

from fixtures.github_answers import Answer
from fixtures.github_pulls import GitHubPulls, Pull
from fixtures.github_server import TOKEN, GitHubServer, Lost, serve
from superset_gitops.edges.forge import GitHub, PullRequests, repository_from
from superset_gitops.edges.retry import Retries
from superset_gitops.errors import HybridError, Unavailable
from superset_gitops.model.translation import AssetTranslation
from superset_gitops.workflows.pull_request import close_emptied, forge_for, keep_pull_request, refusals_of

ALL = changed("All births")
NAMES = changed("Names")


@dataclass
class Desk:
    """What a run does at a GitHub whose repository is real."""

    server: GitHubServer
    bare: Path
    said: list[str] = field(default_factory=list)

    @property
    def pulls(self) -> GitHubPulls:
        assert self.server.proposals is not None
        return self.server.proposals

    @property
    def pull(self) -> Pull:
        """The newest one."""
        self.pulls.follow()
        return self.pulls.all[-1]

    def forge(self) -> PullRequests:
        environ = {
            "GITHUB_API_URL": self.server.address,
            "GITHUB_REPOSITORY": "octo/boards",
            "GITHUB_TOKEN": TOKEN,
        }
        return PullRequests(GitHub(repository_from(environ, "dev"), Retries(first_wait=0.01, report=self.said.append)))

    def keep(self, *assets: AssetTranslation) -> str:
        """Push these edits, and bring the pull request to them."""
        self.said.clear()
        if not assets:
            close_emptied(self.forge(), BRANCH, self.said.append)
        exported = export(self.bare, *assets)
        return keep_pull_request(self.forge(), exported, self.said.append)

    def refusals(self) -> set[tuple[str, str, str]]:
        found = refusals_of(self.forge(), BRANCH, self.said.append)
        return {(each.kind_uuid.uuid, each.digest, each.by) for each in found}

    def writes(self) -> list[str]:
        """What was asked for that is no mere look, since the last time."""
        told = [each for each in self.server.seen if not each.startswith("GET ")]
        self.server.seen.clear()
        return [each.replace("/repos/octo/boards/", "") for each in told]


@pytest.fixture
def desk(github: GitHubServer, tmp_path: Path) -> Iterator[Desk]:
    bare = init_bare(tmp_path)
    github.proposals = GitHubPulls(bare)
    yield Desk(github, bare)
    assert all(TOKEN not in each for each in github.seen)


def test_it_is_opened_once_updated_for_more_and_left_alone_otherwise(desk: Desk) -> None:
    url = desk.keep(ALL)
    assert url == "https://github.example/octo/boards/pull/100"
    assert desk.said == [f"opened {url}"]
    assert desk.pull.title == "Changed in Superset (dev): chart 'All births'"
    assert (desk.pull.base, desk.pull.head) == ("main", BRANCH)
    assert "`All births`" in desk.pull.body
    assert desk.pull.labels == ["superset-drift", "env:dev"]
    assert desk.writes() == ["POST pulls", "POST labels", "POST labels", "POST issues/100/labels"]
    assert desk.keep(ALL) == url
    assert (desk.writes(), desk.said) == ([], [])
    desk.pull.body = desk.pull.body.replace("\n", "\r\n")  # as a browser saves it
    desk.pull.labels.append("bug")
    assert desk.keep(ALL) == url
    assert desk.writes() == []
    assert desk.keep(ALL, NAMES) == url
    assert desk.writes() == ["PATCH pulls/100"]
    assert desk.pull.title == "Changed in Superset (dev): chart 'All births' and 1 more"
    assert "`Names`" in desk.pull.body
    assert desk.pull.labels == ["superset-drift", "env:dev", "bug"]
    assert len(desk.pulls.all) == 1


def test_what_a_person_wrote_stays(desk: Desk) -> None:
    desk.keep(ALL)
    desk.pull.body = f"Eve: let us wait.\n\n{desk.pull.body}\nAnd mind the **colours**."
    desk.pull.title = "Births, as Ann wants them"
    desk.keep(ALL, NAMES)
    assert desk.pull.body.startswith("Eve: let us wait.\n\n<!--")
    assert desk.pull.body.endswith("And mind the **colours**.")
    assert "`Names`" in desk.pull.body
    assert desk.pull.title == "Births, as Ann wants them"
    desk.pull.body = "x" * 65_000
    desk.keep(ALL)
    assert desk.pull.body == "x" * 65_000
    assert "no room left" in desk.said[0]


def test_one_that_a_person_opened_is_kept_from_then_on(desk: Desk) -> None:
    exported = export(desk.bare, ALL)
    desk.pulls.all.append(Pull(100, "Mine", "My words.", BRANCH, "main", "eve", exported.tip, exported.commits[0].oid))
    assert desk.keep(ALL).endswith("/100")
    assert desk.pull.body.startswith("My words.\n\n<!--")
    assert desk.pull.title == "Mine"


def test_none_left_closes_it_with_a_reason_and_the_next_edit_opens_another(desk: Desk) -> None:
    desk.keep(ALL)
    assert desk.keep() == ""
    assert desk.said == ["closed https://github.example/octo/boards/pull/100: nothing of it is open any more"]
    assert (desk.pull.state, desk.pull.merged) == ("closed", False)
    [comment] = desk.server.bodies(100)
    assert "somebody undid it in Superset" in comment
    assert desk.refusals() == set()
    assert desk.keep(NAMES).endswith("/101")
    assert [pull.state for pull in desk.pulls.all] == ["closed", "open"]


def test_a_merged_one_is_over(desk: Desk) -> None:
    desk.keep(ALL)
    desk.pulls.merge(100)
    desk.writes()
    assert desk.keep() == ""
    assert desk.writes() == []
    assert desk.refusals() == set()


def test_a_human_s_closing_refuses_what_its_commits_had(desk: Desk) -> None:
    desk.keep(ALL, NAMES)
    assert desk.refusals() == set()
    desk.pulls.close(100, by="ada")
    both = {(asset.id.uuid, digest_of(asset), "ada") for asset in (ALL, NAMES)}
    assert desk.refusals() == both
    assert desk.said[-1] == "https://github.example/octo/boards/pull/100 was closed by ada: that refuses 2 edits"
    desk.writes()
    assert desk.keep(ALL, NAMES) == ""
    assert desk.writes() == []
    assert "each edit of runtime-export/dev was refused" in desk.said[-1]
    # What the ledger has heeded and has open all the same was reopened there.
    heeded = frozenset({"https://github.example/octo/boards/pull/100"})
    reopened = replace(export(desk.bare, ALL, NAMES), heeded=heeded)
    desk.said.clear()
    assert keep_pull_request(desk.forge(), reopened, desk.said.append).endswith("/101")
    assert not any("refuse" in said for said in desk.said)
    desk.keep()
    # Another edit is another matter.
    assert desk.keep(changed("All births", "Born")).endswith("/102")
    assert desk.refusals() == both
    desk.pulls.reopen(100)
    desk.pulls.close(102)
    assert {digest for _, digest, _ in desk.refusals()} == {digest_of(changed("All births", "Born"))}


def test_hundreds_of_commits_are_all_refused(desk: Desk) -> None:
    many = [changed(f"Chart {number}") for number in range(130)]
    desk.keep(*many)
    desk.pulls.close(100)
    assert {digest for _, digest, _ in desk.refusals()} == {digest_of(asset) for asset in many}


def test_an_answer_that_was_lost_makes_no_second_one(desk: Desk) -> None:
    desk.server.once("POST /repos/octo/boards/pulls", Lost())
    assert desk.keep(ALL).endswith("/100")
    assert len(desk.pulls.all) == 1
    assert "it closed the connection without an answer" in desk.said[0]
    for begin in ("POST /repos/octo/boards/labels", "POST /repos/octo/boards/issues", "PATCH /repos/octo/boards/pulls"):
        desk.server.once(begin, Lost())
    desk.pull.labels.clear()
    desk.pulls.labels.clear()
    desk.keep(ALL, NAMES)
    assert desk.pull.labels == ["superset-drift", "env:dev"]
    desk.server.once("PATCH /repos/octo/boards/pulls", Lost())
    desk.server.once("POST /repos/octo/boards/issues/100/comments", Lost())
    assert desk.keep() == ""
    assert (len(desk.server.bodies(100)), desk.pull.state) == (1, "closed")


def test_who_comes_second_finds_the_other_s(desk: Desk) -> None:
    """GitHub refuses a second one; the list did not have the first one yet."""
    desk.keep(ALL)
    desk.server.once("GET /repos/octo/boards/pulls", Answer(200, []), times=3)
    assert desk.keep(ALL).endswith("/100")
    assert len(desk.pulls.all) == 1


def test_main_that_has_everything_by_now_needs_none(desk: Desk) -> None:
    exported = export(desk.bare, ALL)
    git(desk.bare, "update-ref", "refs/heads/main", exported.tip)
    assert keep_pull_request(desk.forge(), exported, desk.said.append) == ""
    assert desk.said == [f"main has all of {BRANCH} by now: there is nothing to open"]


def test_a_fork_s_branch_of_the_same_name_is_another_one(desk: Desk) -> None:
    desk.keep(ALL)
    shown = desk.pulls.shown(desk.pull, "pull-request-simple")
    other = {**shown, "number": 7, "head": {**shown["head"], "repo": {**shown["head"]["repo"], "full_name": "octo/x"}}}
    gone = {**shown, "number": 8, "head": {**shown["head"], "repo": None}}
    desk.server.once("GET /repos/octo/boards/pulls", Answer(200, [other, gone]))
    assert desk.forge().of_branch(BRANCH) == ()


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (
            Answer(403, {"message": "GitHub Actions is not permitted to create or approve pull requests."}),
            "tick `Allow",
        ),
        (Answer(403, {"message": "Resource not accessible by integration"}), "pull-requests: write"),
        (Answer(401, {"message": "Bad credentials"}), "GITHUB_TOKEN is wrong"),
        (Answer(404, {"message": "Not Found"}), "check GITHUB_REPOSITORY"),
        (Answer(422, {"message": "Validation Failed", "errors": [{"field": "head", "code": "invalid"}]}), "head: inv"),
        (Answer(429, {"message": "slow"}, {"Retry-After": "7200"}), "rate limit is used up"),
    ],
)
def test_a_refusal_says_what_to_do(desk: Desk, fault: Answer, told: str) -> None:
    desk.server.once("POST /repos/octo/boards/pulls", fault)
    with pytest.raises(Unavailable) as refused:
        desk.keep(ALL)
    assert told in str(refused.value)
    assert TOKEN not in str(refused.value)
    assert desk.pulls.all == []


@pytest.mark.parametrize(
    "fault",
    [
        Answer(502, b"<html>"),
        Answer(429, {"message": "slow"}, {"Retry-After": "0"}),
        Answer(403, {"message": "You have exceeded a secondary rate limit"}, {"Retry-After": "0"}),
    ],
)
def test_what_passes_by_itself_is_waited_for(desk: Desk, fault: Answer) -> None:
    for begin in ("GET /repos/octo/boards/pulls", "POST /repos/octo/boards/pulls", "POST /repos/octo/boards/labels"):
        desk.server.once(begin, fault)
    assert desk.keep(ALL).endswith("/100")
    assert desk.pull.labels == ["superset-drift", "env:dev"]


def test_labels_that_may_not_be_given_are_only_a_warning(desk: Desk) -> None:
    desk.server.once("POST /repos/octo/boards/labels", Answer(403, {"message": "no"}))
    assert desk.keep(ALL).endswith("/100")
    assert "has no labels: could not label pull request 100: 403 no" in desk.said[-1]


def test_an_enterprise_has_its_api_below_a_path(tmp_path: Path) -> None:
    server = GitHubServer(tokens={TOKEN: None}, pulls=set(), proposals=GitHubPulls(init_bare(tmp_path)))
    with serve(server, "/api/v3"):
        assert Desk(server, server.proposals.bare if server.proposals else tmp_path).keep(ALL).endswith("/100")
    assert all(each.split(" ")[1].startswith("/api/v3/repos/octo/boards/") for each in server.seen)
    assert server.violations == []


def test_whether_there_is_a_forge() -> None:
    with forge_for("dev", {"GITHUB_TOKEN": TOKEN}, print) as forge:
        assert forge is None
    with (
        pytest.raises(HybridError, match="GITHUB_TOKEN is not set"),
        forge_for("dev", {"GITHUB_REPOSITORY": "a/b"}, print),
    ):
        pass
    assert refusals_of(None, BRANCH, print) == ()
    close_emptied(None, BRANCH, print)
