"""Owns a real HTTP proxy between the tools and Superset, in which a test can let things happen."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import requests


@dataclass
class Between:
    """The proxy.

    Attributes:
        swallow: requests to paths that begin with this are answered 200 OK and never forwarded; empty for none.
        before: called with `GET /path` before the request is forwarded; where it returns False, the connection is
            closed instead, without an answer.
        after: called with `GET /path` once a request was answered by Superset, before its answer is passed on.
    """

    target: str
    base_url: str = ""
    swallow: str = ""
    before: Callable[[str], bool] = field(default=lambda _: True)
    after: Callable[[str], None] = field(default=lambda _: None)


@contextmanager
def between(target: str) -> Iterator[Between]:
    proxy = Between(target)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(proxy))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    proxy.base_url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield proxy
    finally:
        server.shutdown()
        server.server_close()


def _handler(proxy: Between) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def handle(self) -> None:
            with suppress(ConnectionError):  # whoever asked was killed
                super().handle()

        def forward(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if proxy.swallow and self.path.startswith(proxy.swallow):
                self.answer(200, {"Content-Type": "application/json"}, b'{"message":"OK"}')
                return
            if not proxy.before(f"{self.command} {self.path}"):
                self.close_connection = True
                return
            headers = {k: v for k, v in self.headers.items() if k.lower() not in ("host", "accept-encoding")}
            real = requests.request(
                self.command,
                proxy.target + self.path,
                headers=headers | {"Accept-Encoding": "identity"},
                data=body,
                allow_redirects=False,
                timeout=60,
            )
            proxy.after(f"{self.command} {self.path}")
            kept = {k: v for k, v in real.headers.items() if k.lower() not in ("transfer-encoding", "content-length")}
            with suppress(ConnectionError):  # whoever asked may be gone
                self.answer(real.status_code, kept, real.content)

        def answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = forward  # noqa: N815 - the base class's names

        def log_message(self, *_: Any) -> None:
            pass

    return Handler
