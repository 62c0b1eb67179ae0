"""Owns the pull requests of one branch at GitHub: found, opened, brought up to date, closed."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from superset_gitops.edges.forge.comments import put_comment
from superset_gitops.edges.forge.github import GitHub
from superset_gitops.edges.forge.refusals import ForgeRefused
from superset_gitops.model.pull_request import Proposal, PullRequest

_COLOUR = "d4c5f9"


class PullRequests:
    """What the workflows ask of a forge. Each call is retried where that may help, and is safe to repeat.

    All of them raise `Unavailable` where GitHub could not or refused.
    """

    def __init__(self, github: GitHub) -> None:
        self._github = github

    def of_branch(self, branch: str) -> tuple[PullRequest, ...]:
        """Those that propose a branch of this very repository, open, closed and merged, newest first."""
        doing = f"read the pull requests of {branch}"
        return self._github.retrying(lambda: self._of_branch(branch), doing)

    def messages(self, pull: PullRequest) -> tuple[str, ...]:
        """The messages of the commits that it proposes.

        By comparing both ends, because the list of a pull request's commits stops at 250.
        """
        doing = f"read the commits of pull request {pull.number}"
        path = self._github.path(f"compare/{pull.base_oid}...{pull.head_oid}")

        def once() -> tuple[str, ...]:
            return tuple(
                str(each["commit"]["message"]) for each in self._github.pages(path, doing=doing, items="commits")
            )

        return self._github.retrying(once, doing)

    def closer(self, pull: PullRequest) -> str:
        """Who closed it; empty where GitHub does not say."""
        doing = f"ask who closed pull request {pull.number}"
        path = self._github.path(f"issues/{pull.number}")
        issue = self._github.retrying(lambda: self._github.call("GET", path, doing=doing), doing)
        closer = issue.get("closed_by")
        return str(closer.get("login") or "") if isinstance(closer, Mapping) else ""

    def open(self, wanted: Proposal) -> PullRequest | None:
        """Open one. It looks before each attempt, so that an answer that was lost never makes a second one.

        Returns:
            The open one, also where somebody else was faster; None where the base has all of the branch by now.
        """
        doing = f"open a pull request of {wanted.branch}"

        def once() -> PullRequest | None:
            body = {"title": wanted.title, "head": wanted.branch, "base": wanted.base, "body": wanted.body}
            for attempt in (1, 2):
                there = [each for each in self._of_branch(wanted.branch) if each.is_open and each.base == wanted.base]
                if there:
                    return there[0]
                try:
                    return _read(self._github.call("POST", self._github.path("pulls"), doing=doing, body=body))
                except ForgeRefused as refused:
                    if refused.status != HTTPStatus.UNPROCESSABLE_ENTITY:
                        raise
                    if "no commits between" in refused.what.lower():
                        return None
                    if attempt == 1 and "already exists" in refused.what.lower():
                        continue
                    raise
            return None

        return self._github.retrying(once, doing)

    def update(self, pull: PullRequest, **changes: str) -> PullRequest:
        """Give it another `title`, `body`, `base`, or `state` ("closed")."""
        doing = f"{'close' if changes.get('state') == 'closed' else 'update'} pull request {pull.number}"
        path = self._github.path(f"pulls/{pull.number}")
        answer = self._github.retrying(lambda: self._github.call("PATCH", path, doing=doing, body=changes), doing)
        return _read(answer)

    def comment(self, pull: PullRequest, marker: str, text: str) -> None:
        """Say something, once: what begins with the marker already is brought up to date."""
        put_comment(self._github, pull.number, marker, f"{marker}\n{text}")

    def add_labels(self, pull: PullRequest, labels: Mapping[str, str]) -> None:
        """Give it labels that it does not have; those of other people stay.

        Args:
            pull: which.
            labels: name → what it means, for those that the repository does not have yet.
        """
        doing = f"label pull request {pull.number}"
        missing = [name for name in labels if name.casefold() not in {each.casefold() for each in pull.labels}]
        if not missing:
            return

        def once() -> None:
            for name in missing:
                self._make_label(name, labels[name], doing)
            path = self._github.path(f"issues/{pull.number}/labels")
            self._github.call("POST", path, doing=doing, body={"labels": missing})

        self._github.retrying(once, doing)

    def _make_label(self, name: str, meaning: str, doing: str) -> None:
        body = {"name": name, "color": _COLOUR, "description": meaning}
        try:
            self._github.call("POST", self._github.path("labels"), doing=doing, body=body)
        except ForgeRefused as refused:
            if refused.status != HTTPStatus.UNPROCESSABLE_ENTITY or "already_exists" not in refused.what:
                raise

    def _of_branch(self, branch: str) -> tuple[PullRequest, ...]:
        name = self._github.repository.name
        owner = name.partition("/")[0]
        query = {"head": f"{owner}:{branch}", "state": "all", "sort": "created", "direction": "desc"}
        path, doing = self._github.path("pulls"), f"read the pull requests of {branch}"
        found = self._github.pages(path, doing=doing, query=query)
        return tuple(_read(each) for each in found if _is_of(each, name, branch))


def _is_of(pull: Mapping[str, Any], name: str, branch: str) -> bool:
    """The owner may have a fork of it, whose branch of this name is another one."""
    head: Mapping[str, Any] = pull["head"]
    repository = head.get("repo")  # null where that is gone
    full = str(repository.get("full_name") or "") if isinstance(repository, Mapping) else ""
    return head["ref"] == branch and full.casefold() == name.casefold()


def _read(pull: Mapping[str, Any]) -> PullRequest:
    return PullRequest(
        number=int(pull["number"]),
        url=str(pull["html_url"]),
        title=str(pull["title"]),
        body=str(pull.get("body") or ""),
        base=str(pull["base"]["ref"]),
        base_oid=str(pull["base"]["sha"]),
        head_oid=str(pull["head"]["sha"]),
        is_open=pull["state"] == "open",
        merged=bool(pull.get("merged_at")),
        labels=tuple(str(label.get("name") or "") for label in pull.get("labels") or ()),
    )
