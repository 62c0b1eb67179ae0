"""Owns the boundaries of a deployment's writes, and killing the deployment at one of them."""

from __future__ import annotations

import re
import subprocess
import threading
from collections import Counter
from dataclasses import dataclass, field

from sql_proxy import SqlProxy

from fixtures.between import Between
from fixtures.world import ROOT, Done, World

_READS = re.compile(r"\s*(SELECT|SHOW)\b", re.IGNORECASE)
_PROOF = re.compile(r"WITH held AS .* written \(number\) AS \(")  # of the lease, before each write to the ledger
_LOGIN = "/api/v1/security/login"


@dataclass(frozen=True)
class Boundary:
    """The n-th write of its kind in one deployment, and the moment before it was sent or after it was done."""

    write: str
    number: int
    done: bool

    def __str__(self) -> str:
        return f"{'after ' if self.done else 'before'} {self.write} #{self.number}"

    @property
    def is_request(self) -> bool:
        """Whether it is a request to Superset, rather than a statement to PostgreSQL."""
        return self.write.startswith(("POST ", "PUT ", "DELETE /"))

    @property
    def is_transaction(self) -> bool:
        """Whether it opens or ends a transaction."""
        return self.write in ("BEGIN", "COMMIT")

    @property
    def is_heartbeat(self) -> bool:
        """Whether it depends on the clock how many of these there are."""
        return self.write.startswith("UPDATE hybrid.lease")


@dataclass
class Killer:
    """Sits in both proxies, counts the writes, and kills the deployment at its target."""

    http: Between
    sql: SqlProxy
    seen: Counter[str] = field(default_factory=Counter)
    order: list[Boundary] = field(default_factory=list)
    target: Boundary | None = None
    process: subprocess.Popen[str] | None = None

    def __post_init__(self) -> None:
        self._one = threading.RLock()
        self.http.before = lambda request: self._goes_on(_of_request(request), done=False)
        self.http.after = lambda request: self._after_request(_of_request(request))
        self.sql.before = lambda query: self._goes_on(_of_query(query), done=False)
        self.sql.after = lambda query: self._goes_on(_of_query(query), done=True)

    def deploy(self, world: World, target: Boundary | None = None) -> Done:
        """Run one deployment; where it comes to the target, it is killed there."""
        self.seen, self.order, self.target = Counter(), [], target
        self.process = process = subprocess.Popen(
            [str(ROOT / "tools" / "deploy"), "dev"],
            cwd=world.root,
            env=world.environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        out, err = process.communicate(timeout=120)
        self.process = None
        return Done(process.returncode, out, err)

    def _after_request(self, write: str) -> None:
        self._goes_on(write, done=True)

    def _goes_on(self, write: str, *, done: bool) -> bool:
        if not write:
            return True
        with self._one:
            self.seen[write] += not done
            boundary = Boundary(write, self.seen[write], done)
            self.order.append(boundary)
            if boundary != self.target or self.process is None:
                return True
            self.target = None
            self.process.kill()
            return False


def _of_request(request: str) -> str:
    method, path = request.split()
    return "" if method == "GET" or path.startswith(_LOGIN) else f"{method} {path}"


def _of_query(query: str) -> str:
    return "" if _READS.match(query) else _PROOF.sub("", " ".join(query.split()))[:60]
