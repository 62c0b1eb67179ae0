"""A small GitHub that remembers its comments; each request and answer is held against GitHub's own description."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from description import description
from openapi_core import OpenAPI
from openapi_core.exceptions import OpenAPIError
from openapi_core.testing import MockRequest, MockResponse

MOMENT = "2026-01-31T09:30:00Z"
TOKEN = "ghs_workflow"
PERSON = "ghp_ada"


@dataclass
class Answer:
    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Lost:
    """The work is done, and the connection closes before the answer."""


@dataclass
class GitHubServer:
    """What it knows: whose token is what (None: an app's), the open pull requests, and everybody's comments."""

    tokens: dict[str, str | None]
    pulls: set[int]
    may_write: bool = True
    comments: list[dict[str, Any]] = field(default_factory=list)
    faults: list[tuple[str, Answer | Lost]] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)
    authorizations: set[str] = field(default_factory=set)
    violations: list[str] = field(default_factory=list)
    address: str = ""

    def once(self, request: str, fault: Answer | Lost, times: int = 1) -> None:
        """The next requests that begin with `GET /path` meet this fault."""
        self.faults += [(request, fault)] * times

    def add_comment(self, pull: int, body: str, login: str | None) -> dict[str, Any]:
        """Somebody's comment; None is an app's."""
        number = len(self.comments) + 1
        web = f"https://github.example/octo/boards/pull/{pull}"
        api = f"https://api.github.com/repos/octo/boards/issues/comments/{number}"
        comment = {
            "id": number, "node_id": f"IC_{number}", "url": api, "html_url": f"{web}#issuecomment-{number}",
            "issue_url": f"https://api.github.com/repos/octo/boards/issues/{pull}", "body": body, "user": user(login),
            "created_at": MOMENT, "updated_at": MOMENT, "author_association": "CONTRIBUTOR",
            "performed_via_github_app": None,
        }  # fmt: skip
        self.comments.append(comment)
        return comment

    def fault(self, request: str) -> Answer | Lost | None:
        for index, (begin, fault) in enumerate(self.faults):
            if request.startswith(begin):
                del self.faults[index]
                return fault
        return None

    def bodies(self, pull: int) -> list[str]:
        return [each["body"] for each in self.comments if each["issue_url"].endswith(f"/{pull}")]

    def answer(self, method: str, path: str, query: dict[str, str], body: Any, token: str) -> Answer:
        if token not in self.tokens:
            return _error(401, "Bad credentials")
        me = self.tokens[token]
        if (method, path) == ("GET", "/user"):
            return Answer(200, private_user(me)) if me else _error(403, "Resource not accessible by integration")
        if found := re.fullmatch(r"/repos/octo/boards/issues/(\d+)/comments", path):
            return self._comments(method, int(found[1]), query, body, me)
        if method == "PATCH" and (found := re.fullmatch(r"/repos/octo/boards/issues/comments/(\d+)", path)):
            return self._edit(int(found[1]), body)
        return _error(404, "Not Found")

    def _comments(self, method: str, pull: int, query: dict[str, str], body: Any, me: str | None) -> Answer:
        if pull not in self.pulls:
            return _error(404, "Not Found")
        if method == "GET":
            page, size = int(query.get("page", 1)), int(query.get("per_page", 30))
            mine = [each for each in self.comments if each["issue_url"].endswith(f"/{pull}")]
            return Answer(200, mine[(page - 1) * size : page * size])
        if not self.may_write:
            return _error(403, "Resource not accessible by integration")
        if len(body["body"]) > 65_536:
            error = {"resource": "IssueComment", "code": "custom", "field": "body", "message": "body is too long"}
            return _error(422, "Validation Failed", errors=[error])
        return Answer(201, self.add_comment(pull, body["body"], me))

    def _edit(self, number: int, body: Any) -> Answer:
        found = [each for each in self.comments if each["id"] == number]
        if not found:
            return _error(404, "Not Found")
        if not self.may_write:
            return _error(403, "Resource not accessible by integration")
        # Who may write to the repository may edit anybody's comment.
        found[0]["body"] = body["body"]
        return Answer(200, found[0])


def _error(status: int, message: str, **more: Any) -> Answer:
    return Answer(status, {"message": message, "documentation_url": "https://docs.github.com/rest", **more})


def user(login: str | None) -> dict[str, Any]:
    name, root = login or "github-actions[bot]", "https://api.github.com/users/x"
    links = {
        f"{what}_url": f"{root}/{what}"
        for what in ("followers", "following", "gists", "starred", "subscriptions", "organizations", "repos", "events",
                     "received_events", "avatar", "html")
    }  # fmt: skip
    return {"login": name, "id": 7, "node_id": "U_7", "gravatar_id": "", "url": root, "site_admin": False,
            "type": "User" if login else "Bot", **links}  # fmt: skip


def private_user(login: str) -> dict[str, Any]:
    counts = ("public_repos", "public_gists", "followers", "following", "private_gists", "total_private_repos",
              "owned_private_repos", "disk_usage", "collaborators")  # fmt: skip
    empty = dict.fromkeys(("name", "company", "blog", "location", "email", "hireable", "bio"))
    zero: dict[str, Any] = dict.fromkeys(counts, 0)
    dates = {"created_at": MOMENT, "updated_at": MOMENT}
    return (
        user(login)
        | empty
        | {"blog": ""}
        | zero
        | dates
        | {"two_factor_authentication": True, "user_view_type": "private"}
    )


class Described:
    """The description, asked about one request and its answer."""

    def __init__(self) -> None:
        self.api = OpenAPI.from_dict(description())
        self.lock = threading.Lock()

    def complaints(self, method: str, path: str, query: Any, headers: Any, sent: bytes, answer: Answer) -> list[str]:
        request = MockRequest(
            "https://api.github.com", method.lower(), path, args=query, headers=headers, data=sent or None,
            content_type=headers.get("Content-Type", "application/json"),
        )  # fmt: skip
        told = []
        data = json.dumps(answer.body).encode()
        with self.lock:
            for check in (
                lambda: self.api.validate_request(request),
                lambda: self.api.validate_response(request, MockResponse(data, answer.status)),
            ):
                try:
                    check()
                except OpenAPIError as error:
                    details = [each.message for each in getattr(error.__cause__, "schema_errors", ())] or [
                        str(error.__cause__)
                    ]
                    told.append(f"{method} {path} {answer.status}: {error} {details}"[:1500])
        return told


@cache
def _described() -> Described:
    return Described()


class Handler(BaseHTTPRequestHandler):
    """One request: a fault, or what the server answers, which must be as described."""

    protocol_version = "HTTP/1.1"
    github: GitHubServer
    prefix: str

    def do_any(self) -> None:
        github = self.github
        sent = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        parts = urlsplit(self.path)
        path = parts.path.removeprefix(self.prefix)
        github.seen.append(f"{self.command} {self.path}")
        github.authorizations.add(self.headers.get("Authorization", ""))
        fault = github.fault(f"{self.command} {path}")
        if isinstance(fault, Answer):
            self.reply(fault)
            return
        query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        answer = _error(404, "Not Found")
        if parts.path.startswith(self.prefix):
            answer = github.answer(self.command, path, query, json.loads(sent) if sent else None, token)
        if answer.status < 400 or answer.status == 422:
            headers = dict(self.headers.items())
            github.violations += _described().complaints(self.command, path, query, headers, sent, answer)
        if isinstance(fault, Lost):
            self.close_connection = True
        else:
            self.reply(answer)

    def reply(self, answer: Answer) -> None:
        data = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
        self.send_response(answer.status)
        for name, value in {"Content-Type": "application/json", **answer.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = do_PATCH = do_any  # noqa: N815 - the library's names

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
        """Quiet."""


@contextmanager
def serve(server: GitHubServer, prefix: str = "") -> Iterator[GitHubServer]:
    """Run it on a port of 127.0.0.1; `prefix` is where an Enterprise has its API."""
    handler = type("Bound", (Handler,), {"github": server, "prefix": prefix})
    listener = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    listener.daemon_threads = True
    thread = threading.Thread(target=listener.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    server.address = f"http://127.0.0.1:{listener.server_address[1]}{prefix}"
    try:
        yield server
    finally:
        listener.shutdown()
        listener.server_close()
        thread.join()
