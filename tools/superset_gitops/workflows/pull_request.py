"""Owns a runtime branch's pull request: opened, kept up to date, closed, and what a human's closing refused."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from superset_gitops.core import settings
from superset_gitops.core.report.own_part import (
    closed_by_us,
    has_own_part,
    own_part,
    room_in,
    title_is_ours,
    with_own_part,
)
from superset_gitops.core.report.pull_request_text import Review, closing_text, text_of, title_of
from superset_gitops.core.runtime_branch.marks import mark_of
from superset_gitops.core.runtime_branch.remote_address import page_to_open
from superset_gitops.core.runtime_branch.told_edits import told_edits
from superset_gitops.errors import Unavailable
from superset_gitops.model.progress import Progress
from superset_gitops.model.pull_request import Proposal, PullRequest
from superset_gitops.model.runtime_branch import Refusal

if TYPE_CHECKING:
    from superset_gitops.edges.forge import PullRequests
    from superset_gitops.workflows.export_branch import Exported

_LEAST = 4_000  # characters in which a review can be told at all


def refusals_of(
    forge: PullRequests | None, branch: str, progress: Progress, heeded: Collection[str] = ()
) -> tuple[Refusal, ...]:
    """What humans refused: the edits of each pull request of the branch that was closed unmerged, and not by us.

    Args:
        forge: None for none: then nothing is known to be refused.
        branch: its short name.
        progress: told of each such pull request.
        heeded: the addresses of those that are left out.

    Raises:
        Unavailable: the forge could not say.
    """
    if forge is None:
        return ()
    found: list[Refusal] = []
    for pull in forge.of_branch(branch):
        if not _refused(pull) or pull.url in heeded:
            continue
        marks = [mark for mark in map(mark_of, forge.messages(pull)) if mark is not None]
        by = forge.closer(pull)
        progress(f"{pull.url} was closed{f' by {by}' if by else ''}: that refuses {_edits(len(marks))}")
        found += [Refusal(mark.asset, mark.digest, by, pull.url) for mark in marks]
    return tuple(found)


def close_emptied(forge: PullRequests | None, branch: str, progress: Progress) -> None:
    """Close the branch's pull request, with the reason, because nothing of it is open any more.

    To be called before the branch is removed at the remote: a forge closes what lost its branch, and that could not be
    told from a human's no.

    Raises:
        Unavailable: the forge could not.
    """
    if forge is None:
        return
    for pull in forge.of_branch(branch):
        if not pull.is_open:
            continue
        environment = branch.partition("/")[2]
        reason = closing_text(branch, pull.base)
        forge.comment(pull, f"<!-- superset-gitops runtime-export: {environment} -->", reason)
        title = pull.title if title_is_ours(pull.body, pull.title) else ""
        part = own_part(environment, title, reason, closed=True)
        forge.update(pull, body=with_own_part(pull.body, part), state="closed")
        progress(f"closed {pull.url}: nothing of it is open any more")


def keep_pull_request(forge: PullRequests | None, exported: Exported, progress: Progress) -> str:
    """Bring the branch's one pull request to what the branch is, after it was pushed.

    The same edits write nothing. What a person wrote into its text stays, and so does a title that a person gave.

    Args:
        forge: None for none.
        exported: the branch.
        progress: told what was done.

    Returns:
        Its address; empty where there is none.

    Raises:
        Unavailable: the forge could not or refused.
    """
    if forge is None or not exported.tip:
        return ""
    review = _review(exported)
    pull = _ours(forge.of_branch(exported.branch), exported.base)
    if pull is None:
        # What was closed before is in the ledger, which also knows what was reopened since.
        since = refusals_of(forge, exported.branch, progress, exported.heeded)
        refused = {(each.kind_uuid, each.digest) for each in since}
        if all((edit.asset, edit.digest) in refused for edit in review.edits):
            progress(f"each edit of {exported.branch} was refused: no pull request is opened")
            return ""
        title = title_of(review)
        body = with_own_part("", own_part(review.environment, title, text_of(review, room_in(""))))
        pull = forge.open(Proposal(exported.branch, exported.base, title, body))
        if pull is None:
            progress(f"{exported.base} has all of {exported.branch} by now: there is nothing to open")
            return ""
        progress(f"opened {pull.url}")
    pull = _updated(forge, pull, review, exported.base, progress)
    _label(forge, pull, review.environment, progress)
    return pull.url


def what_to_open(exported: Exported, environ: Mapping[str, str]) -> str:
    """Where there is no forge of ours: what a person opens, or that the remote was asked to; empty without a branch."""
    if not exported.tip:
        return ""
    if exported.asked:
        return f"{exported.address} was asked for a merge request of {exported.branch} into {exported.base}"
    page = page_to_open(exported.address, exported.branch, exported.base, environ)
    return f"to open: {page or f'a pull request of {exported.branch} into {exported.base}'}"


@contextmanager
def forge_for(environment: str, environ: Mapping[str, str], progress: Progress) -> Iterator[PullRequests | None]:
    """GitHub, where GITHUB_REPOSITORY says that it is one; else None.

    Raises:
        ConfigurationError: its variables cannot be right.
    """
    if not settings.variable(environ, settings.GITHUB_REPOSITORY, environment):
        yield None
        return
    from superset_gitops.edges.forge import GitHub, PullRequests, repository_from
    from superset_gitops.edges.retry import Retries

    with GitHub(repository_from(environ, environment), Retries(report=progress)) as github:
        yield PullRequests(github)


def _review(exported: Exported) -> Review:
    edits = told_edits(exported.commits, exported.carried, exported.translation, exported.names)
    return Review(exported.translation.environment, edits, exported.translation, exported.problems)


def _updated(forge: PullRequests, pull: PullRequest, review: Review, base: str, progress: Progress) -> PullRequest:
    title = title_of(review)
    room = room_in(pull.body)
    if room < _LEAST:
        progress(f"warning: {pull.url}: its text has no room left for ours; it stays as it is")
        body = pull.body
    else:
        part = own_part(review.environment, title, text_of(review, room))
        body = with_own_part(pull.body, part)
    wanted = {"title": title if title_is_ours(pull.body, pull.title) else pull.title, "body": body, "base": base}
    now = {"title": pull.title, "body": pull.body, "base": pull.base}
    changes = {name: value for name, value in wanted.items() if value != now[name]}
    if not changes:
        return pull
    pull = forge.update(pull, **changes)
    progress(f"updated {pull.url}")
    return pull


def _ours(pulls: tuple[PullRequest, ...], base: str) -> PullRequest | None:
    """The open one that we keep; else one that a person opened into the same branch, which is then kept as well."""
    there = [pull for pull in pulls if pull.is_open]
    known = [pull for pull in there if has_own_part(pull.body)]
    return next(iter([*known, *(pull for pull in there if pull.base == base)]), None)


def _refused(pull: PullRequest) -> bool:
    return not pull.is_open and not pull.merged and not closed_by_us(pull.body)


def _label(forge: PullRequests, pull: PullRequest, environment: str, progress: Progress) -> None:
    labels = {
        "superset-drift": "What people changed in Superset, as edits of the templates",
        f"env:{environment}": f"About the environment {environment}",
    }
    try:
        forge.add_labels(pull, labels)
    except Unavailable as error:
        progress(f"warning: {pull.url} has no labels: {error.what}")  # it is there, which is what counts


def _edits(count: int) -> str:
    return f"{count} edit{'' if count == 1 else 's'}"
