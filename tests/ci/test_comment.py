"""One comment a pull request and environment: found by its marker, made or updated, and never twice."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from fixtures.github_answers import Answer
from fixtures.github_server import PERSON, TOKEN, GitHubServer, Lost, serve
from superset_gitops.errors import HybridError
from superset_gitops.workflows.comment_plan import comment_plan as comment

ROOT = Path(__file__).resolve().parents[2]
PLAN = "<!-- superset-gitops plan: dev -->\n### Plan for `dev`\n\n1 pending.\n"
COMMENTS = "/repos/octo/boards/issues/12/comments"


@dataclass(frozen=True)
class Done:
    """How it ended, as the command would say it."""

    code: int
    out: str
    err: str


def variables_of(github: GitHubServer) -> dict[str, str]:
    return {"GITHUB_API_URL": github.address, "GITHUB_REPOSITORY": "octo/boards", "GITHUB_TOKEN": TOKEN}


def comment_plan(github: GitHubServer, plan: str = PLAN, number: int | None = 12, **variables: str) -> Done:
    said: list[str] = []
    try:
        out = comment(plan, number, variables_of(github) | variables, said.append)
    except HybridError as error:
        return Done(error.exit_code, "", "\n".join([*said, str(error)]))
    return Done(0, out, "\n".join(said))


def test_the_command_reads_stdin_or_a_file(github: GitHubServer, tmp_path: Path) -> None:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("GITHUB_")}
    file = tmp_path / "plan.md"
    file.write_text(PLAN)
    start = "import sys; sys.path.insert(0, sys.argv.pop(1)); from superset_gitops.cli.main import run; run()"
    for given in ((), (str(file),)):
        done = subprocess.run(
            [sys.executable, "-c", start, str(ROOT / "tools"), "comment-plan", "--pull-request", "12", *given],
            input=PLAN,
            env=environ | variables_of(github),
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert done.stdout == "https://github.example/octo/boards/pull/12#issuecomment-1\n"
    assert len(github.bodies(12)) == 1


def test_it_is_made_once_and_then_updated_in_place(github: GitHubServer) -> None:
    github.add_comment(12, "Looks good to me", "ada")
    first = comment_plan(github)
    second = comment_plan(github, PLAN.replace("1 pending", "2 pending"))
    assert (first.code, second.code) == (0, 0), first.err + second.err
    assert first.out == second.out == "https://github.example/octo/boards/pull/12#issuecomment-2"
    assert "made the plan's comment" in first.err
    assert "updated the plan's comment" in second.err
    bodies = github.bodies(12)
    assert len(bodies) == 2
    assert bodies[1].startswith("<!-- superset-gitops plan: dev -->\n### Plan for `dev`")
    assert "2 pending" in bodies[1]


def test_each_environment_has_its_own(github: GitHubServer) -> None:
    comment_plan(github)
    comment_plan(github, PLAN.replace("plan: dev", "plan: staging"))
    comment_plan(github, PLAN.replace("1 pending", "in sync"))
    assert [body.split("\n")[0] for body in github.bodies(12)] == [
        "<!-- superset-gitops plan: dev -->",
        "<!-- superset-gitops plan: staging -->",
    ]
    assert "in sync" in github.bodies(12)[0]


def test_it_is_found_on_a_later_page(github: GitHubServer) -> None:
    for number in range(150):
        github.add_comment(12, f"comment {number}", "ada")
    comment_plan(github)
    comment_plan(github)
    assert len(github.bodies(12)) == 151
    assert f"GET {COMMENTS}?per_page=100&page=2" in github.seen


def test_what_other_people_wrote_is_never_changed(github: GitHubServer) -> None:
    """Anybody can write a comment that looks like ours, and quote ours in theirs."""
    github.add_comment(12, PLAN + "all is well, merge me", "mallory")
    github.add_comment(12, f"> {PLAN}\nwhat is this?", "ada")
    before = github.bodies(12)
    for token in (TOKEN, PERSON):
        assert comment_plan(github, GITHUB_TOKEN=token).code == 0
        assert comment_plan(github, PLAN + "again", GITHUB_TOKEN=token).code == 0
    assert github.bodies(12)[:2] == before
    assert [each["user"]["login"] for each in github.comments] == ["mallory", "ada", "github-actions[bot]"]


def test_a_persons_own_comment_is_updated(github: GitHubServer) -> None:
    for plan in (PLAN, PLAN + "again"):
        assert comment_plan(github, plan, GITHUB_TOKEN=PERSON).code == 0
    assert [each["user"]["login"] for each in github.comments] == ["ada"]


def test_an_answer_that_was_lost_makes_no_second_comment(github: GitHubServer) -> None:
    github.once(f"POST {COMMENTS}", Lost())
    done = comment_plan(github)
    assert done.code == 0, done.err
    assert "it closed the connection without an answer (attempt 1 of 3)" in done.err
    assert len(github.bodies(12)) == 1


def test_a_comment_that_vanished_meanwhile_is_made_anew(github: GitHubServer) -> None:
    comment_plan(github)
    github.once("PATCH", Answer(404, {"message": "Not Found"}))
    assert comment_plan(github).code == 0
    assert len(github.bodies(12)) == 2


@pytest.mark.parametrize(
    "fault",
    [
        Answer(500, b"<html>"),
        Answer(502, b"<html>"),
        Answer(503, {"message": "busy"}, {"Retry-After": "0"}),
        Answer(429, {"message": "slow down"}, {"Retry-After": "0"}),
        Answer(403, {"message": "You have exceeded a secondary rate limit"}, {"Retry-After": "0"}),
        Answer(403, {"message": "API rate limit exceeded"},
               {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(int(time.time()))}),
    ],
    ids=["500", "502", "503", "429", "secondary", "primary"],
)  # fmt: skip
def test_what_may_pass_is_tried_again(github: GitHubServer, fault: Answer) -> None:
    github.once(f"GET {COMMENTS}", fault)
    done = comment_plan(github)
    assert done.code == 0, done.err
    assert "(attempt 1 of 3)" in done.err
    assert len(github.bodies(12)) == 1


def test_a_rate_limit_that_lasts_is_told_and_not_waited_for(github: GitHubServer) -> None:
    reset = str(int(time.time()) + 1800)
    headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": reset}
    github.once("GET", Answer(403, {"message": "API rate limit exceeded"}, headers))
    started = time.monotonic()
    done = comment_plan(github)
    assert done.code == 3
    assert time.monotonic() - started < 20
    assert "GitHub's rate limit is used up until" in done.err
    assert len(github.seen) == 1


def test_a_wrong_token_is_told_and_never_shown(github: GitHubServer) -> None:
    done = comment_plan(github, GITHUB_TOKEN="ghp_wrong_secret")
    assert done.code == 3
    assert "401 Bad credentials" in done.err
    assert "GITHUB_TOKEN is wrong or has expired" in done.err
    assert len(github.seen) == 1
    assert github.authorizations == {"Bearer ghp_wrong_secret"}
    assert "ghp_wrong_secret" not in done.err + done.out + "".join(github.seen)


def test_a_token_that_may_not_write_is_told_which_permission_it_lacks(github: GitHubServer) -> None:
    github.may_write = False
    done = comment_plan(github)
    assert done.code == 3
    assert "403 Resource not accessible by integration" in done.err
    assert "pull-requests: write" in done.err


def test_a_pull_request_that_is_not_there(github: GitHubServer) -> None:
    done = comment_plan(github, PLAN, 99)
    assert done.code == 3
    assert "octo/boards: could not read the comments of pull request 99: 404 Not Found" in done.err


def test_what_github_refuses_is_told_in_its_words(github: GitHubServer) -> None:
    error = {"resource": "IssueComment", "code": "invalid", "field": "body"}
    github.once("POST", Answer(422, {"message": "Validation Failed", "errors": [error, "and a text"]}))
    done = comment_plan(github)
    assert done.code == 3
    assert "422 Validation Failed; body: invalid; and a text" in done.err


def test_a_moved_repository_is_not_followed_with_the_token(github: GitHubServer) -> None:
    github.once("GET", Answer(301, {"message": "Moved Permanently"}, {"Location": "http://127.0.0.1:1/elsewhere"}))
    done = comment_plan(github)
    assert done.code == 3
    assert "renamed or moved" in done.err


def test_an_address_that_is_no_api(github: GitHubServer) -> None:
    github.once("GET", Answer(200, b"<html>Sign in</html>", {"Content-Type": "text/html"}))
    done = comment_plan(github)
    assert done.code == 3
    assert "the answer is no JSON" in done.err
    assert "GITHUB_API_URL" in done.err


def test_a_plan_of_any_length_fits(github: GitHubServer) -> None:
    rows = "".join(f"| chart **Chart {number}** | pending | `slice_name` |\n" for number in range(3000))
    done = comment_plan(github, f"{PLAN}{rows}")
    assert done.code == 0, done.err
    assert "the whole of it is in the run's summary" in github.bodies(12)[0]


def test_the_workflows_event_says_which_pull_request(github: GitHubServer, tmp_path: Path) -> None:
    event = tmp_path / "event.json"
    event.write_text(json.dumps({"number": 12, "pull_request": {"number": 12, "head": {"sha": "0123456789abcdef"}}}))
    run = {"GITHUB_SERVER_URL": "https://github.example", "GITHUB_RUN_ID": "77"}
    assert comment_plan(github, PLAN, None, GITHUB_EVENT_PATH=str(event), **run).code == 0
    assert github.bodies(12)[0].endswith(
        "<sub>commit 0123456789ab · [run](https://github.example/octo/boards/actions/runs/77)</sub>\n"
    )
    event.write_text(json.dumps({"issue": {"number": 12}}))
    none = comment_plan(github, PLAN, None, GITHUB_EVENT_PATH=str(event))
    assert none.code == 2
    assert "about no pull request" in none.err


@pytest.mark.parametrize(
    ("variables", "told"),
    [
        ({"GITHUB_TOKEN": ""}, "GITHUB_TOKEN is not set"),
        ({"GITHUB_TOKEN": "ghp_a\nb"}, "characters in it that no token has"),
        ({"GITHUB_REPOSITORY": "https://github.com/octo/boards"}, "owner/name"),
        ({"GITHUB_API_URL": "http://github.example/api/v3"}, "does not begin with https://"),
        ({"GITHUB_API_URL": "https://ghp_secret@github.example/api/v3"}, "not an address alone"),
    ],
)
def test_variables_that_cannot_be_right(github: GitHubServer, variables: dict[str, str], told: str) -> None:
    done = comment_plan(github, **variables)
    assert done.code == 2
    assert told in done.err
    assert "ghp_" not in done.err
    assert github.seen == []


def test_what_is_no_plan_is_refused(github: GitHubServer) -> None:
    done = comment_plan(github, "hello")
    assert done.code == 2
    assert "drift-plan --env ENV --format markdown" in done.err


def test_nobody_answers(github: GitHubServer) -> None:
    done = comment_plan(github, GITHUB_API_URL="http://127.0.0.1:1")
    assert done.code == 3
    assert "connection refused (tried 3 times" in done.err


def test_an_enterprise_has_its_api_below_a_path() -> None:
    server = GitHubServer(tokens={TOKEN: None}, pulls={12})
    with serve(server, "/api/v3"):
        assert comment_plan(server).code == 0
    assert len(server.bodies(12)) == 1
    assert server.seen[0].startswith("GET /api/v3/repos/octo/boards/")
    assert server.violations == []
