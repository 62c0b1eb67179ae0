"""The forge where pull requests are: GitHub, through its REST API."""

from superset_gitops.edges.forge.comments import put_comment
from superset_gitops.edges.forge.event import proposed_commit, pull_request_number, run_address
from superset_gitops.edges.forge.github import GitHub
from superset_gitops.edges.forge.pull_requests import PullRequests
from superset_gitops.edges.forge.refusals import ForgeRefused
from superset_gitops.edges.forge.repository import Repository, repository_from

__all__ = [
    "ForgeRefused",
    "GitHub",
    "PullRequests",
    "Repository",
    "proposed_commit",
    "pull_request_number",
    "put_comment",
    "repository_from",
    "run_address",
]
