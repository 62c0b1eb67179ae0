"""Owns a small real HTTP proxy in front of a Superset, which misbehaves on request."""

from __future__ import annotations

import http.client
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit


@dataclass
class Answer:
    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    truncated: bool = False


@dataclass
class Lost:
    """The server does the work, and the connection closes before its answer."""


Fault = Answer | Lost | Callable[[Answer], Answer]


@dataclass
class FaultyProxy:
    target: str
    prefix: str = ""
    faults: list[tuple[str, Fault]] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)
    cookies: list[str] = field(default_factory=list)
    base_url: str = ""

    def once(self, request: str, fault: Fault, times: int = 1) -> None:
        """The next requests that begin with `GET /path` meet this fault."""
        self.faults += [(request, fault)] * times

    def fault_of(self, request: str) -> Fault | None:
        for index, (begin, fault) in enumerate(self.faults):
            if request.startswith(begin):
                del self.faults[index]
                return fault
        return None

    def forward(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        connection = http.client.HTTPConnection(urlsplit(self.target).netloc, timeout=120)
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        kept = [(name, value) for name, value in response.getheaders() if name.lower() not in _HOP]
        answer = Answer(response.status, response.read(), dict(kept))
        connection.close()
        return answer


_HOP = {"connection", "content-length", "transfer-encoding", "date", "server"}


class _Handler(BaseHTTPRequestHandler):
    server: Any
    protocol_version = "HTTP/1.1"

    def _serve(self) -> None:
        proxy: FaultyProxy = self.server.proxy
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if not self.path.startswith(proxy.prefix):
            self._answer(Answer(404, b"not below the prefix"))
            return
        path = self.path[len(proxy.prefix) :]
        request = f"{self.command} {path}"
        proxy.seen.append(request)
        proxy.cookies.append(self.headers.get("Cookie", ""))
        fault = proxy.fault_of(request)
        if isinstance(fault, Answer):
            self._answer(fault)
            return
        headers = {name: value for name, value in self.headers.items() if name.lower() != "accept-encoding"}
        answer = proxy.forward(self.command, path, headers, body)
        if isinstance(fault, Lost):
            self.close_connection = True
            return
        self._answer(fault(answer) if fault else answer)

    def _answer(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body[: len(answer.body) // 2] if answer.truncated else answer.body)
        self.close_connection = self.close_connection or answer.truncated

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = _serve  # noqa: N815 - http.server's names

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - http.server's name
        pass


@contextmanager
def faulty_proxy(
    target: str, prefix: str = "", tls: ssl.SSLContext | None = None, kind: type[FaultyProxy] = FaultyProxy
) -> Iterator[FaultyProxy]:
    proxy = kind(target, prefix)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.proxy = proxy  # type: ignore[attr-defined]
    server.daemon_threads = True
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    proxy.base_url = f"{'https' if tls else 'http'}://127.0.0.1:{server.server_port}{prefix}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        server.shutdown()
        server.server_close()
