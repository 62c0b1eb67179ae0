"""Owns a real TCP proxy in front of PostgreSQL that understands its messages, in which a test can let things happen.

PostgreSQL manual, *Frontend/Backend Protocol*: a startup packet (length, content), then messages of a type byte, a
length that counts itself, and content. `Q` holds a query, `P` a statement's name and its query; `Z` says that the
server is ready for the next one.
"""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit, urlunsplit


@dataclass
class SqlProxy:
    """The proxy.

    Attributes:
        before: called with each query before it is forwarded; where it returns False, both connections are closed.
        after: called with each query once the server has done it, before its last answer is passed on; likewise.
    """

    port: int = 0
    before: Callable[[str], bool] = field(default=lambda _: True)
    after: Callable[[str], bool] = field(default=lambda _: True)

    def url(self, real: str) -> str:
        """The same database through this proxy, in the clear."""
        parts = urlsplit(real)
        credentials = parts.netloc.rpartition("@")[0]
        place = f"{credentials}@127.0.0.1:{self.port}"
        return urlunsplit((parts.scheme, place, parts.path, "sslmode=disable&gssencmode=disable", ""))


@contextmanager
def sql_proxy(port: int) -> Iterator[SqlProxy]:
    """Forward to the server at a local port."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listener:
        proxy = SqlProxy(listener.getsockname()[1])
        threading.Thread(target=_serve, args=(listener, proxy, port), daemon=True).start()
        yield proxy
        listener.shutdown(socket.SHUT_RDWR)


def _serve(listener: socket.socket, proxy: SqlProxy, port: int) -> None:
    with suppress(OSError):  # the listener was closed
        while True:
            client, _ = listener.accept()
            server = socket.create_connection(("127.0.0.1", port))
            for end in (client, server):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            talk = _Talk(client, server, proxy)
            threading.Thread(target=talk.ask, daemon=True).start()
            threading.Thread(target=talk.answer, daemon=True).start()


class _Talk:
    """One connection: a thread for each direction."""

    def __init__(self, client: socket.socket, server: socket.socket, proxy: SqlProxy) -> None:
        self.client = client
        self.server = server
        self.proxy = proxy
        self.query = ""

    def ask(self) -> None:
        with self._ending():
            self.server.sendall(self._read(self.client, 4, head=b""))
            while True:
                kind = _exactly(self.client, 1)
                message = self._read(self.client, 4, head=kind)
                query = _query(kind, message[5:])
                if query:
                    if not self.proxy.before(query):
                        return
                    self.query = query
                self.server.sendall(message)

    def answer(self) -> None:
        with self._ending():
            while True:
                kind = _exactly(self.server, 1)
                message = self._read(self.server, 4, head=kind)
                if kind == b"Z" and self.query:
                    query, self.query = self.query, ""
                    if not self.proxy.after(query):
                        return
                self.client.sendall(message)

    @staticmethod
    def _read(source: socket.socket, size: int, *, head: bytes) -> bytes:
        length = _exactly(source, size)
        return head + length + _exactly(source, struct.unpack("!I", length)[0] - size)

    @contextmanager
    def _ending(self) -> Iterator[None]:
        try:
            with suppress(OSError, EOFError):  # one of the two is gone
                yield
        finally:
            for end in (self.client, self.server):
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
                end.close()


def _exactly(source: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        piece = source.recv(size - len(data))
        if not piece:
            raise EOFError
        data += piece
    return data


def _query(kind: bytes, content: bytes) -> str:
    if kind == b"Q":
        return content.partition(b"\0")[0].decode()
    if kind == b"P":
        return content.split(b"\0")[1].decode()
    return ""
