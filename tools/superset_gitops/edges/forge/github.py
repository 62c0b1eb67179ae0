"""Owns one conversation with GitHub's REST API about one repository: headers, errors, pages, retries."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType, TracebackType
from typing import Any, Self, TypeVar

import requests

from superset_gitops import __version__
from superset_gitops.edges.forge.refusals import ForgeRefused, check, forge_transience
from superset_gitops.edges.forge.repository import Repository
from superset_gitops.edges.retry import Retries, retrying

T = TypeVar("T")

PAGE = 100  # the most that GitHub gives at once


class GitHub:
    """Requests to one repository. `call` makes one attempt; `retrying` repeats a whole task that is safe to repeat.

    Args:
        repository: which, and with what token.
        retries: how patient to be; a rate limit that lasts longer than `longest_wait` is told at once.
        timeout: seconds to connect, and between two pieces of an answer.
    """

    def __init__(
        self, repository: Repository, retries: Retries | None = None, timeout: tuple[float, float] = (10, 60)
    ) -> None:
        self.repository = repository
        self._retries = retries or Retries()
        self._timeout = timeout
        self._http = requests.Session()
        self._http.headers.update(
            {
                "Accept": "application/vnd.github+json",
                "User-Agent": f"superset-gitops/{__version__}",
                "X-GitHub-Api-Version": "2022-11-28",
            }
        )
        # As `auth`, so that a .netrc cannot replace it; never in the address.
        self._http.auth = self._prove

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    def path(self, rest: str) -> str:
        """A path below the repository's own."""
        return f"/repos/{self.repository.name}/{rest}"

    def call(
        self,
        method: str,
        path: str,
        *,
        doing: str,
        body: Mapping[str, Any] | None = None,
        query: Mapping[str, str | int] | None = None,
    ) -> Any:
        """One attempt; the parsed answer.

        Args:
            method: the HTTP method.
            path: after the API's root, with a slash in front.
            doing: what this is, for the messages.
            body: sent as JSON.
            query: the parameters.

        Raises:
            ForgeBusy: it may pass; `retrying` handles it.
            ForgeRefused: it will not.
            requests.RequestException: no answer.
        """
        answer = self._http.request(
            method,
            f"{self.repository.api}{path}",
            json=body,
            params=query,
            timeout=self._timeout,
            allow_redirects=False,  # a token goes nowhere but to the address that was given
        )
        check(answer, doing, self.repository.name, patience=self._retries.longest_wait)
        try:
            return answer.json() if answer.content else None
        except requests.exceptions.JSONDecodeError as error:
            raise ForgeRefused(
                answer.status_code,
                f"could not {doing}: the answer is no JSON",
                where=self.repository.api,
                remedy="check GITHUB_API_URL: https://api.github.com, or https://HOST/api/v3 for GitHub Enterprise",
            ) from error

    def pages(
        self, path: str, *, doing: str, query: Mapping[str, str] = MappingProxyType({}), items: str = ""
    ) -> Iterator[Mapping[str, Any]]:
        """All items of a list, page after page.

        Args:
            path: after the API's root.
            doing: what this is, for the messages.
            query: further parameters.
            items: the field that has the list; empty where the answer is the list.
        """
        number = 1
        while True:
            answer = self.call("GET", path, doing=doing, query={**query, "per_page": PAGE, "page": number})
            found = answer[items] if items else answer
            yield from found
            if len(found) < PAGE:
                return
            number += 1

    def retrying(self, task: Callable[[], T], doing: str) -> T:
        """Do a task, again where it failed in a way that may pass.

        Args:
            task: must be safe to repeat also where it did its work and only the answer was lost.
            doing: for the messages.

        Raises:
            Unavailable: GitHub could not, refused, or cannot be reached.
        """
        where = self.repository.api
        try:
            return retrying(task, transient=forge_transience, retries=self._retries, doing=doing, where=where)
        except requests.exceptions.SSLError as error:
            raise ForgeRefused(
                0,
                f"could not {doing}: GitHub's certificate cannot be verified",
                where=where,
                remedy="name the file with your certificate authority in REQUESTS_CA_BUNDLE",
            ) from error
        except requests.exceptions.RequestException as error:
            raise ForgeRefused(
                0, f"could not {doing}: {type(error).__name__}", where=where, remedy="check GITHUB_API_URL"
            ) from error

    def _prove(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self.repository.token}"
        return request
